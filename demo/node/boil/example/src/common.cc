#include "common.hh"

#include <cmath>

#include "iterate.hh"

Complex point_of(const View &view, const Picture &picture, int column, int row)
{
    const double x = (column + 0.5) / picture.columns - 0.5;
    const double y = 0.5 - (row + 0.5) / picture.rows;
    return view.centre + Complex(x * view.width, y * view.height);
}

double shade_of(double steps)
{
    return steps >= MAX_STEPS ? 1.0 : std::log1p(steps) / std::log1p(MAX_STEPS);
}
