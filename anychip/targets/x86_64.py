"""x86-64, and its levels as the psABI defines them (x86-64-v2, that is SSE4.2, has no FMA: right, but slow there)."""

from __future__ import annotations

from anychip.targets.target import Target

_TRIPLE = "x86_64-unknown-linux-gnu"
EM_X86_64 = 62

TARGETS = (
    Target("x86_64", _TRIPLE, "x86-64", "", EM_X86_64, aliases=("amd64", "x86-64")),
    Target("x86_64-v2", _TRIPLE, "x86-64-v2", "", EM_X86_64),
    Target("x86_64-v3", _TRIPLE, "x86-64-v3", "", EM_X86_64, half_conversion=True),
    Target("x86_64-v4", _TRIPLE, "x86-64-v4", "", EM_X86_64, half_conversion=True),
)
