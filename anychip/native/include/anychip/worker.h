// What a thread that runs kernels keeps: how to leave the kernel, where it is, and the block's memory.
#pragma once
#include "anychip/block_arena.h"
#include "anychip/launch_state.h"
#include "anychip/processor.h"
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <mutex>
#include <pthread.h>

namespace anychip {

// Why a thread left a kernel without returning from it.
enum LeaveReason : int { left_normally = 0, left_by_fault = 1, left_by_failure = 2, left_by_request = 3 };

// Filled inside the signal handler; the message is built from it outside.
struct FaultRecord {
  static constexpr uint32_t max_stack_words = 128;
  int signal = 0;
  int code = 0;
  uintptr_t address = 0;
  FaultRegisters registers;
  uint32_t stack_word_count = 0;
  uintptr_t stack_words[max_stack_words]; // candidates for return addresses, if the fault is in a library function
};

// The first access past an allocation's end that a launch was allowed.
struct Overrun {
  bool happened = false;
  FaultRecord fault;
  uint32_t block_idx[3];
  anychip_thread thread;
};

// A failure that the kernel itself reported. Fixed size: nothing to free when the stack is left by longjmp.
struct KernelFailure {
  int error = 0;
  bool message_is_complete = false; // do not add kernel, block and thread
  uint32_t site = UINT32_MAX;
  char text[2048];
};

class Worker {
public:
  // The calling thread's own; created on first use.
  static Worker &current();
  // The same for signal handlers and services: null if the thread never ran a kernel.
  static Worker *current_or_null();

  Worker();
  ~Worker();
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  // Around calls of compiled code: faults between them are the kernel's.
  void enter_kernel();
  void exit_kernel();
  // Leaves the running kernel. Only while in_kernel.
  [[noreturn]] void leave(LeaveReason reason);
  // For services that hold locks or memory: a request to leave waits until they are done.
  void begin_service() { in_service = 1; }
  void end_service();

  sigjmp_buf exit_point;
  volatile sig_atomic_t in_kernel = 0;
  volatile sig_atomic_t in_service = 0;
  volatile sig_atomic_t leave_requested = 0;
  anychip_block block{};
  anychip_thread block_thread{};              // of kernels that run a block in one call
  anychip_thread *volatile strand = nullptr; // the one that runs
  bool replays = false;                       // runs threads again: output and the release of memory are not repeated
  FaultRecord fault;
  Overrun overrun;
  KernelFailure failure;
  BlockArena arena;
  std::string print_text; // what device printf is composing

  // Guarded by launch_mutex for other threads (cancellation.cpp).
  std::mutex launch_mutex;
  LaunchState *launch = nullptr;
  const pthread_t thread;
  void *watched_by = nullptr;

private:
  stack_t signal_stack() const;
  void keep_signal_stack();

  char *signal_stack_;
  bool keeps_signal_stack_ = false; // installed for as long as the thread lives
  friend class SignalStackScope;
};

inline void Worker::enter_kernel() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  in_kernel = 1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline void Worker::exit_kernel() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  in_kernel = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Installs the worker's signal stack on this thread and gives the previous one back. Threads that had none when they
// first ran a kernel keep the worker's, which spares two system calls per launch.
class SignalStackScope {
public:
  explicit SignalStackScope(const Worker &worker);
  ~SignalStackScope();
  SignalStackScope(const SignalStackScope &) = delete;
  SignalStackScope &operator=(const SignalStackScope &) = delete;

private:
  stack_t previous_{};
  bool replaced_ = false;
};

} // namespace anychip
