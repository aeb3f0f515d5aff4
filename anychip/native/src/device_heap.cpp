// malloc and free in device code. The blocks live until they are freed, also across launches.
#include "anychip/launch_state.h"
#include "anychip/worker.h"
#include <cstdio>
#include <cstdlib>
#include <unordered_set>

namespace anychip {
namespace {

class DeviceHeap {
public:
  void *allocate(size_t bytes) {
    void *pointer = std::malloc(bytes);
    const std::lock_guard lock(mutex_);
    if (pointer) live_.insert(pointer);
    return pointer;
  }
  bool release(void *pointer) {
    const std::lock_guard lock(mutex_);
    if (live_.erase(pointer) == 0) return false;
    std::free(pointer);
    return true;
  }

private:
  std::mutex mutex_;
  std::unordered_set<void *> live_;
};

DeviceHeap &device_heap() {
  static auto *heap = new DeviceHeap; // kernels may run until the process ends
  return *heap;
}

} // namespace
} // namespace anychip

using namespace anychip;

extern "C" void *anychip_device_malloc(anychip_thread *, uint64_t bytes) {
  if (bytes == 0 || bytes > SIZE_MAX / 2) return nullptr;
  Worker &worker = Worker::current();
  worker.begin_service();
  void *pointer = device_heap().allocate(bytes);
  worker.end_service();
  return pointer;
}

extern "C" void anychip_device_free(anychip_thread *thread, void *pointer) {
  if (!pointer) return;
  Worker &worker = Worker::current();
  worker.begin_service();
  const bool released = device_heap().release(pointer);
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
