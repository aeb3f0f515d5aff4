#include "anychip/guarded_access.h"
#include <algorithm>
#include <cerrno>
#include <csetjmp>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>
#include "anychip/worker.h"

namespace anychip {

// Uses the way out that kernels have: to the fault handler the access is one.
bool guard_access(void (*access)(void *), void *context) {
  Worker &worker = Worker::current();
  const SignalStackScope signal_stack(worker);
  if (sigsetjmp(worker.exit_point, 0) != left_normally) {
    worker.exit_kernel();
    return false;
  }
  worker.enter_kernel();
  access(context);
  worker.exit_kernel();
  return true;
}

bool is_host_mapped(const void *address, size_t bytes) {
  constexpr size_t most_pages = 4096; // of one question
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(address), end = begin + bytes;
  if (bytes == 0) return true;
  if (end < begin) return false;
  unsigned char resident[most_pages];
  uintptr_t at = begin / page * page;
  while (at < end) {
    const uintptr_t pages = std::min<uintptr_t>((end - at + page - 1) / page, most_pages);
    if (mincore(reinterpret_cast<void *>(at), pages * page, resident) != 0 && errno == ENOMEM) return false;
    at += pages * page;
    if (at == 0) return true; // the last page there is
  }
  return true;
}

} // namespace anychip
