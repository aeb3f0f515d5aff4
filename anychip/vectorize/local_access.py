"""Accesses to interleaved local arrays (``interleave``)."""

from __future__ import annotations

from anychip.analysis.lane_shape import Kind
from anychip.codegen.llvm_types import type_text
from anychip.ir import I32, I64, ConstantInt, Instruction, IntType, PointerType, Value
from anychip.vectorize.gather_addresses import collect
from anychip.vectorize.gathered_access import gather_vector, scatter_vector
from anychip.vectorize.interleave import LocalArray, find_arrays
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.wide_access import load_vector, store_vector


def array_of(emitter: LaneEmitter, access: Instruction) -> LocalArray | None:
    """The interleaved array that an instruction accesses."""
    if emitter.arrays is None:
        emitter.arrays = find_arrays(emitter.function)
    return emitter.arrays.get(access)


def load_element(emitter: LaneEmitter, load: Instruction, array: LocalArray) -> str:
    """The lanes' elements; those of inactive lanes are zero."""
    place = _shared_place(emitter, array, load.operands[0])
    if place:
        return load_vector(emitter, load.type, place, array.unit)
    return gather_vector(emitter, type_text(load.type), _lane_places(emitter, array, load), array.unit)


def store_element(emitter: LaneEmitter, store: Instruction, array: LocalArray) -> None:
    """Store in the active lanes."""
    value, pointer = store.operands
    place, text = _shared_place(emitter, array, pointer), emitter.vector(value)
    if place:
        store_vector(emitter, value.type, text, place, array.unit)
    else:
        scatter_vector(emitter, type_text(value.type), text, _lane_places(emitter, array, store), array.unit)


def fill_elements(emitter: LaneEmitter, fill: Instruction, array: LocalArray) -> None:
    """A memset of whole elements with constants."""
    pointer, byte, size = fill.operands
    assert isinstance(byte, ConstantInt)
    assert isinstance(size, ConstantInt)
    place = _shared_place(emitter, array, pointer)
    assert place
    if not emitter.mask:
        callee = emitter.context.intrinsic("llvm.memset.p0.i64", "void", ["ptr", "i8", "i64", "i1 immarg"])
        emitter.emit(f"call {callee}(ptr {place}, i8 {byte.value}, i64 {size.value * emitter.width}, i1 false)")
    elif size.value:
        _fill_active(emitter, place, array.unit, bytes([byte.value & 255]), size.value // array.unit)


def _fill_active(emitter: LaneEmitter, place: str, unit: int, byte: bytes, count: int) -> None:
    """Element after element, in the active lanes."""
    type_, number = IntType(unit * 8), int.from_bytes(byte * unit, "little")
    before, loop, done = emitter.label, emitter.fresh("fill")[1:], emitter.fresh("filled")[1:]
    index, following = emitter.fresh("element"), emitter.fresh("element")
    emitter.emit(f"br label %{loop}")
    emitter.start_block(loop)
    emitter.emit(f"{index} = phi i64 [ 0, %{before} ], [ {following}, %{loop} ]")
    element = emitter.op(f"getelementptr [{emitter.width * unit} x i8], ptr {place}, i64 {index}")
    store_vector(emitter, type_, emitter.splat(type_, str(number), constant=True), element, unit)
    emitter.emit(f"{following} = add i64 {index}, 1")
    ended = emitter.op(f"icmp eq i64 {following}, {count}")
    emitter.emit(f"br i1 {ended}, label %{done}, label %{loop}")
    emitter.start_block(done)


def _shared_place(emitter: LaneEmitter, array: LocalArray, pointer: Value) -> str | None:
    """Where the element lies that all lanes access, lane 0's first; None if they do not share the index."""
    assert emitter.block is not None
    is_past = emitter.shapes.is_past(pointer, emitter.block)
    if is_past or emitter.shapes.facts.shape_of(pointer).kind is not Kind.LOCAL:
        return None
    base, place = emitter.operand(array.alloca), emitter.operand(pointer)
    if base == place:
        return base
    numbers = [emitter.op(f"ptrtoint ptr {text} to i64") for text in (place, base)]
    offset = emitter.op(f"sub i64 {numbers[0]}, {numbers[1]}")
    return emitter.op(f"getelementptr [{emitter.width} x i8], ptr {base}, i64 {offset}")


def _lane_places(emitter: LaneEmitter, array: LocalArray, access: Instruction) -> str:
    """The vector of addresses of each lane's element. Indices of 32 bits will do for what lies on a stack."""
    found, numbers, width = collect(emitter, access.operands[-1]), emitter.wide(I32), emitter.width
    total = emitter.iota(I32, array.unit)
    for value, factor in [*found.vectors, *found.scalars]:
        if value is array.alloca:
            continue
        text = _difference(emitter, array, value) if isinstance(value.type, PointerType) else emitter.vector(value)
        text = emitter.op(f"trunc {emitter.wide(I64)} {text} to {numbers}")
        text = emitter.op(f"mul {numbers} {text}, splat (i32 {I32.signed(factor * width)})")
        total = emitter.op(f"add {numbers} {text}, {total}")
    if found.offset:
        total = emitter.op(f"add {numbers} {total}, splat (i32 {I32.signed(found.offset * width)})")
    index = emitter.op(f"sext {numbers} {total} to {emitter.wide(I64)}")
    return emitter.op(f"getelementptr i8, ptr {emitter.operand(array.alloca)}, {emitter.wide(I64)} {index}")


def _difference(emitter: LaneEmitter, array: LocalArray, pointer: Value) -> str:
    """How far into each lane's array a pointer goes."""
    numbers, pointers = emitter.wide(I64), emitter.wide(PointerType())
    texts = [emitter.op(f"ptrtoint {pointers} {emitter.vector(item)} to {numbers}") for item in (pointer, array.alloca)]
    return emitter.op(f"sub {numbers} {texts[0]}, {texts[1]}")


__all__ = ["array_of", "fill_elements", "load_element", "store_element"]
