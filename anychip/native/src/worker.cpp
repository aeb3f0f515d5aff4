#include "anychip/worker.h"
#include "anychip/cancellation.h"
#include "anychip/fault.h"
#include <algorithm>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

namespace anychip {

static thread_local constinit Worker *this_worker = nullptr;

static size_t signal_stack_bytes() {
  return std::max<size_t>(64 * 1024, size_t(std::max(0L, sysconf(_SC_SIGSTKSZ)))); // wide registers need more
}

Worker *Worker::current_or_null() { return this_worker; }

Worker &Worker::current() {
  if (this_worker) return *this_worker;
  static thread_local std::unique_ptr<Worker> owner;
  owner = std::make_unique<Worker>();
  return *owner;
}

Worker::Worker() : thread(pthread_self()) {
  install_fault_handlers();
  void *stack = mmap(nullptr, signal_stack_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  signal_stack_ = stack == MAP_FAILED ? nullptr : static_cast<char *>(stack);
  sigset_t needed;
  sigemptyset(&needed);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, leave_signal()}) sigaddset(&needed, signal);
  pthread_sigmask(SIG_UNBLOCK, &needed, nullptr);
  this_worker = this;
}

Worker::~Worker() {
  stop_watching(*this);
  this_worker = nullptr;
  if (signal_stack_) munmap(signal_stack_, signal_stack_bytes());
}

void Worker::leave(LeaveReason reason) {
  in_kernel = 0;
  in_service = 0;
  leave_requested = 0;
  siglongjmp(exit_point, reason);
}

void Worker::end_service() {
  in_service = 0;
  if (leave_requested && in_kernel) leave(left_by_request);
}

SignalStackScope::SignalStackScope(const Worker &worker) {
  previous_.ss_flags = SS_DISABLE;
  if (!worker.signal_stack_) return;
  stack_t stack{};
  stack.ss_sp = worker.signal_stack_;
  stack.ss_size = signal_stack_bytes();
  sigaltstack(&stack, &previous_);
}

SignalStackScope::~SignalStackScope() { sigaltstack(&previous_, nullptr); }

} // namespace anychip
