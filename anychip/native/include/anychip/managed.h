// What programs advised about managed memory, by range of addresses.
#pragma once
#include <cstddef>
#include <cstdint>

namespace anychip {

void forget_advice(uintptr_t base, size_t size); // the memory was freed
void forget_all_advice();                        // cudaDeviceReset

} // namespace anychip
