// What this machine has: the truth behind the device's properties.
#pragma once
#include <cstddef>
#include <string>

namespace anychip {

size_t physical_memory_bytes();  // what this process may use: RAM, or the control group's limit
size_t available_memory_bytes(); // of that, what is free now
std::string processor_name();
int processor_clock_khz();
size_t last_level_cache_bytes();

} // namespace anychip
