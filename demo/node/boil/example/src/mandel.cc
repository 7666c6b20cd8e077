#include "common.hh"
#include "fractals.hh"
#include "iterate.hh"

Picture mandelbrot(const View &view, int columns, int rows)
{
    Picture picture{columns, rows, {}};
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            picture.values.push_back(shade_of(iterate(0.0, point_of(view, picture, column, row))));
    return picture;
}
