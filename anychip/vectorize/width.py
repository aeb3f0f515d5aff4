"""How many threads one call runs.

32 where threads of a warp exchange values, since a call must then hold the whole warp; 8 for huge kernels, whose code
takes long to compile; otherwise as many 32-bit lanes as one of the processor's vectors has, and at least 8. Small
kernels that only look along x take twice as many: two vectors hide each other's latencies and share what is uniform,
the loop over groups and its barriers. With more dimensions rows are often no longer than one vector.
"""

from __future__ import annotations

from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.optimize import target_features
from anychip.ir import Function
from anychip.targets import Target
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.warp_ops import WARP_OPERATIONS

LARGE = 2_000
"""Instructions from which on a kernel is huge."""
SMALL = 180
"""Instructions up to which two vectors for each value are thought to fit into the registers."""
NARROWEST, WIDEST = 8, 16


# What every processor of an architecture or level has, and what features add, widest first.
_BASE = {"x86_64": 128, "aarch64": 128}
_LEVELS = {"x86-64-v3": 256, "x86-64-v4": 512}
_FEATURES = {"+avx512f": 512, "+avx2": 256, "+lasx": 256, "+v": 128, "+lsx": 128}


def choose_width(kernel: Function, vector_bits: int) -> int:
    """The lanes of a kernel whose calls have been inlined. Raises RefusedError without vector registers."""
    if not vector_bits:
        raise RefusedError("the processor has no vector registers")
    size, is_row = 0, True
    for instruction in kernel.instructions():
        if instruction.opcode in WARP_OPERATIONS:
            return WARP_SIZE
        size += 1
        is_row = is_row and not (instruction.opcode == "sreg" and instruction.text("register") in ("tid.y", "tid.z"))
    if size > LARGE:
        return NARROWEST
    vectors = 2 if is_row and size <= SMALL else 1
    return max(min(vector_bits // 32, WIDEST) * vectors, NARROWEST)


def vector_bits(target: Target) -> int:
    """Width of the processor's vector registers, as its features tell; 0 if it has none."""
    if target.cpu in _LEVELS and not target.native:
        return _LEVELS[target.cpu]
    words = target_features(target).split(",")
    widths = (bits for feature, bits in _FEATURES.items() if feature in words)
    return next(widths, _BASE.get(target.triple.split("-")[0], 0))
