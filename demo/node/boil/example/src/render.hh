#pragma once
#include <ostream>

#include "types.hh"

/** Writes a picture as text, a character a pixel: the later a point escapes, the darker. */
void write_text(std::ostream &out, const Picture &picture);

/** Writes a picture in colour for terminals, two rows of pixels a line. */
void write_colours(std::ostream &out, const Picture &picture);
