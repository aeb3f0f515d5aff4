"""64-bit RISC-V as Linux distributions build for it: rv64gc with the lp64d calling convention; and with vectors.

``riscv64-v`` runs on vectors of 128 bits and more, ``riscv64-v256`` of 256 bits and more.
"""

from __future__ import annotations

from anychip.targets.target import Target

_TRIPLE = "riscv64-unknown-linux-gnu"
_BASE = "+m,+a,+f,+d,+c,+zicsr,+zifencei"
EM_RISCV = 243

TARGETS = (
    Target(
        "riscv64",
        _TRIPLE,
        "generic-rv64",
        _BASE,
        EM_RISCV,
        abi="lp64d",
        aliases=("riscv64gc",),
    ),
    Target(
        "riscv64-v",
        _TRIPLE,
        "generic-rv64",
        f"{_BASE},+v",
        EM_RISCV,
        abi="lp64d",
        scalable_bits=128,
        emulated_cpu="rv64,v=true,vlen=128",
    ),
    Target(
        "riscv64-v256",
        _TRIPLE,
        "generic-rv64",
        f"{_BASE},+v,+zvl256b",
        EM_RISCV,
        abi="lp64d",
        scalable_bits=256,
        emulated_cpu="rv64,v=true,vlen=256",
    ),
)
