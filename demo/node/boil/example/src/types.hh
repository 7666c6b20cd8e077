#pragma once
/** The types that all parts of the program share. */
#include <complex>
#include <vector>

using Complex = std::complex<double>;

/** A rectangle of the complex plane. */
struct View {
    Complex centre;
    double width;
    double height;
};

/** How soon each point of a view escaped, row by row from the top: from 0, at once, to 1, never. */
struct Picture {
    int columns;
    int rows;
    std::vector<double> values;

    double at(int column, int row) const { return values[row * columns + column]; }
};
