"""Whether a kernel searches with a stack of its own: loops in which each thread goes its own way through its own array.

Backtracking and walks over trees: a loop that lanes leave one after another, with integers only, branches inside it on
which lanes part, and an array that is read and written at an index of each lane's own. Few lanes do the same thing at
the same time, every access is a gather or a scatter, and all wait for the one with the most to do: one thread at a
time is faster, several times so if work is spread unevenly.
"""

from __future__ import annotations

from anychip.analysis.loops import Loop
from anychip.ir import AddressSpace, FloatType, Function, Instruction
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes
from anychip.vectorize.warp_ops import WARP_OPERATIONS

_PRIVATE = (AddressSpace.LOCAL, AddressSpace.SHARED)


def is_search_bound(kernel: Function, width: int) -> bool:
    """Whether one thread at a time is faster than ``width`` lanes. Barriers around such a loop do not matter, but
    threads that exchange values in their warp do that faster as lanes.
    """
    opcodes = {item.opcode for item in kernel.instructions()}
    if not {"load", "store"} <= opcodes or opcodes & WARP_OPERATIONS:
        return False
    shapes = analyse_shapes(kernel, Grouping.WHOLE, width)
    return any(_is_search(shapes, loop) for loop in shapes.facts.divergent_loops)


def _is_search(shapes: LaneShapes, loop: Loop) -> bool:
    body = [item for block in loop.blocks for item in block.instructions]
    if any(isinstance(item.type, FloatType) for item in body):
        return False
    scattered = {item.opcode for item in body if _is_scattered(shapes, item)}
    return {"load", "store"} <= scattered and any(_parts_lanes(shapes, loop, item) for item in body)


def _is_scattered(shapes: LaneShapes, item: Instruction) -> bool:
    """Whether each lane has its own place in an array that is of the thread or the block alone."""
    if item.opcode not in ("load", "store"):
        return False
    address = item.operands[-1]
    if shapes.facts.space_of(address) not in _PRIVATE or shapes.stride(address) is not None:
        return False
    return shapes.guarded_stride(address) is None


def _parts_lanes(shapes: LaneShapes, loop: Loop, item: Instruction) -> bool:
    """Whether it is a branch on which lanes go different ways that both stay in the loop."""
    if item.opcode != "condbr" or shapes.stride(item.operands[0]) is not None:
        return False
    return all(target in loop.blocks for target in item.targets)


__all__ = ["is_search_bound"]
