#include "anychip/processor.h"
#include <ucontext.h>

namespace anychip {

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
#elif defined(__riscv)
  registers.pc = machine.__gregs[REG_PC];
  registers.sp = machine.__gregs[REG_SP];
#elif defined(__loongarch__)
  registers.pc = machine.__pc;
  registers.sp = machine.__gregs[3];
#endif
  return registers;
}

} // namespace anychip
