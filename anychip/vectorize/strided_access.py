"""Groups of accesses at a constant stride: consecutive vectors over all lanes' structures, and shuffles.

Loads read from the first byte that the first lane reads to the last that the last lane reads, with all lanes active.
What lies between is less than a page away from bytes that are read anyhow on both sides, so it can be read as well.
Stores are done only where the group covers every byte.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.codegen.llvm_types import type_text
from anychip.ir import Instruction, PointerType, Type, Value
from anychip.vectorize.group_accesses import MAX_BYTES, AccessGroup, accessed_type
from anychip.vectorize.interleaving import put_together, reverse, select_units, take_apart
from anychip.vectorize.lane_emitter import LaneEmitter

LOADS_PER_MEMBER = 8
"""Vectors loaded for each member at most: a gather costs about as much as twice its lanes."""


@dataclass(frozen=True)
class Layout:
    """Structures of ``count`` units, of which the members' places lie below ``span``; the last lane's is the first in
    memory if ``reversed_``.
    """

    count: int
    span: int
    reversed_: bool


def layout_of(group: AccessGroup, stride: int | None) -> Layout | None:
    """How a group lies in memory; None if it is not to be done by shuffles."""
    if not stride or stride % group.size or abs(stride) > MAX_BYTES:
        return None
    layout = Layout(abs(stride) // group.size, group.span // group.size, stride < 0)
    places = len(set(group.offsets))
    if group.span > abs(stride) or layout.count > LOADS_PER_MEMBER * places:
        return None
    if group.point.opcode == "store" and (places < layout.count or places != len(group.members)):
        return None
    return layout


def write_strided_loads(emitter: LaneEmitter, group: AccessGroup, layout: Layout, base: str) -> list[str]:
    """The members' values. ``base``: the address that the point's lane 0 has. All lanes must be active."""
    unit, places = unit_type(group), [offset // group.size for offset in group.offsets]
    vectors = _load(emitter, group, layout, unit, base)
    found = take_apart(emitter, unit, vectors, places)
    if layout.reversed_:
        found = {place: reverse(emitter, unit, text) for place, text in found.items()}
    return [from_unit(emitter, unit, accessed_type(item), found[place]) for item, place in _pairs(group, places)]


def write_strided_stores(emitter: LaneEmitter, group: AccessGroup, layout: Layout, base: str) -> None:
    """The same for stores, which cover everything."""
    unit = unit_type(group)
    fields = [""] * layout.count
    for member, offset in zip(group.members, group.offsets, strict=True):
        text = to_unit(emitter, unit, member.operands[0])
        fields[offset // group.size] = reverse(emitter, unit, text) if layout.reversed_ else text
    start, bytes_ = _start(emitter, group, layout, base), emitter.width * group.size
    for number, text in enumerate(put_together(emitter, unit, fields)):
        align = f"align {_alignment(group, number * bytes_)}"
        place = emitter.address(start, number * bytes_)
        emitter.emit(f"store <{emitter.width} x {unit}> {text}, ptr {place}, {align}")


def unit_type(group: AccessGroup) -> str:
    """The LLVM type that all members are handled in: theirs, or integers where they differ."""
    types = {type_text(accessed_type(member)) for member in group.members}
    return types.pop() if len(types) == 1 else f"i{group.size * 8}"


def from_unit(emitter: LaneEmitter, unit: str, type_: Type, text: str) -> str:
    """A vector of units as one of a member's type."""
    return _convert(emitter, unit, type_text(type_), text, "inttoptr")


def to_unit(emitter: LaneEmitter, unit: str, value: Value) -> str:
    """A stored value as a vector of units."""
    return _convert(emitter, type_text(value.type), unit, emitter.vector(value), "ptrtoint")


def _convert(emitter: LaneEmitter, source: str, target: str, text: str, pointers: str) -> str:
    if source == target:
        return text
    conversion = pointers if type_text(PointerType()) in (source, target) else "bitcast"
    return emitter.op(f"{conversion} <{emitter.width} x {source}> {text} to <{emitter.width} x {target}>")


def _pairs(group: AccessGroup, places: list[int]) -> list[tuple[Instruction, int]]:
    return list(zip(group.members, places, strict=True))


def _load(emitter: LaneEmitter, group: AccessGroup, layout: Layout, unit: str, base: str) -> list[str]:
    """As many vectors as units in a structure; those at the end stay within what the last lane reads."""
    width, start = emitter.width, _start(emitter, group, layout, base)
    total = (width - 1) * layout.count + layout.span
    vectors = []
    for number in range(layout.count):
        over = (number + 1) * width - total
        if over >= width:
            vectors.append("poison")
            continue
        offset = (number * width - max(over, 0)) * group.size
        align = f"align {_alignment(group, offset)}"
        text = emitter.op(f"load <{width} x {unit}>, ptr {emitter.address(start, offset)}, {align}")
        if over > 0:
            shifted = [index + over if index + over < width else None for index in range(width)]
            text = select_units(emitter, unit, [text], shifted)
        vectors.append(text)
    return vectors


def _start(emitter: LaneEmitter, group: AccessGroup, layout: Layout, base: str) -> str:
    """The lowest address of all."""
    behind = (emitter.width - 1) * layout.count * group.size if layout.reversed_ else 0
    return emitter.address(base, -group.place - behind)


def _alignment(group: AccessGroup, offset: int) -> int:
    """What the lowest member's alignment makes of that of an offset from it."""
    lowest = group.members[group.offsets.index(0)]
    number = max(lowest.number("alignment", 1), 1) | offset
    return number & -number


__all__ = ["Layout", "from_unit", "layout_of", "to_unit", "unit_type", "write_strided_loads", "write_strided_stores"]
