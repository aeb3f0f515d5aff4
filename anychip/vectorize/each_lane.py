"""Operations done for one lane after another: those without a vector form, and those whose order is visible."""

from __future__ import annotations

from anychip.codegen.function_writer import WRITERS
from anychip.codegen.llvm_types import type_text
from anychip.ir import I1, I8, Constant, Instruction, IntType, PointerType, Type, Value, VoidType, align_of, size_of
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.shapes import Grouping

_ALIGNMENT = 64
_REDONE = frozenset({"gep", "zext", "sext", "space.cast"})
"""What costs less once for each lane than in vectors of 64-bit addresses."""


def unrolled(emitter: LaneEmitter, instruction: Instruction) -> str:
    """An operation without effects, for all lanes whether active or not; returns their results."""
    vectors = {operand: emitter.vector(operand) for operand in instruction.operands if _differs(emitter, operand)}
    result = "zeroinitializer"
    for lane in range(emitter.width):
        emitter.lane_texts = {
            operand: emitter.extract(operand.type, vector, lane) for operand, vector in vectors.items()
        }
        text = WRITERS[instruction.opcode](emitter, instruction)
        result = emitter.insert(instruction.type, result, text, lane)
    emitter.lane_texts = {}
    return result


def in_turn(emitter: LaneEmitter, instruction: Instruction, *, identify: bool = False) -> str:
    """Run an instruction for each active lane in ascending order; returns the results, zero for other lanes.

    ``identify``: the thread record names the lane meanwhile, for functions that look there.
    """
    buffers = {operand: _spill(emitter, operand) for operand in instruction.operands if _differs(emitter, operand)}
    has_result = not isinstance(instruction.type, VoidType)
    results = _buffer(emitter, instruction.type) if has_result else ""
    if has_result:
        emitter.emit(
            f"store {_memory_type(emitter, instruction.type)} zeroinitializer, ptr {results}, align {_ALIGNMENT}"
        )
    bits = emitter.bits(emitter.mask) if emitter.mask else "-1"
    before, known = emitter.label, dict(emitter.known)
    loop, done = emitter.fresh("lane")[1:], emitter.fresh("lanes")[1:]
    emitter.emit(f"br label %{loop}")
    emitter.start_block(loop)
    header = len(emitter.lines)
    left, number = emitter.fresh("left"), f"i{emitter.width}"
    lane = emitter.op(f"zext {number} {emitter.lowest(left)} to i64")
    emitter.lane_texts = {operand: _pick(emitter, operand.type, buffer, lane) for operand, buffer in buffers.items()}
    if identify:
        identify_lane(emitter, lane)
    text = WRITERS[instruction.opcode](emitter, instruction)
    emitter.lane_texts = {}
    if has_result:
        _put(emitter, instruction.type, text, results, lane)
    lower = emitter.op(f"and {number} {left}, {emitter.op(f'sub {number} {left}, 1')}")
    ended = emitter.op(f"icmp eq {number} {lower}, 0")
    emitter.emit(f"br i1 {ended}, label %{done}, label %{loop}")
    emitter.lines.insert(header, f"  {left} = phi {number} [ {bits}, %{before} ], [ {lower}, %{emitter.label} ]")
    emitter.start_block(done)
    emitter.known = known
    if identify:
        identify_lane(emitter, "0")
    return _unspill(emitter, instruction.type, results) if has_result else ""


class LaneParts:
    """What straight code for one lane after another takes of the operands of ``user``.

    Integers and addresses that differ go through memory: taken out of vector registers they would come to the address
    units so late that processors guess which of the accesses depend on each other, and guess wrong.
    """

    def __init__(self, emitter: LaneEmitter, user: Instruction) -> None:
        self._emitter = emitter
        self._user = user
        self._buffers: dict[Value, str] = {}

    def text(self, value: Value, lane: int) -> str:
        """One lane's value: of an address computed from its index, where that spares vectors of 64-bit addresses."""
        emitter, stride = self._emitter, self._emitter.shapes.stride(value)
        if not _differs(emitter, value):
            return emitter.operand(value)
        if stride is not None:
            return _stepped(emitter, value.type, emitter.operand(value), stride * lane)
        if not isinstance(value, Instruction) or value.opcode not in _REDONE or value.block is not self._user.block:
            return self._picked(value, lane)
        texts = {operand: self.text(operand, lane) for operand in value.operands}
        emitter.lane_texts = texts
        text = WRITERS[value.opcode](emitter, value)
        emitter.lane_texts = {}
        return text

    def _picked(self, value: Value, lane: int) -> str:
        emitter = self._emitter
        if not isinstance(value.type, (IntType, PointerType)) or value.type == I1:
            return emitter.extract(value.type, emitter.vector(value), lane)
        if value not in self._buffers:
            self._buffers[value] = _spill(emitter, value)
        place = _place(emitter, value.type, self._buffers[value], str(lane))
        return emitter.op(f"load volatile {type_text(value.type)}, ptr {place}")


def identify_first(emitter: LaneEmitter) -> None:
    """Name the first active lane in the thread record: it is the one that fails."""
    lane = "0"
    if emitter.mask:
        index = emitter.lowest(emitter.bits(emitter.mask))
        lane = emitter.op(f"zext i{emitter.width} {index} to i64")
    identify_lane(emitter, lane)


def _stepped(emitter: LaneEmitter, type_: Type, text: str, distance: int) -> str:
    if isinstance(type_, PointerType):
        return emitter.address(text, distance)
    assert isinstance(type_, IntType)
    return emitter.op(f"add {type_text(type_)} {text}, {distance & type_.mask}") if distance else text


def _differs(emitter: LaneEmitter, operand: Value) -> bool:
    return not isinstance(operand, Constant) and emitter.shapes.stride(operand) != 0


def identify_lane(emitter: LaneEmitter, lane: str) -> None:
    """Name a lane, an i64, in the thread record."""
    low = emitter.op(f"trunc i64 {lane} to i32")
    linear = emitter.op(f"add i32 %linear, {low}")
    places = {"thread_linear": [linear], "thread_idx": [emitter.op(f"add i32 %tid.x, {low}")]}
    if emitter.grouping == Grouping.LINEAR:
        extents = [emitter.block_field("block_dim", "i32", axis) for axis in (0, 1)]
        rows = emitter.op(f"udiv i32 {linear}, {extents[0]}")
        x, y = emitter.op(f"urem i32 {linear}, {extents[0]}"), emitter.op(f"urem i32 {rows}, {extents[1]}")
        places["thread_idx"] = [x, y, emitter.op(f"udiv i32 {rows}, {extents[1]}")]
    for field, texts in places.items():
        for axis, text in enumerate(texts):
            emitter.emit(f"store i32 {text}, ptr {emitter.thread_field(field, axis)}, align 4")


def memory_element(type_: Type) -> Type:
    """How a lane's value lies in memory: a truth value as a byte."""
    if type_ == I1:
        return I8
    if isinstance(type_, IntType) and type_.bits not in (8, 16, 32, 64):
        raise RefusedError(f"{type_} values that differ between lanes")
    return type_


def _memory_type(emitter: LaneEmitter, type_: Type) -> str:
    return emitter.wide(memory_element(type_))


def _buffer(emitter: LaneEmitter, type_: Type) -> str:
    return emitter.stack(_memory_type(emitter, type_), max(align_of(memory_element(type_)), _ALIGNMENT))


def _spill(emitter: LaneEmitter, operand: Value) -> str:
    buffer, vector = _buffer(emitter, operand.type), emitter.vector(operand)
    type_ = _memory_type(emitter, operand.type)
    if operand.type == I1:
        vector = emitter.op(f"zext {emitter.wide(I1)} {vector} to {type_}")
    emitter.emit(f"store {type_} {vector}, ptr {buffer}, align {_ALIGNMENT}")
    return buffer


def _unspill(emitter: LaneEmitter, type_: Type, buffer: str) -> str:
    vector = emitter.op(f"load {_memory_type(emitter, type_)}, ptr {buffer}, align {_ALIGNMENT}")
    return emitter.op(f"trunc {emitter.wide(I8)} {vector} to {emitter.wide(I1)}") if type_ == I1 else vector


def _place(emitter: LaneEmitter, type_: Type, buffer: str, lane: str) -> str:
    element = memory_element(type_)
    assert not fits_vector(element) or size_of(element) in (1, 2, 4, 8)
    return emitter.op(f"getelementptr {type_text(element)}, ptr {buffer}, i64 {lane}")


def _pick(emitter: LaneEmitter, type_: Type, buffer: str, lane: str) -> str:
    place = _place(emitter, type_, buffer, lane)
    text = emitter.op(f"load {type_text(memory_element(type_))}, ptr {place}")
    return emitter.op(f"trunc i8 {text} to i1") if type_ == I1 else text


def _put(emitter: LaneEmitter, type_: Type, text: str, buffer: str, lane: str) -> None:
    place = _place(emitter, type_, buffer, lane)
    if type_ == I1:
        text = emitter.op(f"zext i1 {text} to i8")
    emitter.emit(f"store {type_text(memory_element(type_))} {text}, ptr {place}")
