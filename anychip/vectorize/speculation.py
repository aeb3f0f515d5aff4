"""Addresses that nothing proves to be consecutive but that often are: compared at run time.

``i ^ j``, ``i & (p - 1)``, ``i / n`` and ``i % n`` with a number only known at run time: lanes in a row stay in a row
where the number is large enough. Two that belong together, as ``i / 8`` and ``i % 8``, may make up a row again. The
comparison costs far less than a gather.
"""

from __future__ import annotations

from anychip.ir import I64, Constant, Instruction, PointerType, Value
from anychip.vectorize.guards import guess_stride
from anychip.vectorize.lane_emitter import LaneEmitter

_DEPTH = 12
# Operations that keep consecutive values apart by what they are, and those that may break the row here and there.
_SMOOTH = frozenset({"add", "sub", "mul", "shl", "gep", "sext", "zext", "trunc", "space.cast"})
_BREAKING = frozenset({"and", "or", "xor", "lshr", "ashr", "udiv", "urem", "sdiv", "srem"})


def may_be_consecutive(emitter: LaneEmitter, pointer: Value) -> bool:
    """Whether an address is made of strided values and such operations: with a number of run time, or several."""
    found: set[Instruction] = set()
    if not _is_made_of_rows(emitter, pointer, found, _DEPTH):
        return False
    return len(found) > 1 or any(_depends_on_launch(emitter, item) for item in found)


def write_comparison(emitter: LaneEmitter, pointer: Value, stride: int) -> tuple[str, str]:
    """Lane 0's address and whether all lanes' follow it at a stride."""
    numbers, width = emitter.wide(I64), emitter.width
    vector = emitter.vector(pointer)
    first = emitter.extract(PointerType(), vector, 0)
    found = emitter.op(f"ptrtoint {emitter.wide(PointerType())} {vector} to {numbers}")
    base = emitter.splat(I64, emitter.op(f"ptrtoint ptr {first} to i64"))
    row = emitter.op(f"add {numbers} {base}, {emitter.iota(I64, stride)}")
    return first, emitter.all(emitter.op(f"icmp eq <{width} x i64> {found}, {row}"))


def _is_made_of_rows(emitter: LaneEmitter, value: Value, found: set[Instruction], depth: int) -> bool:
    if emitter.shapes.stride(value) is not None or guess_stride(emitter, value) is not None:
        return True
    if not isinstance(value, Instruction) or value in emitter.shapes.lasting or not depth:
        return False
    if value.opcode in _BREAKING:
        found.add(value)
    elif value.opcode not in _SMOOTH:
        return False
    return all(_is_made_of_rows(emitter, operand, found, depth - 1) for operand in value.operands)


def _depends_on_launch(emitter: LaneEmitter, value: Instruction) -> bool:
    operands = (operand for operand in value.operands if not isinstance(operand, Constant))
    return any(emitter.shapes.stride(operand) == 0 for operand in operands)


__all__ = ["may_be_consecutive", "write_comparison"]
