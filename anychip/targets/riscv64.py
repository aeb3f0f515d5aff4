"""64-bit RISC-V as Linux distributions build for it: rv64gc with the lp64d calling convention."""

from __future__ import annotations

from anychip.targets.target import Target

EM_RISCV = 243

TARGETS = (
    Target(
        "riscv64",
        "riscv64-unknown-linux-gnu",
        "generic-rv64",
        "+m,+a,+f,+d,+c,+zicsr,+zifencei",
        EM_RISCV,
        abi="lp64d",
        aliases=("riscv64gc",),
    ),
)
