"""Operations among the lanes of a warp, where one call runs the whole warp and all its unfinished lanes are there.

Then the lanes that take part are the active ones (docs/design/convergence.md), and no one has to wait.
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.llvm_types import type_text
from anychip.ir import I1, I32, ConstantInt, Instruction, StructType, Type
from anychip.vectorize.each_lane import memory_element
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector

WARP_OPERATIONS = frozenset({"warp.barrier", "shuffle", "vote", "match", "warp.reduce", "active_mask"})
_ALL = 0xFFFFFFFF


def takes_all(instruction: Instruction) -> bool:
    """Whether the operation's mask names all lanes that come to it, or there is none."""
    if instruction.opcode == "active_mask" or (
        instruction.opcode in ("shuffle", "vote") and not instruction.flag("sync")
    ):
        return True
    mask = instruction.operands[0]
    if isinstance(mask, Instruction) and mask.opcode == "active_mask" and mask.block is instruction.block:
        return True
    return isinstance(mask, ConstantInt) and mask.value == _ALL


def write_warp_operation(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Define the result of any of WARP_OPERATIONS."""
    _WRITERS[instruction.opcode](emitter, instruction)


def _barrier(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Lanes in lockstep have met."""


def _active_mask(emitter: LaneEmitter, instruction: Instruction) -> None:
    emitter.define(instruction, scalar=_bits(emitter, emitter.active()))


def _bits(emitter: LaneEmitter, mask: str) -> str:
    return "-1" if mask == "splat (i1 true)" else emitter.bits(mask)


def _vote(emitter: LaneEmitter, instruction: Instruction) -> None:
    truth, active = emitter.wide(I1), emitter.active()
    votes = emitter.vector(instruction.operands[-1])
    yes = emitter.op(f"and {truth} {votes}, {active}")
    no = emitter.op(f"and {truth} {emitter.op(f'xor {truth} {votes}, splat (i1 true)')}, {active}")
    match instruction.text("mode"):
        case "any":
            result = emitter.any(yes)
        case "all":
            result = emitter.op(f"xor i1 {emitter.any(no)}, true")
        case "uni":
            both = emitter.op(f"and i1 {emitter.any(yes)}, {emitter.any(no)}")
            result = emitter.op(f"xor i1 {both}, true")
        case _:
            result = emitter.bits(yes)
    emitter.define(instruction, scalar=result)


# Operation -> LLVM's reduction and the value of lanes that take no part.
_FOLDS = {
    "add": ("add", 0),
    "min": ("smin", 0x7FFFFFFF),
    "max": ("smax", -0x80000000),
    "umin": ("umin", -1),
    "umax": ("umax", 0),
    "and": ("and", -1),
    "or": ("or", 0),
    "xor": ("xor", 0),
}


def _reduce(emitter: LaneEmitter, instruction: Instruction) -> None:
    fold, neutral = _FOLDS[instruction.text("operation")]
    value, wide = emitter.vector(instruction.operands[1]), emitter.wide(I32)
    if emitter.mask:
        value = emitter.blend(I32, emitter.mask, value, f"splat (i32 {neutral})")
    name = f"llvm.vector.reduce.{fold}.v{emitter.width}i32"
    emitter.define(instruction, scalar=emitter.call(name, "i32", (wide, value)))


def _match(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Compare with each lane in turn."""
    value, truth, op = instruction.operands[1], emitter.wide(I1), emitter.op
    vector, wide = emitter.vector(value), emitter.wide(value.type)
    masks = "zeroinitializer"
    every = instruction.text("mode") == "all"
    for lane in range(emitter.width):
        own = emitter.splat(value.type, emitter.extract(value.type, vector, lane))
        same = op(f"and {truth} {op(f'icmp eq {wide} {vector}, {own}')}, {emitter.active()}")
        masks = emitter.insert(I32, masks, emitter.bits(same), lane)
    if not every:
        emitter.define(instruction, vector=masks)
        return
    active, numbers = _bits(emitter, emitter.active()), emitter.wide(I32)
    differs = op(f"icmp ne {numbers} {masks}, {emitter.splat(I32, active)}")
    equal = op(f"xor i1 {emitter.any(op(f'and {truth} {differs}, {emitter.active()}'))}, true")
    found = op(f"select i1 {equal}, i32 {active}, i32 0")
    pair = op(f"insertvalue {{ i32, i1 }} zeroinitializer, i32 {found}, 0")
    pair = op(f"insertvalue {{ i32, i1 }} {pair}, i1 {equal}, 1")
    emitter.define(instruction, vector=emitter.splat(instruction.type, pair))


def _shuffle(emitter: LaneEmitter, instruction: Instruction) -> None:
    value = instruction.operands[-3]
    source, inside = _sources(emitter, instruction)
    present = source
    if emitter.mask:  # a source that takes no part gives the lane its own value
        numbers, truth = emitter.wide(I32), emitter.wide(I1)
        bits = emitter.splat(I32, emitter.bits(emitter.mask))
        there = emitter.op(f"trunc {numbers} {emitter.op(f'lshr {numbers} {bits}, {source}')} to {truth}")
        present = emitter.op(f"select {truth} {there}, {numbers} {source}, {numbers} {emitter.iota(I32, 1)}")
    result = _permute(emitter, value.type, emitter.vector(value), present)
    if not instruction.flag("with_predicate"):
        emitter.define(instruction, vector=result)
        return
    assert isinstance(instruction.type, StructType)
    emitter.define(instruction, vector=_pairs(emitter, instruction.type, result, inside))


def _sources(emitter: LaneEmitter, instruction: Instruction) -> tuple[str, str]:
    """Each lane's source lane and whether it is in the segment (PTX ISA, shfl); LLVM folds what is constant."""
    numbers, truth, op = emitter.wide(I32), emitter.wide(I1), emitter.op
    lane = emitter.iota(I32, 1)
    offset = op(f"and {numbers} {emitter.vector(instruction.operands[-2])}, splat (i32 31)")
    control = emitter.vector(instruction.operands[-1])
    segment = op(f"and {numbers} {op(f'lshr {numbers} {control}, splat (i32 8)')}, splat (i32 31)")
    outside = op(f"xor {numbers} {segment}, splat (i32 31)")
    lowest = op(f"and {numbers} {lane}, {segment}")
    clamp = op(f"and {numbers} {control}, {outside}")
    highest = op(f"or {numbers} {lowest}, {clamp}")
    mode = instruction.text("mode")
    match mode:
        case "up":
            source = op(f"sub {numbers} {lane}, {offset}")
        case "down":
            source = op(f"add {numbers} {lane}, {offset}")
        case "bfly":
            source = op(f"xor {numbers} {lane}, {offset}")
        case _:
            source = op(f"or {numbers} {lowest}, {op(f'and {numbers} {offset}, {outside}')}")
    inside = op(f"icmp {'sge' if mode == 'up' else 'sle'} {numbers} {source}, {highest}")
    return op(f"select {truth} {inside}, {numbers} {source}, {numbers} {lane}"), inside


def _permute(emitter: LaneEmitter, type_: Type, vector: str, sources: str) -> str:
    """Lane k of the result is lane ``sources[k]`` of the vector: a shuffle once LLVM knows the sources."""
    if not fits_vector(type_):
        return _move_whole(emitter, type_, vector, sources)
    result = "zeroinitializer"
    for lane in range(emitter.width):
        source = emitter.extract(I32, sources, lane)
        part = emitter.op(f"extractelement {emitter.wide(type_)} {vector}, i32 {source}")
        result = emitter.insert(type_, result, part, lane)
    return result


def _move_whole(emitter: LaneEmitter, type_: Type, vector: str, sources: str) -> str:
    """Values that make no vector go through memory."""
    element, wide = type_text(memory_element(type_)), emitter.wide(type_)
    buffer = emitter.stack(wide, 64)
    emitter.emit(f"store {wide} {vector}, ptr {buffer}, align 64")
    result = "zeroinitializer"
    for lane in range(emitter.width):
        place = emitter.op(f"getelementptr {element}, ptr {buffer}, i32 {emitter.extract(I32, sources, lane)}")
        result = emitter.insert(type_, result, emitter.op(f"load {element}, ptr {place}"), lane)
    return result


def _pairs(emitter: LaneEmitter, type_: StructType, values: str, truths: str) -> str:
    pair, value = type_text(type_), type_.fields[0]
    result = "zeroinitializer"
    for lane in range(emitter.width):
        part = emitter.extract(value, values, lane)
        text = emitter.op(f"insertvalue {pair} zeroinitializer, {type_text(value)} {part}, 0")
        text = emitter.op(f"insertvalue {pair} {text}, i1 {emitter.extract(I1, truths, lane)}, 1")
        result = emitter.insert(type_, result, text, lane)
    return result


_WRITERS: dict[str, Callable[[LaneEmitter, Instruction], None]] = {
    "warp.barrier": _barrier,
    "shuffle": _shuffle,
    "vote": _vote,
    "match": _match,
    "warp.reduce": _reduce,
    "active_mask": _active_mask,
}
