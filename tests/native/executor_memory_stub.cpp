// Stands in for memory.cpp: the executor only asks it to describe addresses.
#include "anychip/executor.h"
#include <cstdio>

namespace anychip {

bool is_device_address(const void *) { return false; }

std::string describe_address(const void *address) {
  char text[64];
  std::snprintf(text, sizeof text, "<%p>", address);
  return reinterpret_cast<uintptr_t>(address) < 4096 ? "null pointer" : text;
}

} // namespace anychip
