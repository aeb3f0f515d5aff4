// The few things that depend on the processor: a pause in spin loops and the registers of a fault.
#pragma once
#include <cstdint>
#include <ctime>

namespace anychip {

inline void cpu_relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

// Nanoseconds of a monotonic clock that all cores share.
inline uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

enum class Access : uint8_t { unknown, read, write };

struct FaultRegisters {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  Access access = Access::unknown;
};

// Reads them from the third argument of a signal handler; zeros on processors it does not know. Safe in a handler.
FaultRegisters fault_registers(const void *signal_context);

} // namespace anychip
