#include "common.hh"
#include "fractals.hh"
#include "iterate.hh"

Picture julia(const View &view, Complex c, int columns, int rows)
{
    Picture picture{columns, rows, {}};
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            picture.values.push_back(shade_of(iterate(point_of(view, picture, column, row), c)));
    return picture;
}
