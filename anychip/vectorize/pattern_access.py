"""Accesses whose lanes lie in a known order within a few vectors of memory: whole vectors, and a shuffle of constants.

Loads read from the lowest lane's element to the highest's; what lies between is less than a page away from both. Stores
are masked where elements in between belong to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import I1, Instruction, PointerType, size_of
from anychip.vectorize.group_accesses import AccessGroup, accessed_type
from anychip.vectorize.interleaving import select_units
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_patterns import lane_pattern
from anychip.vectorize.strided_access import unit_type
from anychip.vectorize.wide_access import load_vector, store_vector
from anychip.vectorize.width import has_masked_memory

MAX_VECTORS = 4
"""Vectors of memory, each of as many elements as there are lanes, that take less time than a gather."""


@dataclass(frozen=True)
class Places:
    """Where each lane's element lies, in elements from the lowest, which is ``lowest`` bytes from the common base."""

    units: tuple[int, ...]
    offsets: tuple[int, ...]
    lowest: int

    def lanes(self, vector: int) -> list[int | None]:
        """For each element of a vector of memory the lane that it belongs to."""
        width, owner = len(self.units), {unit: lane for lane, unit in enumerate(self.units)}
        return [owner.get(vector * width + index) for index in range(width)]

    @property
    def vectors(self) -> int:
        """How many vectors of memory there are."""
        return max(self.units) // len(self.units) + 1


def places_of(emitter: LaneEmitter, group: AccessGroup) -> Places | None:
    """Where the lanes of a group lie, if that is known and near enough."""
    access = group.point
    if len(group.members) != 1 or access.block is None:
        return None
    pattern = lane_pattern(emitter.shapes, access.operands[-1], access.block)
    if pattern is None:
        return None
    lowest = min(pattern.offsets)
    distances = [offset - lowest for offset in pattern.offsets]
    units = tuple(distance // group.size for distance in distances)
    if any(distance % group.size for distance in distances) or max(units) >= MAX_VECTORS * emitter.width:
        return None
    found = Places(units, pattern.offsets, lowest)
    unique = len(set(units)) == emitter.width
    if not unique and (access.opcode == "store" or emitter.mask):
        return None
    needs_masks = emitter.mask or (access.opcode == "store" and max(units) >= emitter.width)
    bits = 8 * size_of(accessed_type(access))
    if needs_masks and not has_masked_memory(emitter.context.target, bits, consecutive=True):
        return None
    return found


def write_pattern_access(emitter: LaneEmitter, group: AccessGroup, places: Places) -> list[str]:
    """Do the access; returns what was loaded."""
    access, start = group.point, _start(emitter, group.point, places)
    if access.opcode == "load":
        vectors, units = _load(emitter, group, places, start)
        return [select_units(emitter, unit_type(group), vectors, units)]
    _store(emitter, group, places, start)
    return []


def _start(emitter: LaneEmitter, access: Instruction, places: Places) -> str:
    """The address of the lowest lane's element, by that of lane 0, which is computed whether that is active or not."""
    first = emitter.extract(PointerType(), emitter.vector(access.operands[-1]), 0)
    return emitter.address(first, places.lowest - places.offsets[0])


def _load(emitter: LaneEmitter, group: AccessGroup, places: Places, start: str) -> tuple[list[str], list[int | None]]:
    """The vectors of memory, and the place of each lane in them; the last ends with the highest lane's element."""
    width, type_, vectors = emitter.width, accessed_type(group.point), []
    last = max(max(places.units) + 1 - width, 0)
    units: list[int | None] = list(places.units)
    alignment = max(group.point.number("alignment", 1), 1)
    if max(places.units) + 1 < width:
        return [_load_short(emitter, unit_type(group), max(places.units) + 1, start, alignment)], units
    for number in range(places.vectors):
        first = number * width
        if not emitter.mask and first > last:
            units = [unit if unit is None or unit < first else unit + first - last for unit in units]
            first = last
        mask = _mask(emitter, places.lanes(number)) if emitter.mask else ""
        place = emitter.address(start, first * group.size)
        vectors.append(load_vector(emitter, type_, place, alignment, mask))
    return vectors, units


def _load_short(emitter: LaneEmitter, unit: str, count: int, start: str, alignment: int) -> str:
    """The first ``count`` elements of a vector: behind them memory may end. Lanes share elements, so all are active."""
    short, width = f"<{count} x {unit}>", emitter.width
    text = emitter.op(f"load {short}, ptr {start}, align {alignment}")
    order = ", ".join(f"i32 {index}" if index < count else "i32 poison" for index in range(width))
    return emitter.op(f"shufflevector {short} {text}, {short} poison, <{width} x i32> <{order}>")


def _store(emitter: LaneEmitter, group: AccessGroup, places: Places, start: str) -> None:
    type_, unit = accessed_type(group.point), unit_type(group)
    text = emitter.vector(group.point.operands[0])
    alignment = max(group.point.number("alignment", 1), 1)
    for number in range(places.vectors):
        lanes = places.lanes(number)
        if all(lane is None for lane in lanes):
            continue
        part = select_units(emitter, unit, [text], lanes)
        place = emitter.address(start, number * emitter.width * group.size)
        store_vector(emitter, type_, part, place, alignment, _mask(emitter, lanes))


def _mask(emitter: LaneEmitter, lanes: list[int | None]) -> str:
    """Which elements of a vector of memory belong to an active lane; nothing if all do."""
    truth, width = emitter.wide(I1), emitter.width
    if not emitter.mask:
        if None not in lanes:
            return ""
        return "<" + ", ".join(f"i1 {'false' if lane is None else 'true'}" for lane in lanes) + ">"
    if lanes == list(range(width)):
        return emitter.mask
    order = ", ".join(f"i32 {width if lane is None else lane}" for lane in lanes)
    return emitter.op(f"shufflevector {truth} {emitter.mask}, {truth} zeroinitializer, <{width} x i32> <{order}>")


__all__ = ["Places", "places_of", "write_pattern_access"]
