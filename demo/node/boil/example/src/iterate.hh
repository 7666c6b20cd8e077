#pragma once
#include "types.hh"

/** How many steps a point is followed. */
const int MAX_STEPS = 500;

/** Follows z -> z*z + c until it is sure to escape. Returns a smooth count of steps, or MAX_STEPS. */
double iterate(Complex z, Complex c);
