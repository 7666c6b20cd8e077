#include <sstream>

#include "../src/common.hh"
#include "../src/fractals.hh"
#include "../src/render.hh"
#include "test.hh"

void check_pictures()
{
    const View view{0.0, 4.0, 4.0};
    const Picture mandel = mandelbrot(view, 4, 4);
    check(mandel.values.size() == 16, "a picture has a value a pixel");
    check(point_of(view, mandel, 0, 0) == Complex(-1.5, 1.5), "the first pixel is at the top left");
    check(mandel.at(2, 1) == mandel.at(2, 2), "the Mandelbrot set is its own reflection in the real axis");

    const Picture disc = julia(view, 0.0, 5, 5);
    check(disc.at(2, 2) == 1.0, "the Julia set of 0 holds its middle");
    check(disc.at(0, 0) < 0.2, "and not its corners");

    std::ostringstream text;
    write_text(text, Picture{3, 1, {1.0, 0.0, 0.0}});
    check(text.str() == "@\n", "blanks at the end of a line are left out");
}
