#pragma once
#include "types.hh"

/** The point of a view behind the middle of a pixel. */
Complex point_of(const View &view, const Picture &picture, int column, int row);

/** A count of steps as a shade: the first steps, where most happens, get most of the range. */
double shade_of(double steps);
