"""64-bit Arm: the base architecture, which has NEON, FMA and half conversion; and with SVE.

``aarch64-sve`` promises no more than SVE's shortest vectors, 128 bits, with which LLVM keeps to NEON but for what only
SVE has. ``aarch64-sve256`` needs a processor whose vectors have 256 bits or more.
"""

from __future__ import annotations

from anychip.targets.target import Target

_TRIPLE = "aarch64-unknown-linux-gnu"
EM_AARCH64 = 183

TARGETS = (
    Target(
        "aarch64",
        _TRIPLE,
        "generic",
        "+neon",
        EM_AARCH64,
        aliases=("arm64",),
        half_conversion=True,
    ),
    Target("aarch64-sve", _TRIPLE, "generic", "+neon,+sve", EM_AARCH64, half_conversion=True, emulated_cpu="max"),
    Target(
        "aarch64-sve256",
        _TRIPLE,
        "generic",
        "+neon,+sve",
        EM_AARCH64,
        half_conversion=True,
        scalable_bits=256,
        emulated_cpu="max,sve256=on",
    ),
)
