// malloc and free in device code. The blocks live until they are freed, also across launches, and have guard pages
// like those of cudaMalloc. cudaLimitMallocHeapSize bounds their sum.
#include <atomic>
#include <cstdio>
#include "anychip/api.h"
#include "anychip/device.h"
#include "anychip/launch_state.h"
#include "anychip/memory.h"
#include "anychip/worker.h"

namespace anychip {
namespace {

std::atomic<uint64_t> heap_used{0};

void *allocate_from_heap(uint64_t bytes) {
  void *pointer = nullptr;
  bool fits = heap_used.fetch_add(bytes) + bytes <= device_heap_limit();
  if (fits && allocate_memory(&pointer, bytes, MemoryKind::DeviceHeap) == cudaSuccess) return pointer;
  heap_used -= bytes;
  return nullptr;
}

bool release_to_heap(void *pointer) {
  MemoryRange range;
  if (!find_memory(pointer, range) || free_memory(pointer, MemoryKind::DeviceHeap) != cudaSuccess) return false;
  heap_used -= range.size;
  return true;
}

} // namespace

void empty_device_heap() { heap_used = 0; }

} // namespace anychip

using namespace anychip;

extern "C" void *anychip_heap_allocate(uint64_t bytes) {
  return bytes == 0 || bytes > device_heap_limit() ? nullptr : allocate_from_heap(bytes);
}

extern "C" int anychip_heap_free(void *pointer) { return release_to_heap(pointer); }

extern "C" void *anychip_device_malloc(anychip_thread *, uint64_t bytes) {
  if (bytes == 0 || bytes > device_heap_limit()) return nullptr;
  Worker &worker = Worker::current();
  worker.begin_service(); // a cancellation must not leave the allocation table locked
  void *pointer = allocate_from_heap(bytes);
  worker.end_service();
  return pointer;
}

extern "C" void anychip_device_free(anychip_thread *thread, void *pointer) {
  if (!pointer) return;
  Worker &worker = Worker::current();
  if (worker.replays) return; // freed by the first run, and perhaps someone else's by now
  worker.begin_service();
  const bool released = release_to_heap(pointer);
  if (!released && worker.in_kernel) {
    worker.strand = thread;
    worker.failure.error = error_illegal_address;
    worker.failure.message_is_complete = false;
    worker.failure.site = UINT32_MAX;
    std::snprintf(worker.failure.text, sizeof worker.failure.text,
                  "free of %p, which device malloc did not return or which was freed before,", pointer);
    worker.leave(left_by_failure);
  }
  worker.end_service();
}
