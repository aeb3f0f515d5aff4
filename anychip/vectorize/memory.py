"""Loads and stores of all lanes: once, in one piece, by shuffles, or gathered, by how their addresses lie."""

from __future__ import annotations

from anychip.codegen.function_writer import WRITERS
from anychip.ir import Instruction, Type, Value, size_of
from anychip.vectorize.each_lane import in_turn
from anychip.vectorize.gathered_access import gather, scatter
from anychip.vectorize.group_accesses import AccessGroup, accessed_type, group_accesses, is_plain
from anychip.vectorize.guards import guess_stride, write_guess
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector
from anychip.vectorize.local_access import array_of, fill_elements, load_element, store_element
from anychip.vectorize.loop_prefetch import write_prefetch
from anychip.vectorize.pattern_access import places_of, write_pattern_access
from anychip.vectorize.prefetch import prefetch_next
from anychip.vectorize.speculation import may_be_consecutive, write_comparison
from anychip.vectorize.strided_access import layout_of, write_strided_loads, write_strided_stores
from anychip.vectorize.wide_access import load_vector, store_vector
from anychip.vectorize.width import has_masked_memory, takes_gathers

# What became of an access, for people.
UNIFORM, IN_TURN, CONTIGUOUS, SHUFFLED, GATHERED = (
    "uniform",
    "lane by lane",
    "contiguous",
    "strided, shuffled",
    "gathered",
)
SHUFFLED_PATTERN = "in a known order, shuffled"
INTERLEAVED, GUARDED = "interleaved local array", " unless it wraps"


def access_kind(emitter: LaneEmitter, instruction: Instruction) -> str:
    """How a load or store is done where all lanes are active."""
    if _stride(emitter, instruction) == 0:
        return UNIFORM
    if not is_plain(instruction):
        return IN_TURN
    if array_of(emitter, instruction):
        return INTERLEAVED
    group = _group(emitter, instruction)
    together = f", {len(group.members)} together" if len(group.members) > 1 else ""
    stride = _guess(emitter, instruction)
    if stride == group.size and not together:
        kind = CONTIGUOUS
    elif layout_of(group, stride):
        kind = SHUFFLED
    elif places_of(emitter, group):
        return SHUFFLED_PATTERN
    elif _is_speculated(emitter, group, stride):
        return f"gathered{together}, unless it turns out to be consecutive"
    else:
        return GATHERED + together
    return kind + together + (GUARDED if _stride(emitter, group.point) is None else "")


def write_load(emitter: LaneEmitter, instruction: Instruction) -> None:
    """The lanes' values; those of inactive lanes are zero."""
    if _stride(emitter, instruction) == 0:
        emitter.define(instruction, scalar=WRITERS["load"](emitter, instruction))
    elif not is_plain(instruction):
        emitter.define(instruction, vector=in_turn(emitter, instruction))
    elif array := array_of(emitter, instruction):
        emitter.define(instruction, vector=load_element(emitter, instruction, array))
    else:
        group = _group(emitter, instruction)
        if instruction is not group.point:
            return
        for member, text in zip(group.members, _access(emitter, group), strict=True):
            emitter.define(member, vector=text)


def write_store(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Where lanes store to one address, the last active lane's value stays."""
    if _stride(emitter, instruction) == 0:
        _store_last(emitter, instruction)
    elif not is_plain(instruction):
        in_turn(emitter, instruction)
    elif array := array_of(emitter, instruction):
        store_element(emitter, instruction, array)
    else:
        group = _group(emitter, instruction)
        if instruction is group.point:
            for member in group.members:
                emitter.vector(member.operands[0])
            _access(emitter, group)


def write_fill(emitter: LaneEmitter, instruction: Instruction) -> bool:
    """Write a memset of an interleaved local array; returns whether it is one."""
    array = array_of(emitter, instruction)
    if array:
        fill_elements(emitter, instruction, array)
    return array is not None


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


def _stride(emitter: LaneEmitter, access: Instruction) -> int | None:
    assert access.block is not None
    return emitter.shapes.stride_at(access.operands[-1], access.block)


def _guess(emitter: LaneEmitter, access: Instruction) -> int | None:
    """The stride of an access that may have to be tested at run time."""
    assert access.block is not None
    address = access.operands[-1]
    return None if emitter.shapes.is_past(address, access.block) else guess_stride(emitter, address)


def _group(emitter: LaneEmitter, access: Instruction) -> AccessGroup:
    if emitter.groups is None:
        target = emitter.context.target
        emitter.groups = group_accesses(
            emitter.function, lambda item: _guess(emitter, item), lambda size: takes_gathers(target, 8 * size)
        )
    return emitter.groups[access]


def _access(emitter: LaneEmitter, group: AccessGroup) -> list[str]:
    """Do a group's accesses; returns what was loaded."""
    pointer, stride = group.point.operands[-1], _guess(emitter, group.point)
    if _is_straight(emitter, group, stride):
        if _stride(emitter, group.point) is not None:
            return _straight(emitter, group, stride, emitter.operand(pointer))
        guess = write_guess(emitter, pointer)
        test = "true"
        for index, item in enumerate(guess.tests):
            test = emitter.op(f"and i1 {test}, {item}") if index else item
        weights = f", !prof {emitter.context.debug.node(_LIKELY)}"
        return _either(emitter, group, guess.base, guess.stride, test, weights)
    if places := places_of(emitter, group):
        return write_pattern_access(emitter, group, places)
    if _is_speculated(emitter, group, stride):
        first, test = write_comparison(emitter, pointer, group.span)
        return _either(emitter, group, first, group.span, test)
    return _general(emitter, group)


def _is_straight(emitter: LaneEmitter, group: AccessGroup, stride: int | None) -> bool:
    """Whether there is a better way than a gather at this stride."""
    if stride == group.size and len(group.members) == 1:
        return True
    return not emitter.mask and layout_of(group, stride) is not None


def _is_speculated(emitter: LaneEmitter, group: AccessGroup, stride: int | None) -> bool:
    """Whether to find out at run time if the lanes' structures lie one behind the other."""
    complete = len(set(group.offsets)) * group.size == group.span
    if stride is not None or not complete or not _is_straight(emitter, group, group.span):
        return False
    assert group.point.block is not None
    pointer = group.point.operands[-1]
    return not emitter.shapes.is_past(pointer, group.point.block) and may_be_consecutive(emitter, pointer)


def _straight(emitter: LaneEmitter, group: AccessGroup, stride: int | None, base: str) -> list[str]:
    if stride == group.size and len(group.members) == 1:
        return [_wide_access(emitter, group.point, base)]
    layout = layout_of(group, stride)
    assert layout is not None
    if group.point.opcode == "load":
        return write_strided_loads(emitter, group, layout, base)
    write_strided_stores(emitter, group, layout, base)
    return []


def _general(emitter: LaneEmitter, group: AccessGroup) -> list[str]:
    if len(group.members) == 1 and _expands(emitter, accessed_type(group.point), consecutive=False):
        return [in_turn(emitter, group.point)]
    if group.point.opcode == "load":
        return gather(emitter, group)
    scatter(emitter, group)
    return []


def _expands(emitter: LaneEmitter, type_: Type, *, consecutive: bool) -> bool:
    """Whether a masked access would become a branch for each lane: a loop over the active lanes is far smaller."""
    target, bits = emitter.context.target, 8 * size_of(type_)
    if not emitter.mask:
        return not consecutive and not takes_gathers(target, bits)
    return not has_masked_memory(target, bits, consecutive=consecutive)


def _either(
    emitter: LaneEmitter, group: AccessGroup, base: str, stride: int, test: str, weights: str = ""
) -> list[str]:
    """Choose at run time."""
    yes, no, done = (emitter.fresh(stem)[1:] for stem in ("straight", "general", "accessed"))
    emitter.emit(f"br i1 {test}, label %{yes}, label %{no}{weights}")
    known = dict(emitter.known)
    ways = []
    for label in (yes, no):
        emitter.start_block(label)
        emitter.known = dict(known)
        texts = _straight(emitter, group, stride, base) if label == yes else _general(emitter, group)
        ways.append((texts, emitter.label))
        emitter.emit(f"br label %{done}")
    emitter.start_block(done)
    emitter.known = known
    if group.point.opcode == "store":
        return []
    return [
        _join(emitter, accessed_type(member), [(texts[index], label) for texts, label in ways])
        for index, member in enumerate(group.members)
    ]


_LIKELY = '!{!"branch_weights", i32 1048575, i32 1}'


def _join(emitter: LaneEmitter, type_: Type, ways: list[tuple[str, str]]) -> str:
    arms = ", ".join(f"[ {text}, %{label} ]" for text, label in ways)
    return emitter.op(f"phi {emitter.wide(type_)} {arms}")


def _wide_access(emitter: LaneEmitter, access: Instruction, base: str) -> str:
    """One piece of memory, lane after lane."""
    if _expands(emitter, accessed_type(access), consecutive=True):
        return in_turn(emitter, access)
    alignment = access.number("alignment", 1)
    prefetch_next(emitter, access, base)
    if access.opcode == "load":
        write_prefetch(emitter, access, base)
        return load_vector(emitter, access.type, base, alignment)
    value = access.operands[0]
    store_vector(emitter, value.type, emitter.vector(value), base, alignment)
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


__all__ = ["access_kind", "last_lane", "write_fill", "write_load", "write_store"]
