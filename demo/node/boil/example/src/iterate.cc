#include "iterate.hh"

#include <algorithm>
#include <cmath>

double iterate(Complex z, Complex c)
{
    /* Beyond a radius of 2 every point escapes; a larger one makes the smooth count smoother. */
    const double radius = 16.0;
    for (int step = 0; step < MAX_STEPS; ++step) {
        if (std::norm(z) > radius * radius)
            return std::max(0.0, step - std::log2(std::log(std::abs(z)) / std::log(radius)));
        z = z * z + c;
    }
    return MAX_STEPS;
}
