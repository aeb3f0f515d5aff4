"""Atomic operations of all lanes, with the effect they have in ascending order of lanes.

On one address: an integer operation is done once with what all lanes bring, and each lane's old value follows from
those of the lanes below; sums of floats are added up lane after lane, between one load and one store. On addresses
that differ: lane after lane, as straight code where all lanes are active.
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.analysis.memory_space import is_private
from anychip.codegen.function_writer import WRITERS
from anychip.codegen.llvm_types import is_narrow, type_text
from anychip.ir import FloatType, Instruction, IntType, Type, size_of
from anychip.vectorize.each_lane import LaneParts, in_turn
from anychip.vectorize.lane_emitter import LaneEmitter

JOINED: dict[str, tuple[str, Callable[[int], int]]] = {
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
"""Operation -> LLVM's that joins what lanes bring, and its neutral element for a width: of lanes that take no part."""
_INTRINSICS = frozenset({"smax", "smin", "umax", "umin"})


def write_atomic(emitter: LaneEmitter, instruction: Instruction, *, used: bool) -> None:
    """``used``: whether anyone looks at the old values."""
    address, value = instruction.operands
    uniform, operation = emitter.shapes.stride(address) == 0, instruction.text("operation")
    if uniform and operation in JOINED and isinstance(value.type, IntType):
        result = _joined(emitter, instruction, used=used)
    elif uniform and not emitter.mask and operation == "fadd" and not is_narrow(value.type):
        result = _summed(emitter, instruction, used=used)
    elif not emitter.mask:
        result = _straight(emitter, instruction, used=used)
    else:
        result = in_turn(emitter, instruction)
    emitter.define(instruction, vector=result)


# -- one address -----------------------------------------------------------------------------------------------------


def _joined(emitter: LaneEmitter, instruction: Instruction, *, used: bool) -> str:
    """Once for all lanes; returns their old values."""
    value = instruction.operands[1]
    assert isinstance(value.type, IntType)
    operation, neutral_of = JOINED[instruction.text("operation")]
    neutral = f"splat ({type_text(value.type)} {neutral_of(value.type.bits)})"
    text = emitter.vector(value)
    if emitter.mask:
        text = emitter.blend(value.type, emitter.mask, text, neutral)
    emitter.lane_texts = {value: emitter.reduce(operation, value.type, text)}
    old = WRITERS["atomic"](emitter, instruction)
    emitter.lane_texts = {}
    if not used:
        return "zeroinitializer"
    before = _of_lower_lanes(emitter, value.type, operation, text, neutral)
    last = "sub" if instruction.text("operation") == "sub" else operation
    return _combine(emitter, value.type, last, emitter.splat(value.type, old), before)


def _of_lower_lanes(emitter: LaneEmitter, type_: Type, operation: str, text: str, neutral: str) -> str:
    """For each lane, what the lanes below it bring: a scan in as many steps as a lane number has bits."""
    distance = 1
    while distance < emitter.width:
        shifted = _shifted(emitter, type_, text, neutral, distance)
        text = _combine(emitter, type_, operation, text, shifted)
        distance *= 2
    return _shifted(emitter, type_, text, neutral, 1)


def _shifted(emitter: LaneEmitter, type_: Type, text: str, neutral: str, distance: int) -> str:
    """Each lane gets the value of the one so far below it."""
    wide, width = emitter.wide(type_), emitter.width
    sources = [lane - distance if lane >= distance else width for lane in range(width)]
    picks = ", ".join(f"i32 {source}" for source in sources)
    return emitter.op(f"shufflevector {wide} {text}, {wide} {neutral}, <{width} x i32> <{picks}>")


def _combine(emitter: LaneEmitter, type_: Type, operation: str, left: str, right: str) -> str:
    wide = emitter.wide(type_)
    if operation in _INTRINSICS:
        return emitter.call(f"llvm.{operation}.{emitter.vector_suffix(type_)}", wide, (wide, left), (wide, right))
    return emitter.op(f"{operation} {wide} {left}, {right}")


def _summed(emitter: LaneEmitter, instruction: Instruction, *, used: bool) -> str:
    """Add up floats in the order of lanes; if others may write meanwhile, until none did."""
    address, value = instruction.operands
    assert isinstance(value.type, FloatType)
    vector, element = emitter.vector(value), type_text(value.type)
    parts = [emitter.extract(value.type, vector, lane) for lane in range(emitter.width)]
    place = f"ptr {emitter.operand(address)}"
    if is_private(address, emitter.function):
        old = emitter.op(f"load {element}, {place}, align {size_of(value.type)}")
        result, sum_ = _running_sums(emitter, value.type, old, parts, used=used)
        emitter.emit(f"store {element} {sum_}, {place}, align {size_of(value.type)}")
        return result
    bits, tail = f"i{size_of(value.type) * 8}", f"align {size_of(value.type)}"
    first = emitter.op(f"load atomic {bits}, {place} monotonic, {tail}")
    before, again, done = emitter.label, emitter.fresh("again")[1:], emitter.fresh("summed")[1:]
    seen = emitter.fresh("seen")
    emitter.emit(f"br label %{again}")
    emitter.start_block(again)
    found = emitter.op(f"phi {bits} [ {first}, %{before} ], [ {seen}, %{again} ]")
    old = emitter.op(f"bitcast {bits} {found} to {element}")
    result, sum_ = _running_sums(emitter, value.type, old, parts, used=used)
    new = emitter.op(f"bitcast {element} {sum_} to {bits}")
    pair = emitter.op(f"cmpxchg {place}, {bits} {found}, {bits} {new} seq_cst monotonic, {tail}")
    emitter.emit(f"{seen} = extractvalue {{ {bits}, i1 }} {pair}, 0")
    stored = emitter.op(f"extractvalue {{ {bits}, i1 }} {pair}, 1")
    emitter.emit(f"br i1 {stored}, label %{done}, label %{again}")
    emitter.start_block(done)
    return result


def _running_sums(emitter: LaneEmitter, type_: Type, sum_: str, parts: list[str], *, used: bool) -> tuple[str, str]:
    """The sum before each lane's part, if used, and the one after all."""
    result = "zeroinitializer"
    for lane, part in enumerate(parts):
        result = emitter.insert(type_, result, sum_, lane) if used else result
        sum_ = emitter.op(f"fadd {type_text(type_)} {sum_}, {part}")
    return result, sum_


# -- addresses that differ -------------------------------------------------------------------------------------------


def _straight(emitter: LaneEmitter, instruction: Instruction, *, used: bool) -> str:
    """One lane after another without a loop; returns the old values if used."""
    parts = LaneParts(emitter, instruction)
    result = "zeroinitializer"
    for lane in range(emitter.width):
        emitter.lane_texts = {operand: parts.text(operand, lane) for operand in instruction.operands}
        old = WRITERS["atomic"](emitter, instruction)
        emitter.lane_texts = {}
        result = emitter.insert(instruction.type, result, old, lane) if used else result
    return result
