// Stands in for memory.cpp and device.cpp: the executor asks them to describe addresses and for the device heap.
#include "anychip/device.h"
#include "anychip/executor.h"
#include "anychip/memory.h"
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <unordered_map>

namespace anychip {
namespace {

std::mutex heap_mutex;
std::unordered_map<const void *, size_t> heap;

} // namespace

bool is_device_address(const void *) { return false; }

Tolerance tolerate_overrun(const void *) { return Tolerance::refused; }

std::string describe_address(const void *address) {
  char text[64];
  std::snprintf(text, sizeof text, "<%p>", address);
  return reinterpret_cast<uintptr_t>(address) < 4096 ? "null pointer" : text;
}

size_t device_heap_limit() { return size_t{8} << 20; }

cudaError_t allocate_memory(void **pointer, size_t bytes, MemoryKind, unsigned, PoolUsage *) {
  *pointer = std::malloc(bytes);
  const std::lock_guard lock(heap_mutex);
  heap[*pointer] = bytes;
  return cudaSuccess;
}

bool find_memory(const void *address, MemoryRange &range) {
  const std::lock_guard lock(heap_mutex);
  const auto found = heap.find(address);
  if (found == heap.end()) return false;
  range.size = found->second;
  return true;
}

cudaError_t free_memory(void *pointer, MemoryKind) {
  const std::lock_guard lock(heap_mutex);
  heap.erase(pointer);
  std::free(pointer);
  return cudaSuccess;
}

} // namespace anychip
