"""Analysis: values whose differences between lanes are known when the kernel is compiled, if not by one stride.

``2 * t - (t & 3)``, ``t ^ 4``, ``t >> 1``: lane 0's ``t`` is a multiple of the lanes, so that its lower bits are zero
and the upper ones are those of all lanes. A value is then a base, the same for all, plus a number for each lane, which
bit operations take apart and put together again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anychip.analysis.lane_shape import MAX_ALIGNMENT, Kind, power_of_two
from anychip.ir import Block, ConstantInt, Instruction, IntType, PointerType, Value
from anychip.vectorize.shapes import LaneShapes

_DEPTH = 12
_BITWISE: dict[str, Callable[[int, int], int]] = {"and": int.__and__, "or": int.__or__, "xor": int.__xor__}


@dataclass(frozen=True)
class Pattern:
    """Lane k's value is base + ``offsets[k]`` modulo 2^bits of its type; ``alignment``, a power of two, divides the
    base, which all active lanes share.
    """

    alignment: int
    offsets: tuple[int, ...]

    @property
    def is_apart(self) -> bool:
        """Whether base and offsets have no bit in common, so that nothing is carried from one to the other."""
        return min(self.offsets) >= 0 and max(self.offsets) < self.alignment


def lane_pattern(shapes: LaneShapes, value: Value, block: Block) -> Pattern | None:
    """The pattern of a value as a use in ``block`` sees it; None if its lanes differ by more than is known."""
    return _Patterns(shapes, block).find(value, _DEPTH)


class _Patterns:
    def __init__(self, shapes: LaneShapes, block: Block) -> None:
        self._shapes = shapes
        self._block = block

    def find(self, value: Value, depth: int) -> Pattern | None:
        shape, width = self._shapes.facts.shape_of(value), self._shapes.width
        if isinstance(value, ConstantInt):
            return Pattern(power_of_two(value.value), (0,) * width)
        if shape.kind is Kind.LOCAL or self._shapes.is_past(value, self._block):
            return None
        stride = self._shapes.stride(value)
        if stride is not None and isinstance(value.type, (IntType, PointerType)):
            # A number that only its range tells has a shape of its own.
            alignment = shape.alignment if shape.has_base and shape.stride == stride else 1
            return _pattern(alignment, [stride * lane for lane in range(width)])
        if not isinstance(value, Instruction) or not depth:
            return None
        return self._computed(value, depth - 1)

    def _computed(self, item: Instruction, depth: int) -> Pattern | None:
        match item.opcode:
            case "gep":
                return self._address(item, depth)
            case "space.cast" | "trunc" | "zext" | "sext":
                inner = self.find(item.operands[0], depth)
                return inner and _converted(item, inner)
            case "add" | "sub" | "and" | "or" | "xor":
                return self._combined(item, depth)
            case "mul" | "shl" | "lshr":
                inner, amount = self.find(item.operands[0], depth), item.operands[1]
                return _scaled(item, inner, amount.value) if inner and isinstance(amount, ConstantInt) else None
        return None

    def _address(self, item: Instruction, depth: int) -> Pattern | None:
        scales = item.attributes["scales"]
        assert isinstance(scales, tuple)
        if any(index.type != IntType(64) for index in item.operands[1:]):
            return None
        total = [0] * self._shapes.width
        for operand, scale in zip(item.operands, (1, *scales), strict=True):
            part = self.find(operand, depth)
            if part is None:
                return None
            total = [value + offset * scale for value, offset in zip(total, part.offsets, strict=True)]
        return Pattern(1, tuple(total))

    def _combined(self, item: Instruction, depth: int) -> Pattern | None:
        parts = [self.find(operand, depth) for operand in item.operands]
        first, second = parts
        if first is None or second is None:
            return None
        if item.opcode in ("add", "sub"):
            sign = 1 if item.opcode == "add" else -1
            pairs = zip(first.offsets, second.offsets, strict=True)
            return _pattern(min(first.alignment, second.alignment), [a + sign * b for a, b in pairs])
        first, second = _split(item.operands[0], first, second), _split(item.operands[1], second, first)
        common = Pattern(min(first.alignment, second.alignment), (*first.offsets, *second.offsets))
        if not common.is_apart:
            return None
        operation = _BITWISE[item.opcode]
        alignment = max(first.alignment, second.alignment) if item.opcode == "and" else common.alignment
        return _pattern(alignment, [operation(a, b) for a, b in zip(first.offsets, second.offsets, strict=True)])


def _split(operand: Value, pattern: Pattern, other: Pattern) -> Pattern:
    """A constant with its lower bits in the offsets: as many as the other side has there."""
    if not isinstance(operand, ConstantInt):
        return pattern
    low = operand.value & (other.alignment - 1)
    return Pattern(power_of_two(operand.value - low), (low,) * len(pattern.offsets))


def _converted(item: Instruction, inner: Pattern) -> Pattern | None:
    source = item.operands[0].type
    if item.opcode in ("zext", "sext"):
        assert isinstance(source, IntType)
        bounded = Pattern(min(inner.alignment, 1 << source.bits - 1), inner.offsets)
        return bounded if bounded.is_apart else None
    return _pattern(inner.alignment, list(inner.offsets))


def _scaled(item: Instruction, inner: Pattern, number: int) -> Pattern | None:
    assert isinstance(item.type, IntType)
    if item.opcode == "mul":
        return _pattern(inner.alignment * power_of_two(number), [number * offset for offset in inner.offsets])
    if number >= item.type.bits:
        return None
    if item.opcode == "shl":
        return _pattern(inner.alignment << number, [offset << number for offset in inner.offsets])
    bounded = Pattern(min(inner.alignment, 1 << item.type.bits - 1), inner.offsets)
    if not bounded.is_apart or bounded.alignment < 1 << number:
        return None
    return Pattern(bounded.alignment >> number, tuple(offset >> number for offset in inner.offsets))


def _pattern(alignment: int, offsets: list[int]) -> Pattern:
    return Pattern(min(alignment, MAX_ALIGNMENT), tuple(offsets))


__all__ = ["Pattern", "lane_pattern"]
