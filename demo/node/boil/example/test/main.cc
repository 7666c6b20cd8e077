#include <iostream>

#include "test.hh"

namespace {
int passed = 0;
int failed = 0;
}

void check(bool holds, const std::string &what)
{
    ++(holds ? passed : failed);
    if (!holds)
        std::cerr << "Failed: " << what << '\n';
}

int main()
{
    check_iterate();
    check_pictures();
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}
