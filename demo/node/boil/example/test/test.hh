#pragma once
#include <string>

/** Notes whether something holds that should. */
void check(bool holds, const std::string &what);

/** The groups of checks, one a source. */
void check_iterate();
void check_pictures();
