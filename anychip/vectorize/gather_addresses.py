"""The addresses of a gather or scatter in the form that processors have: a scalar base plus a vector of indices.

An index that is extended from 32 bits stays one of 32 bits: half as many instructions per gather. A zero extension
becomes a sign extension by ``zext(x) = sext(x ^ 2^31) + 2^31``, which holds for every x.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from anychip.ir import I32, I64, Instruction, PointerType, Value
from anychip.vectorize.address_terms import parts
from anychip.vectorize.lane_emitter import LaneEmitter

_DEPTH = 12
_SCALES = (1, 2, 4, 8)
_BIAS = 1 << 31


@dataclass
class Sum:
    """Scalars and vectors times constants, and a constant number of bytes."""

    scalars: list[tuple[Value, int]] = field(default_factory=list)
    vectors: list[tuple[Value, int]] = field(default_factory=list)
    offset: int = 0


def lane_addresses(emitter: LaneEmitter, access: Instruction, delta: int) -> str:
    """The vector of the addresses of an access, ``delta`` bytes further on."""
    pointer = access.operands[-1]
    found = collect(emitter, pointer)
    found.offset += delta
    index, scale = found.vectors[0] if len(found.vectors) == 1 else (pointer, 0)
    pointers = sum(_is_pointer(value) for value, _ in found.scalars)
    if pointers != 1 or _is_pointer(index) or scale not in _SCALES:
        text = emitter.vector(pointer)
        return emitter.op(f"getelementptr i8, {emitter.wide(PointerType())} {text}, i64 {delta}") if delta else text
    text = _index(emitter, index, scale, found)
    return emitter.op(f"getelementptr [{scale} x i8], ptr {_base(emitter, found)}, {emitter.wide(I64)} {text}")


def collect(emitter: LaneEmitter, pointer: Value) -> Sum:
    """An address as a sum of values that are at hand in this block."""
    found = Sum()
    _collect(emitter, pointer, 1, found, _DEPTH)
    return found


def _collect(emitter: LaneEmitter, value: Value, factor: int, found: Sum, depth: int) -> None:
    """Take apart what is computed in this block: the operands of that are at hand."""
    stride = _stride(emitter, value)
    if stride == 0:
        found.scalars.append((value, factor))
        return
    split = parts(value) if isinstance(value, Instruction) and depth and _is_here(emitter, value) else None
    if split is None:
        found.vectors.append((value, factor))
        return
    operands, constant = split
    found.offset += constant * factor
    for operand, scale in operands:
        _collect(emitter, operand, factor * scale, found, depth - 1)


def _stride(emitter: LaneEmitter, value: Value) -> int | None:
    assert emitter.block is not None
    return emitter.shapes.stride_at(value, emitter.block)


def _is_here(emitter: LaneEmitter, value: Instruction) -> bool:
    return value.block is emitter.block or (value in emitter.shapes.lazy and value not in emitter.shapes.lasting)


def _is_pointer(value: Value) -> bool:
    return isinstance(value.type, PointerType)


def _index(emitter: LaneEmitter, index: Value, scale: int, found: Sum) -> str:
    """The index as 64 bits, extended from 32 with its sign if from 32 at all."""
    is_extended = isinstance(index, Instruction) and index.opcode == "zext" and index.operands[0].type == I32
    if not is_extended or not isinstance(index, Instruction) or not _is_here(emitter, index):
        return emitter.vector(index)
    narrow = emitter.wide(I32)
    text = emitter.op(f"xor {narrow} {emitter.vector(index.operands[0])}, splat (i32 {-_BIAS})")
    found.offset += _BIAS * scale
    return emitter.op(f"sext {narrow} {text} to {emitter.wide(I64)}")


def _base(emitter: LaneEmitter, found: Sum) -> str:
    """The scalar part of the address."""
    pointers = [value for value, _ in found.scalars if _is_pointer(value)]
    base = emitter.operand(pointers[0])
    for value, factor in found.scalars:
        if _is_pointer(value):
            continue
        product = emitter.op(f"mul i64 {emitter.operand(value)}, {factor}") if factor != 1 else emitter.operand(value)
        base = emitter.op(f"getelementptr i8, ptr {base}, i64 {product}")
    return emitter.address(base, I64.signed(found.offset))


__all__ = ["Sum", "collect", "lane_addresses"]
