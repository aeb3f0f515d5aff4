"""Addresses that nothing proves to be consecutive but that often are: compared at run time.

``i ^ j``, ``i & (p - 1)``, ``i / n``, ``i % n`` and ``min(i + 1, n)`` with a number only known at run time: lanes in a
row stay in a row where the number is large enough, or does not matter. Two that belong together, as ``i / 8`` and
``i % 8``, may make up a row again. The comparison costs far less than a gather.
"""

from __future__ import annotations

from anychip.ir import I32, I64, Constant, Instruction, IntType, PointerType, Type, Value
from anychip.vectorize.clamps import clamp_of, write_clamp
from anychip.vectorize.gather_addresses import Sum, narrow_index, scalar_base
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
    narrow = narrow_index(emitter, pointer)
    if narrow and stride % narrow[1] == 0:
        return _compare_indices(emitter, *narrow, stride // narrow[1])
    return _compare(emitter, PointerType(), emitter.vector(pointer), stride)


def _compare_indices(
    emitter: LaneEmitter, extension: Instruction, scale: int, address: Sum, step: int
) -> tuple[str, str]:
    """The same by the indices before they are extended from 32 bits: half as wide, if they do not wrap on the way."""
    first, same = _compare(emitter, I32, emitter.vector(extension.operands[0]), step)
    signed = extension.opcode == "sext"
    highest = (1 << 31 if signed else 1 << 32) - 1 - step * (emitter.width - 1)
    straight = emitter.op(f"icmp {'s' if signed else 'u'}le i32 {first}, {I32.signed(highest)}")
    wide = emitter.op(f"{extension.opcode} i32 {first} to i64")
    start = emitter.op(f"getelementptr [{scale} x i8], ptr {scalar_base(emitter, address)}, i64 {wide}")
    return start, emitter.op(f"and i1 {same}, {straight}")


def _compare(emitter: LaneEmitter, type_: Type, text: str, stride: int) -> tuple[str, str]:
    """Lane 0's value if all active lanes' lie in a row, and whether they do."""
    wide = emitter.wide(type_)
    if isinstance(type_, IntType):
        starts = emitter.op(f"add {wide} {text}, {emitter.iota(type_, -stride)}")
    else:
        starts = emitter.op(f"getelementptr i8, {wide} {text}, {emitter.wide(I64)} {emitter.iota(I64, -stride)}")
    start = emitter.first(type_, starts)
    same = emitter.op(f"icmp eq {wide} {starts}, {emitter.splat(type_, start)}")
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
