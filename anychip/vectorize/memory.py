"""Loads and stores of all lanes: once, in one piece, or gathered, by how their addresses lie."""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.function_writer import WRITERS
from anychip.codegen.llvm_types import type_text
from anychip.ir import I1, I64, Instruction, IntType, PointerType, Type, Value, size_of
from anychip.vectorize.each_lane import in_turn
from anychip.vectorize.guards import guess_stride, write_guess
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector
from anychip.vectorize.width import has_masked_memory, takes_gathers

# What became of an access, for people.
UNIFORM, CONTIGUOUS, GUARDED, GATHERED, IN_TURN = (
    "uniform",
    "contiguous",
    "contiguous unless it wraps",
    "gathered",
    "lane by lane",
)


def access_kind(emitter: LaneEmitter, instruction: Instruction) -> str:
    """How a load or store is done."""
    address = instruction.operands[-1]
    value = instruction if instruction.opcode == "load" else instruction.operands[0]
    if emitter.shapes.stride(address) == 0:
        return UNIFORM
    if not _is_simple(instruction, value.type):
        return IN_TURN
    stride = guess_stride(emitter, address)
    if stride != size_of(value.type):
        return GATHERED
    return CONTIGUOUS if emitter.shapes.stride(address) is not None else GUARDED


def write_load(emitter: LaneEmitter, instruction: Instruction) -> None:
    """The lanes' values; those of inactive lanes are zero."""
    address, type_ = instruction.operands[0], instruction.type
    match access_kind(emitter, instruction):
        case "uniform":
            emitter.define(instruction, scalar=WRITERS["load"](emitter, instruction))
        case "contiguous":
            emitter.define(instruction, vector=_wide_load(emitter, type_, emitter.operand(address), instruction))
        case "gathered":
            emitter.define(instruction, vector=_gather(emitter, type_, address, instruction))
        case "lane by lane":
            emitter.define(instruction, vector=in_turn(emitter, instruction))
        case _:
            result = _guarded(
                emitter,
                address,
                lambda base: _wide_load(emitter, type_, base, instruction),
                lambda: _gather(emitter, type_, address, instruction),
            )
            wide = emitter.wide(type_)
            arms = ", ".join(f"[ {text}, %{label} ]" for text, label in result)
            emitter.define(instruction, vector=emitter.op(f"phi {wide} {arms}"))


def write_store(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Where lanes store to one address, the last active lane's value stays."""
    value, address = instruction.operands
    match access_kind(emitter, instruction):
        case "uniform":
            _store_last(emitter, instruction)
        case "contiguous":
            _wide_store(emitter, value, emitter.operand(address), instruction)
        case "gathered":
            _scatter(emitter, value, address, instruction)
        case "lane by lane":
            in_turn(emitter, instruction)
        case _:
            emitter.vector(value)
            _guarded(
                emitter,
                address,
                lambda base: _wide_store(emitter, value, base, instruction),
                lambda: _scatter(emitter, value, address, instruction),
            )


def last_lane(emitter: LaneEmitter, value: Value) -> str:
    """The value that the last active lane has."""
    if emitter.shapes.stride(value) == 0:
        return emitter.operand(value)
    vector = emitter.vector(value)
    if not emitter.mask or not fits_vector(value.type):
        return emitter.extract(value.type, vector, emitter.width - 1)
    number = f"i{emitter.width}"
    zeros = emitter.call(f"llvm.ctlz.{number}", number, (number, emitter.bits(emitter.mask)), ("i1", "true"))
    lane = emitter.op(f"sub {number} {emitter.width - 1}, {zeros}")
    return emitter.op(f"extractelement {emitter.wide(value.type)} {vector}, {number} {lane}")


def _is_simple(instruction: Instruction, type_: Type) -> bool:
    """Whether it is an ordinary access of a type that vectors hold as memory does."""
    if instruction.flag("volatile") or "ordering" in instruction.attributes or not fits_vector(type_):
        return False
    return not isinstance(type_, IntType) or type_.bits in (8, 16, 32, 64)


def _expands(emitter: LaneEmitter, type_: Type, *, consecutive: bool) -> bool:
    """Whether a masked access would become a branch for each lane: a loop over the active lanes is far smaller."""
    target, bits = emitter.context.target, 8 * size_of(type_)
    if not emitter.mask:
        return not consecutive and not takes_gathers(target, bits)
    return not has_masked_memory(target, bits, consecutive=consecutive)


def _guarded(
    emitter: LaneEmitter, address: Value, straight: Callable[[str], str], general: Callable[[], str]
) -> list[tuple[str, str]]:
    """Choose at run time; returns the (result, label) of both ways."""
    guess = write_guess(emitter, address)
    test = "true"
    for index, item in enumerate(guess.tests):
        test = emitter.op(f"and i1 {test}, {item}") if index else item
    yes, no, done = (emitter.fresh(stem)[1:] for stem in ("straight", "wrapped", "accessed"))
    emitter.emit(f"br i1 {test}, label %{yes}, label %{no}, !prof {emitter.context.debug.node(_LIKELY)}")
    known = dict(emitter.known)
    results = []
    for label in (yes, no):
        emitter.start_block(label)
        emitter.known = dict(known)
        text = straight(guess.base) if label == yes else general()
        results.append((text, emitter.label))
        emitter.emit(f"br label %{done}")
    emitter.start_block(done)
    emitter.known = known
    return results


_LIKELY = '!{!"branch_weights", i32 1048575, i32 1}'


def _wide_load(emitter: LaneEmitter, type_: Type, base: str, instruction: Instruction) -> str:
    wide, align = emitter.wide(type_), f"align {instruction.number('alignment', 1)}"
    if _expands(emitter, type_, consecutive=True):
        return in_turn(emitter, instruction)
    if not emitter.mask:
        return emitter.op(f"load {wide}, ptr {base}, {align}")
    mask = emitter.wide(I1)
    name = f"llvm.masked.load.{emitter.vector_suffix(type_)}.p0"
    callee = emitter.context.intrinsic(name, wide, ["ptr", mask, wide])
    return emitter.op(f"call {callee}(ptr {align} {base}, {mask} {emitter.mask}, {wide} zeroinitializer)")


def _wide_store(emitter: LaneEmitter, value: Value, base: str, instruction: Instruction) -> str:
    wide, align = emitter.wide(value.type), f"align {instruction.number('alignment', 1)}"
    if _expands(emitter, value.type, consecutive=True):
        return in_turn(emitter, instruction)
    text = emitter.vector(value)
    if not emitter.mask:
        emitter.emit(f"store {wide} {text}, ptr {base}, {align}")
        return ""
    mask = emitter.wide(I1)
    name = f"llvm.masked.store.{emitter.vector_suffix(value.type)}.p0"
    callee = emitter.context.intrinsic(name, "void", [wide, "ptr", mask])
    emitter.emit(f"call {callee}({wide} {text}, ptr {align} {base}, {mask} {emitter.mask})")
    return ""


def _gather(emitter: LaneEmitter, type_: Type, address: Value, instruction: Instruction) -> str:
    if _expands(emitter, type_, consecutive=False):
        return in_turn(emitter, instruction)
    wide, mask, pointers = emitter.wide(type_), emitter.wide(I1), emitter.wide(PointerType())
    align = f"align {instruction.number('alignment', 1)}"
    name = f"llvm.masked.gather.{emitter.vector_suffix(type_)}.v{emitter.width}p0"
    callee = emitter.context.intrinsic(name, wide, [pointers, mask, wide])
    where = emitter.vector(address)
    return emitter.op(f"call {callee}({pointers} {align} {where}, {mask} {emitter.active()}, {wide} zeroinitializer)")


def _scatter(emitter: LaneEmitter, value: Value, address: Value, instruction: Instruction) -> str:
    if _expands(emitter, value.type, consecutive=False):
        return in_turn(emitter, instruction)
    wide, mask, pointers = emitter.wide(value.type), emitter.wide(I1), emitter.wide(PointerType())
    align = f"align {instruction.number('alignment', 1)}"
    name = f"llvm.masked.scatter.{emitter.vector_suffix(value.type)}.v{emitter.width}p0"
    callee = emitter.context.intrinsic(name, "void", [wide, pointers, mask])
    text, where = emitter.vector(value), emitter.vector(address)
    emitter.emit(f"call {callee}({wide} {text}, {pointers} {align} {where}, {mask} {emitter.active()})")
    return ""


def _store_last(emitter: LaneEmitter, instruction: Instruction) -> None:
    value = instruction.operands[0]
    if emitter.shapes.stride(value) != 0:
        if emitter.mask and not fits_vector(value.type):
            in_turn(emitter, instruction)
            return
        emitter.lane_texts = {value: last_lane(emitter, value)}
    WRITERS["store"](emitter, instruction)
    emitter.lane_texts = {}


__all__ = ["I64", "access_kind", "last_lane", "type_text", "write_load", "write_store"]
