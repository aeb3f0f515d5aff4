// Formatting of device printf: C conversions over a packed argument buffer.
#pragma once
#include <string>

namespace anychip {

// Appends the text to `out` and returns the number of arguments used. Arguments lie at natural alignment in `arguments`
// as the caller of vprintf packs them: promoted integers (4 or 8 bytes), doubles, pointers. All memory of the kernel is
// read before `out` changes, so that a wild pointer leaves it intact.
int format_device_text(std::string &out, const char *format, const char *arguments);

} // namespace anychip
