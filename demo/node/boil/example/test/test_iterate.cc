#include "../src/iterate.hh"
#include "test.hh"

void check_iterate()
{
    check(iterate(0.0, 0.0) == MAX_STEPS, "0 stays where it is");
    check(iterate(0.0, -1.0) == MAX_STEPS, "-1 goes to and fro");
    check(iterate(0.0, 1.0) < 10.0, "1 escapes soon");
    check(iterate(0.0, 1.0) > iterate(0.0, 2.0), "2 escapes sooner");
    check(iterate({0.0, 1.0}, 0.0) == MAX_STEPS, "a point of the unit circle stays there");
}
