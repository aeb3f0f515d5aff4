"""Loads in a loop that goes through memory in steps known only at run time: what later rounds load is asked for.

Processors see ahead of themselves only where the steps are short. In a grid-stride loop each is as long as the grid is
wide, so that every round begins in another page. Asking too much harms nobody: a prefetch never faults.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.loops import Loop
from anychip.ir import I64, ConstantInt, Instruction, IntType, Value, size_of
from anychip.vectorize.lane_emitter import LaneEmitter

ROUNDS_AHEAD = 8
_LINE = 64
_PASSED_ON = frozenset({"sext", "zext"})
_SUMS = frozenset({"add", "sub"})


@dataclass(frozen=True)
class Step:
    """A uniform integer by which an index grows each round, and the bytes that one of it is."""

    value: Value
    scale: int


def write_prefetch(emitter: LaneEmitter, load: Instruction, base: str) -> None:
    """Ask for what a load of consecutive elements from ``base`` on will want later, if its steps are long."""
    step = None if emitter.mask else step_of(emitter, load)
    if not step:
        return
    assert isinstance(step.value.type, IntType)
    amount = emitter.operand(step.value)
    if step.value.type != I64:
        amount = emitter.op(f"sext {step.value.type} {amount} to i64")
    distance = emitter.op(f"mul i64 {amount}, {step.scale * ROUNDS_AHEAD}")
    callee = emitter.context.intrinsic("llvm.prefetch.p0", "void", ["ptr", "i32", "i32", "i32"])
    later = emitter.op(f"getelementptr i8, ptr {base}, i64 {distance}")
    for offset in range(0, size_of(load.type) * emitter.width, _LINE):
        place = emitter.address(later, offset)
        emitter.emit(f"call {callee}(ptr {place}, i32 0, i32 2, i32 1)")


def step_of(emitter: LaneEmitter, load: Instruction) -> Step | None:
    """By what the address of a load grows from round to round of its loop; None if that is constant or not known."""
    address, place = load.operands[0], load.block
    loop = emitter.shapes.facts.control.nest.innermost.get(place) if place else None
    if not loop or not isinstance(address, Instruction) or address.opcode != "gep" or not _is_inside(address, loop):
        return None
    scales = address.attributes.get("scales", ())
    base, *indices = address.operands
    if _is_inside(base, loop) or not isinstance(scales, tuple):
        return None
    moving = [(index, scale) for index, scale in zip(indices, scales, strict=True) if _is_inside(index, loop)]
    if len(moving) != 1 or not isinstance(moving[0][1], int):
        return None
    step = _growth(moving[0][0], loop)
    if step is None or isinstance(step, ConstantInt) or _is_inside(step, loop) or emitter.shapes.stride(step) != 0:
        return None
    reached = not isinstance(step, Instruction) or step in emitter.slots
    return Step(step, moving[0][1]) if reached else None


def _is_inside(value: Value, loop: Loop) -> bool:
    return isinstance(value, Instruction) and value.block in loop.blocks


def _growth(index: Value, loop: Loop) -> Value | None:
    """What is added to an index each round."""
    while isinstance(index, Instruction) and index.opcode != "phi":
        moving = [operand for operand in index.operands if _is_inside(operand, loop)]
        if index.opcode not in _PASSED_ON | _SUMS or len(moving) != 1 or moving[0] is not index.operands[0]:
            return None
        index = moving[0]
    if not isinstance(index, Instruction) or index.block is not loop.header:
        return None
    for value, source in zip(index.operands, index.targets, strict=True):
        if (
            source in loop.blocks
            and isinstance(value, Instruction)
            and value.opcode == "add"
            and index in value.operands
        ):
            return next((operand for operand in value.operands if operand is not index), None)
    return None


__all__ = ["Step", "step_of", "write_prefetch"]
