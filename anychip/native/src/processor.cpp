#include "anychip/processor.h"
#include <ucontext.h>

namespace anychip {

#if defined(__x86_64__)
// Only the SSE unit computes for kernels; saving all of fenv_t costs ten times as much.
static constexpr uint32_t default_mxcsr = 0x1f80; // all exceptions masked, nearest, subnormals kept
DefaultFloatingPoint::DefaultFloatingPoint() : saved_(__builtin_ia32_stmxcsr()) {
  __builtin_ia32_ldmxcsr(default_mxcsr);
}
DefaultFloatingPoint::~DefaultFloatingPoint() { __builtin_ia32_ldmxcsr(saved_); }
#else
DefaultFloatingPoint::DefaultFloatingPoint() {
  std::fegetenv(&saved_);
  std::fesetenv(FE_DFL_ENV);
}
DefaultFloatingPoint::~DefaultFloatingPoint() { std::fesetenv(&saved_); }
#endif

FaultRegisters fault_registers(const void *signal_context) {
  [[maybe_unused]] const auto &machine = static_cast<const ucontext_t *>(signal_context)->uc_mcontext;
  FaultRegisters registers;
#if defined(__x86_64__)
  registers.pc = uintptr_t(machine.gregs[REG_RIP]);
  registers.sp = uintptr_t(machine.gregs[REG_RSP]);
  registers.access = machine.gregs[REG_ERR] & 2 ? Access::write : Access::read; // page-fault error code, bit 1
#elif defined(__aarch64__)
  registers.pc = machine.pc;
  registers.sp = machine.sp;
  registers.return_address = machine.regs[30];
#elif defined(__riscv)
  registers.pc = machine.__gregs[REG_PC];
  registers.sp = machine.__gregs[REG_SP];
  registers.return_address = machine.__gregs[REG_RA];
#elif defined(__loongarch__)
  registers.pc = machine.__pc;
  registers.sp = machine.__gregs[3];
  registers.return_address = machine.__gregs[1];
#endif
  return registers;
}

} // namespace anychip
