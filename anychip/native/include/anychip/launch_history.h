// How long each kernel took before, to know which launches are too short to wake other threads.
#pragma once
#include "anychip/kernel_abi.h"
#include <cstdint>

namespace anychip {

// Nanoseconds that `threads` threads of the kernel take on one core; UINT64_MAX if it never ran. Races only blur it.
uint64_t expected_duration_ns(const anychip_kernel &kernel, uint64_t threads);
void record_duration(const anychip_kernel &kernel, uint64_t threads, uint64_t nanoseconds);

} // namespace anychip
