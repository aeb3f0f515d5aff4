// The few things that depend on the processor: a pause in spin loops, the floating-point mode, a fault's registers.
#pragma once
#include <atomic>
#include <cfenv>
#include <cstdint>
#include <ctime>

namespace anychip {

// Without inline assembly: runtimes for other processors are emitted by an LLVM that has no assemblers.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif __has_builtin(__builtin_arm_yield)
  __builtin_arm_yield();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// Nanoseconds of a monotonic clock that all cores share.
inline uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

// Kernels run with subnormals, rounding to nearest and no floating-point traps, whatever mode the host thread is in.
class DefaultFloatingPoint {
public:
  DefaultFloatingPoint();
  ~DefaultFloatingPoint();
  DefaultFloatingPoint(const DefaultFloatingPoint &) = delete;
  DefaultFloatingPoint &operator=(const DefaultFloatingPoint &) = delete;

private:
#if defined(__x86_64__)
  uint32_t saved_;
#else
  std::fenv_t saved_;
#endif
};

enum class Access : uint8_t { unknown, read, write };

struct FaultRegisters {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  uintptr_t return_address = 0; // where calls leave it in a register; 0 elsewhere
  Access access = Access::unknown;
};

// Reads them from the third argument of a signal handler; zeros on processors it does not know. Safe in a handler.
FaultRegisters fault_registers(const void *signal_context);

} // namespace anychip
