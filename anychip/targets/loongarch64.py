"""64-bit LoongArch: the base architecture with double-precision floating point (lp64d); and with LSX or LASX."""

from __future__ import annotations

from anychip.targets.target import Target

_TRIPLE, _BASE = "loongarch64-unknown-linux-gnu", "+f,+d,+ual"
EM_LOONGARCH = 258

TARGETS = (
    Target("loongarch64", _TRIPLE, "loongarch64", _BASE, EM_LOONGARCH, abi="lp64d", aliases=("loong64",)),
    Target("loongarch64-lsx", _TRIPLE, "loongarch64", f"{_BASE},+lsx", EM_LOONGARCH, abi="lp64d"),
    Target("loongarch64-lasx", _TRIPLE, "loongarch64", f"{_BASE},+lsx,+lasx", EM_LOONGARCH, abi="lp64d"),
)
