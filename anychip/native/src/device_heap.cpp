// malloc and free of kernels: each allocation has guard pages like those of cudaMalloc.
#include <atomic>
#include "anychip/device.h"
#include "anychip/kernel_abi.h"
#include "anychip/memory.h"

using namespace anychip;

namespace {

std::atomic<uint64_t> heap_used{0};

} // namespace

extern "C" {

void *anychip_device_malloc(anychip_thread *, uint64_t bytes) {
  if (bytes == 0 || bytes > device_heap_limit()) return nullptr;
  if (heap_used.fetch_add(bytes) + bytes > device_heap_limit()) {
    heap_used -= bytes;
    return nullptr;
  }
  void *pointer = nullptr;
  if (allocate_memory(&pointer, bytes, MemoryKind::DeviceHeap) == cudaSuccess) return pointer;
  heap_used -= bytes;
  return nullptr;
}

// A wrong pointer is undefined in CUDA; here nothing is freed.
void anychip_device_free(anychip_thread *, void *pointer) {
  MemoryRange range;
  if (!pointer || !find_memory(pointer, range)) return;
  if (free_memory(pointer, MemoryKind::DeviceHeap) == cudaSuccess) heap_used -= range.size;
}

} // extern "C"
