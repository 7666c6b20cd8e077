#include "render.hh"

#include <algorithm>
#include <cmath>
#include <string>

namespace {

struct Colour {
    int red, green, blue;
};

/** Black inside; outside a wheel of colours, which begins in dark blue. */
Colour colour_of(double shade)
{
    if (shade >= 1.0)
        return {0, 0, 0};
    const double turn = 6.2831853 * 1.5 * shade;
    const auto channel = [&](double phase) {
        return static_cast<int>(255.0 * (0.5 - 0.5 * std::cos(turn + phase)) * std::min(1.0, 0.25 + 2.0 * shade));
    };
    return {channel(0.0), channel(0.5), channel(1.2)};
}

void set_colour(std::ostream &out, int layer, const Colour &colour)
{
    out << "\033[" << layer << ";2;" << colour.red << ';' << colour.green << ';' << colour.blue << 'm';
}

} // namespace

void write_text(std::ostream &out, const Picture &picture)
{
    const std::string shades = " .:-=+*#%@";
    for (int row = 0; row < picture.rows; ++row) {
        std::string line;
        for (int column = 0; column < picture.columns; ++column)
            line += shades[static_cast<std::size_t>(std::pow(picture.at(column, row), 1.5) * (shades.size() - 1))];
        out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
    }
}

void write_colours(std::ostream &out, const Picture &picture)
{
    for (int row = 0; row + 1 < picture.rows; row += 2) {
        for (int column = 0; column < picture.columns; ++column) {
            set_colour(out, 38, colour_of(picture.at(column, row)));
            set_colour(out, 48, colour_of(picture.at(column, row + 1)));
            out << "\u2580";
        }
        out << "\033[0m\n";
    }
}
