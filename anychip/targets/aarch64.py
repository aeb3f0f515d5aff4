"""64-bit Arm: the base architecture, which has NEON, FMA and half conversion."""

from __future__ import annotations

from anychip.targets.target import Target

EM_AARCH64 = 183

TARGETS = (
    Target(
        "aarch64",
        "aarch64-unknown-linux-gnu",
        "generic",
        "+neon",
        EM_AARCH64,
        aliases=("arm64",),
        half_conversion=True,
    ),
)
