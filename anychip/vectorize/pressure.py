"""How many vectors a kernel holds at once: whether two for each value would still fit into the registers."""

from __future__ import annotations

from anychip.analysis.liveness import live_out
from anychip.ir import I1, Function, Instruction, size_of
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes

_USUAL_BYTES = 4


def register_pressure(kernel: Function, width: int) -> int:
    """The most values that differ between lanes and are alive at one point, counted in elements of 32 bits.

    LLVM orders instructions anew, so this is a measure and no bound.
    """
    shapes = analyse_shapes(kernel, Grouping.WHOLE, width)
    most = 0
    for block, ends in live_out(kernel).items():
        live = set(ends)
        most = max(most, _cost(shapes, live))
        for item in reversed(block.instructions):
            live.discard(item)
            if item.opcode != "phi":
                live |= {operand for operand in item.operands if isinstance(operand, Instruction)}
                most = max(most, _cost(shapes, live))
    return most


def _cost(shapes: LaneShapes, live: set[Instruction]) -> int:
    vectors = (item for item in live if shapes.stride(item) is None and item not in shapes.lazy)
    return sum(-(-size_of(item.type) // _USUAL_BYTES) for item in vectors if item.type != I1)


__all__ = ["register_pressure"]
