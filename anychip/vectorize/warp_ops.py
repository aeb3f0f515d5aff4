"""Operations among the lanes of a warp, where one call runs the whole warp and all its unfinished lanes are there.

Then the lanes that take part are the active ones (docs/design/convergence.md), and no one has to wait.
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.kernel_abi import REQUESTS
from anychip.codegen.llvm_types import type_text
from anychip.ir import I1, I32, ConstantInt, Instruction, StructType, Type, Value
from anychip.vectorize.atomics import JOINED
from anychip.vectorize.each_lane import identify_lane, memory_element
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector

WARP_OPERATIONS = frozenset({"warp.barrier", "shuffle", "vote", "match", "warp.reduce", "active_mask"})
_ALL = 0xFFFFFFFF


def mask_of(instruction: Instruction) -> Value | None:
    """The lanes that an operation names; None for the forms that take whoever comes."""
    opcode = instruction.opcode
    unnamed = opcode == "active_mask" or (opcode in ("shuffle", "vote") and not instruction.flag("sync"))
    return None if unnamed else instruction.operands[0]


def write_warp_operation(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Define the result of any of WARP_OPERATIONS. That the lanes it names are there has been shown (meetings)."""
    mask = mask_of(instruction)
    if mask and emitter.shapes.stride(mask) == 0 and not _names_all(mask):
        _refuse_foreigners(emitter, instruction, mask)
    _WRITERS[instruction.opcode](emitter, instruction)


def may_end_launch(instruction: Instruction) -> bool:
    """Whether a warp operation may find a lane outside its own mask, of which the scheduler must hear."""
    mask = mask_of(instruction) if instruction.opcode in WARP_OPERATIONS else None
    return mask is not None and not _names_all(mask)


def _names_all(mask: Value) -> bool:
    """Whether no lane that comes can be outside the mask."""
    if isinstance(mask, Instruction) and mask.opcode == "active_mask":
        return True
    return isinstance(mask, ConstantInt) and mask.value & _ALL == _ALL


def _refuse_foreigners(emitter: LaneEmitter, instruction: Instruction, mask: Value) -> None:
    """End the launch if an active lane is not in its own mask, as the scheduler does (convergence.md, step 2)."""
    named = emitter.operand(mask)
    foreign = emitter.op(f"and i32 {_bits(emitter, emitter.active())}, {emitter.op(f'xor i32 {named}, -1')}")
    some = emitter.op(f"icmp ne i32 {foreign}, 0")
    outside, inside = emitter.fresh("outside")[1:], emitter.fresh("inside")[1:]
    emitter.emit(f"br i1 {some}, label %{outside}, label %{inside}")
    known = dict(emitter.known)
    emitter.start_block(outside)
    first = emitter.lowest(foreign)
    identify_lane(emitter, emitter.op(f"zext i32 {first} to i64"))
    request = REQUESTS[instruction.opcode.replace(".", "_")]
    words = {"request": str(request), "site": str(emitter.site(instruction)), "mask": named, "converged": "0"}
    for field, text in words.items():
        emitter.emit(f"store i32 {text}, ptr {emitter.thread_field(field)}, align 4")
    emitter.emit("ret i32 0")
    emitter.start_block(inside)
    emitter.known = known


def _own_mask(emitter: LaneEmitter, instruction: Instruction) -> str:
    """The vector of the lanes' masks where these differ."""
    mask = mask_of(instruction)
    return emitter.vector(mask) if mask and emitter.shapes.stride(mask) != 0 else ""


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
    mine = _own_mask(emitter, instruction)
    if mine:
        emitter.define(instruction, vector=_vote_in_parts(emitter, instruction.text("mode"), yes, no, mine))
        return
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


def _vote_in_parts(emitter: LaneEmitter, mode: str, yes: str, no: str, mine: str) -> str:
    """What each lane gets from those in its own mask."""
    numbers, truth, op = emitter.wide(I32), emitter.wide(I1), emitter.op
    for_, against = (op(f"and {numbers} {mine}, {emitter.splat(I32, emitter.bits(part))}") for part in (yes, no))
    some, others = (op(f"icmp ne {numbers} {part}, zeroinitializer") for part in (for_, against))
    match mode:
        case "any":
            return some
        case "all":
            return op(f"xor {truth} {others}, splat (i1 true)")
        case "uni":
            return op(f"xor {truth} {op(f'and {truth} {some}, {others}')}, splat (i1 true)")
        case _:
            return for_


def _reduce(emitter: LaneEmitter, instruction: Instruction) -> None:
    fold, neutral_of = JOINED[instruction.text("operation")]
    value = emitter.vector(instruction.operands[1])
    if emitter.mask:
        value = emitter.blend(I32, emitter.mask, value, f"splat (i32 {neutral_of(I32.bits)})")
    emitter.define(instruction, scalar=emitter.reduce(fold, I32, value))


def _match(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Compare with each lane in turn."""
    value, truth, op = instruction.operands[1], emitter.wide(I1), emitter.op
    vector, wide = emitter.vector(value), emitter.wide(value.type)
    masks = "zeroinitializer"
    for lane in range(emitter.width):
        own = emitter.splat(value.type, emitter.extract(value.type, vector, lane))
        same = op(f"and {truth} {op(f'icmp eq {wide} {vector}, {own}')}, {emitter.active()}")
        masks = emitter.insert(I32, masks, emitter.bits(same), lane)
    group, numbers = emitter.splat(I32, _bits(emitter, emitter.active())), emitter.wide(I32)
    mine = _own_mask(emitter, instruction)
    if mine:
        group, masks = (op(f"and {numbers} {mine}, {part}") for part in (group, masks))
    if instruction.text("mode") != "all":
        emitter.define(instruction, vector=masks)
        return
    equal = op(f"icmp eq {numbers} {masks}, {group}")
    found = op(f"select {truth} {equal}, {numbers} {group}, {numbers} zeroinitializer")
    assert isinstance(instruction.type, StructType)
    emitter.define(instruction, vector=_pairs(emitter, instruction.type, found, equal))


def _shuffle(emitter: LaneEmitter, instruction: Instruction) -> None:
    value = instruction.operands[-3]
    source, inside = _sources(emitter, instruction)
    present = source
    mine = _own_mask(emitter, instruction)
    if emitter.mask or mine:  # a source that takes no part gives the lane its own value
        numbers, truth = emitter.wide(I32), emitter.wide(I1)
        bits = emitter.splat(I32, _bits(emitter, emitter.active()))
        bits = emitter.op(f"and {numbers} {bits}, {mine}") if mine else bits
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
