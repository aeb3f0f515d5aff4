"""When base + stride * lane, read as a number, stays within its narrow type, so that zext and sext keep the stride.

``unsigned j = i - 1; if (j < n) x[j]`` wraps in lane 0 of the first warp: there ``zext j`` is 2^32 - 1 in lane 0 and 0
in lane 1. Either ranges prove that this cannot happen or a test of the base at run time decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.value_range import Range
from anychip.ir import Instruction, IntType, Value


@dataclass(frozen=True)
class Proven:
    """The extension keeps the stride; ``base_opcode`` (zext or sext) extends the base, active lane or not."""

    base_opcode: str


@dataclass(frozen=True)
class Guard:
    """A test at run time: it holds if ``low <= base of narrow <= high``, both inclusive, read as ``signed`` or not.

    Evaluate it where ``extension`` stands, each time. One of the bounds is often the type's own.
    """

    extension: Instruction
    narrow: Value
    signed: bool
    low: int
    high: int


def guard_for(extension: Instruction, stride: int, lanes: int) -> Guard | None:
    """The test for an extension of a strided value; None if no base can pass it."""
    narrow = extension.operands[0]
    assert isinstance(narrow.type, IntType)
    is_signed = extension.opcode == "sext"
    low, high = type_bounds(narrow.type.bits, signed=is_signed)
    span = stride * (lanes - 1)
    low, high = low + max(0, -span), high - max(0, span)
    return Guard(extension, narrow, is_signed, low, high) if low <= high else None


def prove(extension: Instruction, stride: int, lanes: int, narrow: Range, *, together: bool) -> Proven | None:
    """Whether the active lanes' values, read as numbers, are in arithmetic progression, and how to extend the base.

    ``narrow`` holds for active lanes only. Two of them that follow each other are up to ``lanes - 1`` lanes apart,
    unless all lanes are ``together``; a wrap between them would take the numbers apart by more than the range allows.
    The base of an inactive lane 0 lies before the range: it may be negative where the values are not.
    """
    is_signed = extension.opcode == "sext"
    low, high = narrow.bounds(signed=is_signed)
    span = stride * (lanes - 1)
    if high - low + (abs(stride) if together else abs(span)) >= 1 << narrow.bits:
        return None
    if together:
        return Proven(extension.opcode)
    low, high = low - max(0, span), high - min(0, span)
    for opcode in (extension.opcode, "zext" if is_signed else "sext"):
        least, greatest = type_bounds(narrow.bits, signed=opcode == "sext")
        if least <= low and high <= greatest:
            return Proven(opcode)
    return None


def type_bounds(bits: int, *, signed: bool) -> tuple[int, int]:
    """Least and greatest number of a type."""
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
