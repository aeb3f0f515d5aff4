"""How many lanes, in how many versions, by the processor and the kernel."""

from __future__ import annotations

import pytest
from pass_support import kernel

from anychip.targets import TARGETS
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.width import choose_width, vector_bits


def test_width_follows_the_processor_and_the_kernel() -> None:
    _, plain = kernel("define kernel external void @k() {\n^e:\n  ret\n}")
    _, warp = kernel("define kernel external void @k() {\n^e:\n  warp.barrier i32 -1\n  ret\n}")
    _, square = kernel('define kernel external void @k() {\n^e:\n  %y : i32 = sreg [register="tid.y"]\n  ret\n}')
    assert [choose_width(plain, bits) for bits in (128, 256, 512)] == [8, 16, 32]
    assert [choose_width(square, bits) for bits in (128, 256, 512)] == [8, 8, 16]
    assert choose_width(warp, 128) == 32
    with pytest.raises(RefusedError, match="no vector registers"):
        choose_width(plain, 0)
    bits = {name: vector_bits(TARGETS[name]) for name in ("x86_64-v2", "x86_64-v4", "aarch64", "riscv64")}
    assert bits == {"x86_64-v2": 128, "x86_64-v4": 512, "aarch64": 128, "riscv64": 0}
