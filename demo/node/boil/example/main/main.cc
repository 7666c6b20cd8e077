/* Draws the Mandelbrot set, or with --julia one of its cousins: in colour on a terminal, as text elsewhere. */
#include <iostream>
#include <string>
#include <unistd.h>

#include "../src/fractals.hh"
#include "../src/render.hh"

int main(int argc, char **argv)
{
    const bool is_julia = argc > 1 && std::string(argv[1]) == "--julia";
    if (argc > 1 && !is_julia) {
        std::cerr << "Usage: hello [--julia]\n";
        return 2;
    }
    const bool colour = isatty(STDOUT_FILENO);
    const int columns = 78;
    const int rows = colour ? 60 : 30;
    const Picture picture = is_julia ? julia({0.0, 3.2, 2.4}, {-0.8, 0.156}, columns, rows)
                                     : mandelbrot({-0.65, 3.2, 2.4}, columns, rows);
    (colour ? write_colours : write_text)(std::cout, picture);
    return 0;
}
