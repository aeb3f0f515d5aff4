"""How many threads one call runs, in how many versions, and what the processor's vectors can do.

32 lanes where threads of a warp exchange values, since a call must then hold the whole warp; otherwise as many 32-bit
lanes as one of the processor's vectors has, and at least 8. Kernels that only look along x take twice as many if they
are small, or larger but with few values alive at once: two vectors hide each other's latencies and share what is
uniform, the loop over groups and its barriers. With more dimensions rows are often no longer than one vector.

The code grows with the kernel and its versions, and LLVM's time with the code, more than in proportion where there are
many blocks: values that cross them meet in phis. So that this stays within seconds, large kernels have one version
instead of three (all lanes, some lanes, the ends of rows), and huge ones run one thread per call.
"""

from __future__ import annotations

from anychip.codegen.function_writer import ATTRIBUTES
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.optimize import target_features
from anychip.ir import Function
from anychip.targets import Target
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.pressure import register_pressure
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.warp_ops import WARP_OPERATIONS

SMALL = 180
"""Instructions up to which two vectors for each value are thought to fit into the registers."""
MEDIUM, MAX_PRESSURE = 400, 14
"""Instructions, and vectors alive at once, up to which this is so of kernels with the registers of 512 bits."""
NARROWEST, WIDEST = 8, 16

# Instructions, times the vector registers that a 32-bit value of all lanes takes; and that times the blocks. A barrier
# counts as two blocks: values that live across it are saved and fetched again.
_LARGE, _LARGE_FLOW = 1_500, 250_000
_HUGE, _HUGE_FLOW = 4_500, 1_000_000

# Width of the vectors that every processor of an architecture has, and that features add, widest first.
_BASE = {"x86_64": 128, "aarch64": 128}
_LEVELS = {"x86-64-v3": ("+avx2",), "x86-64-v4": ("+avx2", "+avx512f", "+avx512bw", "+avx512vl")}
_FEATURES = {"+avx512f": 512, "+avx2": 256, "+lasx": 256, "+v": 128, "+lsx": 128}
_SCALABLE_MASKS = 256  # SVE: LLVM uses it for vectors of fixed length only from this guaranteed width on

# What a processor does under a mask: bits of the elements, for consecutive addresses and for any.
_MASKED_MEMORY = {
    "+avx512bw": ((8, 16, 32, 64), (32, 64)),
    "+avx512f": ((32, 64), (32, 64)),
    "+avx2": ((32, 64), ()),
    "+v": ((8, 16, 32, 64), (8, 16, 32, 64)),
}
# It has gathers of bytes too, but LLVM 20 aborts on those of fixed length.
_SVE_MASKED_MEMORY = ((8, 16, 32, 64), (32, 64))


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
    width = min(vector_bits // 32, WIDEST)
    return max(width * 2 if is_row and _has_room(kernel, size, width) else width, NARROWEST)


def _has_room(kernel: Function, size: int, width: int) -> bool:
    """Whether two vectors for each value fit into the registers; those of 512 bits are twice as many."""
    if size <= SMALL:
        return True
    return width == WIDEST and size <= MEDIUM and register_pressure(kernel, width) <= MAX_PRESSURE


def single_version(kernel: Function, width: int, vector_bits: int) -> bool:
    """Whether a kernel is so large that one version of it must do. Raises RefusedError if even that is too much."""
    size = sum(len(block.instructions) for block in kernel.blocks) * max(1, width * 32 // max(vector_bits, 32))
    barriers = sum(instruction.opcode in BARRIERS for instruction in kernel.instructions())
    flow = size * (len(kernel.blocks) + 2 * barriers)
    if size > _HUGE or flow > _HUGE_FLOW:
        raise RefusedError("the kernel is so large that compiling it for groups would take too long")
    return size > _LARGE or flow > _LARGE_FLOW


def vector_bits(target: Target) -> int:
    """Width of the processor's vector registers, as its features tell; 0 if it has none."""
    words = _features(target)
    widths = (bits for feature, bits in _FEATURES.items() if feature in words)
    fixed = next(widths, _BASE.get(target.triple.split("-")[0], 0))
    return fixed if target.native else max(fixed, target.scalable_bits)


def carried_values(target: Target, width: int) -> int:
    """How many values of 32 bits in each lane a loop should carry at most: half of the vector registers."""
    bits = vector_bits(target)
    registers = 16 if target.triple.startswith("x86_64") and bits < 512 else 32
    return max(1, registers // 2 // max(1, width * 32 // max(bits, 32)))


def has_masked_memory(target: Target, bits: int, *, consecutive: bool) -> bool:
    """Whether the processor loads and stores vectors of elements of ``bits`` under a mask.

    LLVM makes a branch for each lane where it does not: right, but code that is large and slow to compile.
    """
    words = _features(target)
    found = (sizes for feature, sizes in _MASKED_MEMORY.items() if feature in words)
    sizes = next(found, ((), ()))
    if _uses_sve(target):
        sizes = _SVE_MASKED_MEMORY
    return bits in sizes[not consecutive]


def takes_gathers(target: Target, bits: int) -> bool:
    """Whether LLVM can be given gathers and scatters of such elements at all, masked or not."""
    return not _uses_sve(target) or bits in _SVE_MASKED_MEMORY[1]


def group_attributes(target: Target) -> str:
    """Attributes of LLVM functions that run groups: also how wide registers may be and how the stack is aligned.

    x86-64 aligns the stack to 16 bytes: without a frame pointer LLVM would spill vectors across cache lines.
    """
    bits = vector_bits(target)
    if bits >= 256 and target.triple.startswith("x86_64"):
        widest = '"prefer-vector-width"="512" "min-legal-vector-width"="512" ' if bits >= 512 else ""
        return f"{ATTRIBUTES} alignstack({bits // 8}) {widest}"
    if target.scalable_bits and target.triple.startswith("aarch64") and not target.native:
        return f"{ATTRIBUTES} vscale_range({target.scalable_bits // 128},16) "
    return f"{ATTRIBUTES} "


def _uses_sve(target: Target) -> bool:
    return target.scalable_bits >= _SCALABLE_MASKS and "+sve" in _features(target)


def _features(target: Target) -> frozenset[str]:
    """The features that are named for a processor, and those its level stands for."""
    level = () if target.native else _LEVELS.get(target.cpu, ())
    return frozenset([*target_features(target).split(","), *level])
