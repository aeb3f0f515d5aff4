"""How many threads one call runs.

32 where threads of a warp exchange values, since a call must then hold the whole warp; 8 for huge kernels, whose code
takes long to compile; otherwise as many 32-bit lanes as one of the processor's vectors has, and at least 8.
"""

from __future__ import annotations

from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.optimize import target_features
from anychip.ir import Function
from anychip.targets import Target
from anychip.vectorize.warp_ops import WARP_OPERATIONS

LARGE = 2_000
"""Instructions from which on a kernel is huge."""
NARROWEST, WIDEST = 8, 16


def choose_width(kernel: Function, vector_bits: int) -> int:
    """The lanes of a kernel whose calls have been inlined."""
    size = 0
    for instruction in kernel.instructions():
        if instruction.opcode in WARP_OPERATIONS:
            return WARP_SIZE
        size += 1
    if size > LARGE:
        return NARROWEST
    return min(max(vector_bits // 32, NARROWEST), WIDEST)


def vector_bits(target: Target) -> int:
    """Width of the processor's vector registers, as its features tell; 128 if they do not."""
    words = frozenset(target_features(target).split(","))
    if "+avx512f" in words:
        return 512
    return 256 if words & {"+avx2", "+lasx"} else 128
