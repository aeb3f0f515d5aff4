// How kernels end their launch themselves: assert, trap, full call stack.
#include "anychip/launch_state.h"
#include "anychip/worker.h"
#include <cstdio>
#include <cstdlib>

namespace anychip {
namespace {

Worker &failing_worker(int error) {
  Worker *worker = Worker::current_or_null();
  if (!worker || !worker->in_kernel) {
    std::fputs("anychip: a device function failed outside a kernel\n", stderr);
    std::abort();
  }
  worker->begin_service();
  worker->failure.error = error;
  worker->failure.site = UINT32_MAX;
  worker->failure.message_is_complete = false;
  return *worker;
}

[[noreturn]] void fail_in_thread(anychip_thread *thread, int error, uint32_t site, const char *text) {
  Worker &worker = failing_worker(error);
  worker.strand = thread;
  worker.failure.site = site;
  std::snprintf(worker.failure.text, sizeof worker.failure.text, "%s", text);
  worker.leave(left_by_failure);
}

} // namespace
} // namespace anychip

using namespace anychip;

extern "C" void anychip_assert_fail(anychip_thread *thread, const char *message, const char *file, uint32_t line,
                                    const char *function) {
  Worker &worker = failing_worker(error_assert);
  const uint32_t *block = thread->block->block_idx, *index = thread->thread_idx;
  worker.failure.message_is_complete = true;
  std::snprintf(worker.failure.text, sizeof worker.failure.text,
                "%s:%u: %s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion `%s` failed.", file, line, function,
                block[0], block[1], block[2], index[0], index[1], index[2], message);
  worker.leave(left_by_failure);
}

extern "C" void anychip_trap(anychip_thread *thread, uint32_t site) {
  fail_in_thread(thread, error_launch_failure, site, "trap");
}

extern "C" void anychip_stack_overflow(anychip_thread *thread) {
  fail_in_thread(thread, error_hardware_stack, UINT32_MAX, "stack overflow");
}
