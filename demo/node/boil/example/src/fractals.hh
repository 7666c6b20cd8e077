#pragma once
#include "types.hh"

/** The Mandelbrot set: how soon 0 escapes, with each point as c. */
Picture mandelbrot(const View &view, int columns, int rows);

/** The Julia set of a constant: how soon each point escapes. */
Picture julia(const View &view, Complex c, int columns, int rows);
