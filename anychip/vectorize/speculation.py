"""Addresses that nothing proves to be consecutive but that often are: compared at run time.

``i ^ j``, ``i & (p - 1)``, ``i / n``, ``i % n`` and ``min(i + 1, n)`` with a number only known at run time: lanes in a
row stay in a row where the number is large enough, or does not matter. Two that belong together, as ``i / 8`` and
``i % 8``, may make up a row again. The comparison costs far less than a gather.
"""

from __future__ import annotations

from anychip.ir import I64, Constant, Instruction, PointerType, Value
from anychip.vectorize.clamps import clamp_of, write_clamp
from anychip.vectorize.guards import guess_stride
from anychip.vectorize.lane_emitter import LaneEmitter

_DEPTH = 12
# Operations that keep consecutive values apart by what they are, and those that may break the row here and there.
_SMOOTH = frozenset({"add", "sub", "mul", "shl", "gep", "sext", "zext", "trunc", "space.cast"})
_BREAKING = frozenset({"and", "or", "xor", "lshr", "ashr", "udiv", "urem", "sdiv", "srem"})
_BREAKING |= {"smin", "smax", "umin", "umax", "select"}


def may_be_consecutive(emitter: LaneEmitter, pointer: Value) -> bool:
    """Whether an address is made of strided values and such operations: with a number of run time, or several."""
    found: set[Instruction] = set()
    if not _is_made_of_rows(emitter, pointer, found, _DEPTH):
        return False
    return len(found) > 1 or any(_depends_on_launch(emitter, item) for item in found)


def write_comparison(emitter: LaneEmitter, pointer: Value, stride: int) -> tuple[str, str]:
    """The address lane 0 has, or would have, if all active lanes' lie in a row at a stride, and whether they do."""
    clamp = clamp_of(emitter, pointer, stride)
    if clamp:
        return write_clamp(emitter, clamp)
    pointers = emitter.wide(PointerType())
    back = emitter.iota(I64, -stride)
    starts = emitter.op(f"getelementptr i8, {pointers} {emitter.vector(pointer)}, {emitter.wide(I64)} {back}")
    start = emitter.first(PointerType(), starts)
    same = emitter.op(f"icmp eq {pointers} {starts}, {emitter.splat(PointerType(), start)}")
    return start, emitter.all_active(same)


def _is_made_of_rows(emitter: LaneEmitter, value: Value, found: set[Instruction], depth: int) -> bool:
    if emitter.shapes.stride(value) is not None or guess_stride(emitter, value) is not None:
        return True
    if not isinstance(value, Instruction) or value in emitter.shapes.lasting or not depth:
        return False
    if value.opcode in _BREAKING:
        found.add(value)
    elif value.opcode not in _SMOOTH:
        return False
    return all(_is_made_of_rows(emitter, operand, found, depth - 1) for operand in _combined(value))


def _depends_on_launch(emitter: LaneEmitter, value: Instruction) -> bool:
    operands = (operand for operand in _combined(value) if not isinstance(operand, Constant))
    return any(emitter.shapes.stride(operand) == 0 for operand in operands)


def _combined(value: Instruction) -> list[Value]:
    """The operands without a condition to choose by."""
    return value.operands[1:] if value.opcode == "select" else list(value.operands)


__all__ = ["may_be_consecutive", "write_comparison"]
