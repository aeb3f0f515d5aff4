#include "anychip/fault.h"
#include "anychip/memory.h"
#include "anychip/worker.h"
#include <algorithm>
#include <cerrno>
#include <mutex>

namespace anychip {
namespace {

constexpr int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
struct sigaction previous_actions[65]; // by signal number

// What the process would have done without us.
void chain(int signal, siginfo_t *info, void *context) {
  const struct sigaction &previous = previous_actions[signal];
  if (previous.sa_flags & SA_SIGINFO) return previous.sa_sigaction(signal, info, context);
  if (previous.sa_handler == SIG_IGN && info->si_code <= 0) return;
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) return previous.sa_handler(signal);
  sigaction(signal, &previous, nullptr);
  if (info->si_code <= 0) raise(signal); // sent by someone: the instruction will not fault again
}

void copy_stack(FaultRecord &fault) {
  fault.stack_word_count = 0;
  const uintptr_t sp = fault.registers.sp;
  const uintptr_t distance = fault.address > sp ? fault.address - sp : sp - fault.address;
  if (sp == 0 || sp % sizeof(uintptr_t) != 0 || distance < 65536) return; // the stack itself is at fault
  const auto *words = reinterpret_cast<const volatile uintptr_t *>(sp);
  for (uint32_t i = 0; i < FaultRecord::max_stack_words; ++i) fault.stack_words[i] = words[i];
  fault.stack_word_count = FaultRecord::max_stack_words;
}

void fill(FaultRecord &fault, int signal, const siginfo_t *info, void *context) {
  fault.signal = signal;
  fault.code = info->si_code;
  fault.address = reinterpret_cast<uintptr_t>(info->si_addr);
  fault.registers = fault_registers(context);
  copy_stack(fault);
}

void note_overrun(Worker &worker) {
  Overrun &overrun = worker.overrun;
  std::copy_n(worker.block.block_idx, 3, overrun.block_idx);
  overrun.thread = *worker.strand;
  overrun.happened = true;
}

// The kernel's own code holds no lock; services might, and copies are no launch's.
bool is_tolerated(Worker &worker, int signal, const siginfo_t *info, void *context) {
  if (signal != SIGSEGV || !worker.launch || worker.in_service) return false;
  worker.begin_service();
  const Tolerance tolerance = tolerate_overrun(info->si_addr);
  if (tolerance == Tolerance::first_time && !worker.overrun.happened && !worker.replays) {
    fill(worker.overrun.fault, signal, info, context);
    note_overrun(worker);
  }
  worker.end_service();
  return tolerance != Tolerance::refused;
}

void handle_fault(int signal, siginfo_t *info, void *context) {
  Worker *worker = Worker::current_or_null();
  const bool sent = info->si_code <= 0; // kill() and the like
  if (!worker || !worker->in_kernel || sent) return chain(signal, info, context);
  if (is_tolerated(*worker, signal, info, context)) return;
  worker->in_kernel = 0; // a second fault in here is not the kernel's
  fill(worker->fault, signal, info, context);
  worker->leave(left_by_fault);
}

// Late signals meet a thread that has left already, or runs another launch: nothing to do then.
void handle_leave_request(int, siginfo_t *, void *) {
  const int saved_errno = errno;
  Worker *worker = Worker::current_or_null();
  const bool leaves = worker && worker->in_kernel && worker->launch && worker->launch->should_stop();
  if (leaves && !worker->in_service) worker->leave(left_by_request);
  if (leaves) worker->leave_requested = 1;
  errno = saved_errno;
}

// The first real-time signal that nobody handles, away from those that libraries like to take.
int choose_leave_signal() {
  for (int signal = SIGRTMIN + 7; signal < SIGRTMAX; ++signal) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) != 0) continue;
    if (!(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL) return signal;
  }
  return SIGRTMAX;
}

void install() {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER; // left by longjmp: must not stay blocked
  action.sa_sigaction = handle_fault;
  for (const int signal : fault_signals) sigaction(signal, &action, &previous_actions[signal]);
  action.sa_flags |= SA_RESTART;
  action.sa_sigaction = handle_leave_request;
  sigaction(leave_signal(), &action, nullptr);
}

} // namespace

int leave_signal() {
  static const int chosen = choose_leave_signal();
  return chosen;
}

void install_fault_handlers() {
  static std::once_flag once;
  std::call_once(once, install);
}

} // namespace anychip
