// The allocation table: what every address a program may pass to the API is.
#pragma once
#include <cstddef>
#include <cstdint>
#include "anychip/arena.h"
#include "anychip/pool_usage.h"
#include "cuda_runtime_api.h"

namespace anychip {

enum class MemoryKind { Device, DeviceHeap, Managed, PinnedHost, RegisteredHost, Variable, ManagedVariable };

// One allocation, registered host range or module variable.
struct MemoryRange {
  uintptr_t base = 0;
  size_t size = 0;
  MemoryKind kind = MemoryKind::Device;
  unsigned flags = 0;
  ArenaBlock block{};        // of what lies in the arena
  PoolUsage *pool = nullptr; // that it was allocated from
  bool contains(uintptr_t address, size_t bytes) const {
    return address >= base && address - base <= size && bytes <= size - (address - base);
  }
};

cudaError_t allocate_memory(void **pointer, size_t bytes, MemoryKind kind, unsigned flags = 0,
                            PoolUsage *pool = nullptr);
// Frees the allocation of that kind with this base address (managed memory counts as device memory);
// cudaErrorInvalidValue if there is none.
cudaError_t free_memory(void *pointer, MemoryKind kind);
void free_all_memory();                                             // cudaDeviceReset
bool find_memory(const void *address, MemoryRange &range);          // the range that holds the address
bool add_range(const MemoryRange &range);                           // registered host memory, module variables
bool remove_range(const void *base, MemoryKind kind);
// Lets kernels go on past the end of an allocation by less than 2 MiB, as GPUs do, which map that much at a time; no
// other allocation is reached so, and before an allocation lies what is behind another. Refused: the address is further
// away or freed, or ANYCHIP_STRICT_MEMORY=1 asks for an error. For the fault handler of code that holds no lock.
enum class Tolerance { refused, first_time, again };
Tolerance tolerate_overrun(const void *address);

size_t device_memory_total();
size_t device_memory_free();

// Whether [address, address+bytes) may play the given part in a copy.
bool is_device_range(const void *address, size_t bytes); // lies in one range that kernels can reach
bool is_host_range(const void *address, size_t bytes);   // not: crosses the bounds of an allocation, or freed
bool is_pageable(const void *address);                   // ordinary host memory

} // namespace anychip
