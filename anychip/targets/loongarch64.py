"""64-bit LoongArch: the base architecture with double-precision floating point (lp64d)."""

from __future__ import annotations

from anychip.targets.target import Target

EM_LOONGARCH = 258

TARGETS = (
    Target(
        "loongarch64",
        "loongarch64-unknown-linux-gnu",
        "loongarch64",
        "+f,+d,+ual",
        EM_LOONGARCH,
        abi="lp64d",
        aliases=("loong64",),
    ),
)
