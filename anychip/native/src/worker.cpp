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
  stack_t present{};
  sigaltstack(nullptr, &present);
  if (present.ss_flags & SS_DISABLE) keep_signal_stack();
  sigset_t needed;
  sigemptyset(&needed);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, leave_signal()}) sigaddset(&needed, signal);
  pthread_sigmask(SIG_UNBLOCK, &needed, nullptr);
  this_worker = this;
}

Worker::~Worker() {
  stop_watching(*this);
  this_worker = nullptr;
  stack_t present{};
  sigaltstack(nullptr, &present);
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  if (signal_stack_ && present.ss_sp == signal_stack_) sigaltstack(&none, nullptr);
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

stack_t Worker::signal_stack() const {
  stack_t stack{};
  stack.ss_sp = signal_stack_;
  stack.ss_size = signal_stack_bytes();
  return stack;
}

void Worker::keep_signal_stack() {
  const stack_t own = signal_stack();
  keeps_signal_stack_ = signal_stack_ && sigaltstack(&own, nullptr) == 0;
}

SignalStackScope::SignalStackScope(const Worker &worker) {
  if (!worker.signal_stack_ || worker.keeps_signal_stack_) return;
  const stack_t own = worker.signal_stack();
  replaced_ = sigaltstack(&own, &previous_) == 0;
}

SignalStackScope::~SignalStackScope() {
  if (replaced_) sigaltstack(&previous_, nullptr);
}

} // namespace anychip
