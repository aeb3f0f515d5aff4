"""Addresses at an index held within bounds, ``row[min(i + 1, last)]``: mostly, no active lane meets its bound.

Then the lanes lie in a row at the place that the index would have without the bound, which is known without asking any
lane: the bounded and the plain index are compared, as narrow as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Instruction, IntType, Value
from anychip.vectorize.bases import write_base
from anychip.vectorize.entry_guards import compute_early
from anychip.vectorize.lane_emitter import LaneEmitter

_BOUNDS = frozenset({"smin", "smax", "umin", "umax"})
_DEPTH = 4
_EXTENSIONS = frozenset({"sext", "zext"})


@dataclass(frozen=True)
class Clamp:
    """An ``address`` with one index that lanes differ in, the ``extension`` of ``bounded``, which ``plain`` becomes."""

    address: Instruction
    extension: Instruction
    bounded: Instruction
    plain: Value


def clamp_of(emitter: LaneEmitter, pointer: Value, stride: int) -> Clamp | None:
    """How an address depends on a bounded index, if lanes lie ``stride`` apart where no bound is met."""
    here = emitter.block
    if not isinstance(pointer, Instruction) or pointer.opcode != "gep" or pointer.block is not here:
        return None
    varying = [index for index, value in enumerate(pointer.operands) if emitter.shapes.stride(value) != 0]
    scales = pointer.attributes["scales"]
    assert isinstance(scales, tuple)
    if len(varying) != 1 or not varying[0] or scales[varying[0] - 1] != stride:
        return None
    extension = pointer.operands[varying[0]]
    if not isinstance(extension, Instruction) or extension.opcode not in _EXTENSIONS or extension.block is not here:
        return None
    bounded = extension.operands[0]
    if not isinstance(bounded, Instruction) or bounded.opcode not in _BOUNDS:
        return None
    known = {emitter.shapes.stride(value): value for value in bounded.operands}
    if known.keys() != {0, 1} or not _is_early(emitter, known[1], _DEPTH):
        return None
    return Clamp(pointer, extension, bounded, known[1])


def _is_early(emitter: LaneEmitter, value: Value, depth: int) -> bool:
    """Whether lane 0's value can be computed anywhere: the plain index itself may not live on up to the access."""
    if not isinstance(value, Instruction) or value.opcode == "sreg":
        return True
    if not depth or not value.is_pure or emitter.shapes.stride(value) is None:
        return False
    return all(_is_early(emitter, operand, depth - 1) for operand in value.operands)


def write_clamp(emitter: LaneEmitter, clamp: Clamp) -> tuple[str, str]:
    """Where lane 0 lies if no bound is met, and whether the active lanes meet none and the row does not wrap."""
    wide, narrow = emitter.wide(clamp.plain.type), clamp.plain.type
    assert isinstance(narrow, IntType)
    base = compute_early(emitter, clamp.plain)
    place = emitter.op(f"{clamp.extension.opcode} {narrow} {base} to {clamp.extension.type}")
    emitter.lane_texts = {clamp.extension: place}
    start = write_base(emitter, clamp.address)
    emitter.lane_texts = {}
    is_signed = clamp.extension.opcode == "sext"
    last = (narrow.mask >> 1 if is_signed else narrow.mask) - (emitter.width - 1)
    straight = emitter.op(f"icmp {'sle' if is_signed else 'ule'} {narrow} {base}, {narrow.signed(last)}")
    same = emitter.op(f"icmp eq {wide} {emitter.vector(clamp.bounded)}, {emitter.vector(clamp.plain)}")
    return start, emitter.op(f"and i1 {straight}, {emitter.all_active(same)}")


__all__ = ["Clamp", "clamp_of", "write_clamp"]
