"""What lives across a barrier: values that are kept, and those that are computed anew from them.

A value without effects whose operands are kept, renewed, constant, arguments or special registers can be had again
at any time. That is cheaper than the frame where it takes few operations, above all for vectors.
"""

from __future__ import annotations

from anychip.ir import Block, Instruction
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_ops import write_operation
from anychip.vectorize.shapes import LaneShapes

MAX_SCALAR_COST, MAX_VECTOR_COST = 4, 10
"""Operations that renewing a value may take, of a scalar and of a vector."""
_FREE = frozenset({"sreg"})
_COSTLY = frozenset({"udiv", "sdiv", "urem", "srem", "fdiv", "frem", "sqrt", "select", "bitcast"})
_PRICE = 6
_MAX_DEPTH = 8


def split_live(
    shapes: LaneShapes, point: Instruction, live: frozenset[Instruction]
) -> tuple[set[Instruction], set[Instruction]]:
    """The values to keep and to renew across ``point``, of those live after it."""
    wanted = _spread(shapes, {value for value in live if value.opcode != "alloca"})
    assert point.block is not None
    fixed = {value for value in wanted if not value.is_pure or shapes.is_past(value, point.block)}
    kept, renewed = set(fixed), set()
    for value in wanted - fixed:
        limit = MAX_VECTOR_COST if shapes.stride(value) is None else MAX_SCALAR_COST
        if _cost(shapes, value, point.block, fixed) <= limit:
            renewed.add(value)
        else:
            kept.add(value)
    return kept, renewed


def renew(emitter: LaneEmitter, value: Instruction) -> None:
    """Compute a value again, after what is kept has been put back."""
    if value in emitter.known:
        return
    for operand in value.operands:
        if isinstance(operand, Instruction) and _must_be_renewed(emitter, operand):
            renew(emitter, operand)
    write_operation(emitter, value)


def _must_be_renewed(emitter: LaneEmitter, value: Instruction) -> bool:
    shapes = emitter.shapes
    return value.is_pure and value not in shapes.lazy and shapes.facts.constant_of(value) is None


def _spread(shapes: LaneShapes, live: set[Instruction]) -> set[Instruction]:
    """Lazy values lie nowhere: their operands are wanted instead. Constants are not wanted at all."""
    found: set[Instruction] = set()
    seen: set[Instruction] = set()
    work = list(live)
    while work:
        value = work.pop()
        if value in seen or shapes.facts.constant_of(value) is not None or value.opcode == "alloca":
            continue
        seen.add(value)
        if value in shapes.lazy:
            work += [operand for operand in value.operands if isinstance(operand, Instruction)]
        else:
            found.add(value)
    return found


def _cost(shapes: LaneShapes, value: Instruction, place: Block, fixed: set[Instruction], depth: int = 0) -> int:
    """Operations to renew a value from those that are kept anyway; beyond any limit if that cannot be done."""
    if value in fixed or value.opcode in _FREE or shapes.facts.constant_of(value) is not None:
        return 0
    if depth > _MAX_DEPTH or not value.is_pure or shapes.is_past(value, place):
        return MAX_VECTOR_COST + 1
    cost = _PRICE if value.opcode in _COSTLY else 1
    for operand in value.operands:
        if isinstance(operand, Instruction) and operand.opcode != "alloca" and cost <= MAX_VECTOR_COST:
            cost += _cost(shapes, operand, place, fixed, depth + 1)
    return cost
