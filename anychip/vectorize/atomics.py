"""Atomic operations of all lanes: in ascending order, or summed up first where that gives the same."""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.function_writer import WRITERS
from anychip.codegen.llvm_types import type_text
from anychip.ir import Instruction, IntType
from anychip.vectorize.each_lane import in_turn
from anychip.vectorize.lane_emitter import LaneEmitter

# Operation -> the reduction that does the same for all lanes at once, and its neutral element for a width.
_REDUCTIONS: dict[str, tuple[str, Callable[[int], int]]] = {
    "add": ("add", lambda bits: 0),
    "sub": ("add", lambda bits: 0),
    "and": ("and", lambda bits: -1),
    "or": ("or", lambda bits: 0),
    "xor": ("xor", lambda bits: 0),
    "max": ("smax", lambda bits: -(1 << bits - 1)),
    "min": ("smin", lambda bits: (1 << bits - 1) - 1),
    "umax": ("umax", lambda bits: 0),
    "umin": ("umin", lambda bits: -1),
}


def write_atomic(emitter: LaneEmitter, instruction: Instruction, *, used: bool) -> None:
    """``used``: whether anyone looks at the old values."""
    address, value = instruction.operands
    reducible = instruction.text("operation") in _REDUCTIONS and isinstance(value.type, IntType)
    if used or not reducible or emitter.shapes.stride(address) != 0:
        emitter.define(instruction, vector=in_turn(emitter, instruction))
        return
    assert isinstance(value.type, IntType)
    reduction, neutral = _REDUCTIONS[instruction.text("operation")]
    text, wide, element = emitter.vector(value), emitter.wide(value.type), type_text(value.type)
    if emitter.mask:
        text = emitter.blend(value.type, emitter.mask, text, f"splat ({element} {neutral(value.type.bits)})")
    name = f"llvm.vector.reduce.{reduction}.{emitter.vector_suffix(value.type)}"
    emitter.lane_texts = {value: emitter.call(name, element, (wide, text))}
    WRITERS["atomic"](emitter, instruction)
    emitter.lane_texts = {}
    emitter.define(instruction, vector="zeroinitializer")
