"""Groups of accesses wherever each lane has them: gathers and scatters, of neighbours at once in up to eight bytes."""

from __future__ import annotations

from collections.abc import Iterator

from anychip.codegen.llvm_types import mangled
from anychip.ir import I1, PointerType
from anychip.vectorize.gather_addresses import lane_addresses
from anychip.vectorize.group_accesses import AccessGroup
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.strided_access import from_unit, to_unit, unit_type

MAX_PIECE = 8
"""Bytes that one lane of a gather takes."""


def gather(emitter: LaneEmitter, group: AccessGroup) -> list[str]:
    """The members' values in the active lanes, zero in others."""
    unit, width, found = unit_type(group), emitter.width, {}
    for start, count in _pieces(group):
        type_ = unit if count == 1 else f"i{count * group.size * 8}"
        text = gather_vector(emitter, type_, _addresses(emitter, group, start), _alignment(group, start))
        if count > 1:
            text = emitter.op(f"bitcast <{width} x {type_}> {text} to <{width * count} x {unit}>")
        for index in range(count):
            place = (start + index * group.size) // group.size
            found[place] = _every(emitter, unit, text, count, index) if count > 1 else text
    types = (member.type for member in group.members)
    places = (offset // group.size for offset in group.offsets)
    return [from_unit(emitter, unit, type_, found[place]) for type_, place in zip(types, places, strict=True)]


def scatter(emitter: LaneEmitter, group: AccessGroup) -> None:
    """Store in the active lanes, in ascending order."""
    unit, width = unit_type(group), emitter.width
    values = {
        offset: to_unit(emitter, unit, member.operands[0])
        for offset, member in zip(group.offsets, group.members, strict=True)
    }
    for start, count in _pieces(group):
        texts = [values[start + index * group.size] for index in range(count)]
        while len(texts) > 1:
            half = len(texts) // 2
            texts = [
                _zip(emitter, unit, texts[index], texts[index + half], count // half // 2) for index in range(half)
            ]
        text, type_ = texts[0], unit
        if count > 1:
            type_ = f"i{count * group.size * 8}"
            text = emitter.op(f"bitcast <{width * count} x {unit}> {text} to <{width} x {type_}>")
        scatter_vector(emitter, type_, text, _addresses(emitter, group, start), _alignment(group, start))


def _pieces(group: AccessGroup) -> Iterator[tuple[int, int]]:
    """Byte offset and number of units, a power of two, of neighbours that are accessed at once."""
    left = sorted(set(group.offsets))
    while left:
        count = 1
        while count * 2 * group.size <= MAX_PIECE and left[count * 2 - 1 : count * 2] == [
            left[0] + (count * 2 - 1) * group.size
        ]:
            count *= 2
        yield left[0], count
        left = left[count:]


def gather_vector(emitter: LaneEmitter, type_: str, places: str, alignment: int) -> str:
    """Elements of an LLVM type from a vector of addresses, zero in inactive lanes."""
    wide, mask, pointers = f"<{emitter.width} x {type_}>", emitter.wide(I1), emitter.wide(PointerType())
    name = f"llvm.masked.gather.{mangled(type_, emitter.width)}.{mangled('ptr', emitter.width)}"
    callee = emitter.context.intrinsic(name, wide, [pointers, mask, wide])
    where = f"{pointers} align {alignment} {places}"
    return emitter.op(f"call {callee}({where}, {mask} {emitter.active()}, {wide} zeroinitializer)")


def scatter_vector(emitter: LaneEmitter, type_: str, text: str, places: str, alignment: int) -> None:
    """Elements of an LLVM type to a vector of addresses, in the active lanes."""
    wide, mask, pointers = f"<{emitter.width} x {type_}>", emitter.wide(I1), emitter.wide(PointerType())
    name = f"llvm.masked.scatter.{mangled(type_, emitter.width)}.{mangled('ptr', emitter.width)}"
    callee = emitter.context.intrinsic(name, "void", [wide, pointers, mask])
    where = f"{pointers} align {alignment} {places}"
    emitter.emit(f"call {callee}({wide} {text}, {where}, {mask} {emitter.active()})")


def _addresses(emitter: LaneEmitter, group: AccessGroup, offset: int) -> str:
    return lane_addresses(emitter, group.point, offset - group.place)


def _alignment(group: AccessGroup, offset: int) -> int:
    return max(group.members[group.offsets.index(offset)].number("alignment", 1), 1)


def _every(emitter: LaneEmitter, unit: str, text: str, step: int, rest: int) -> str:
    width = emitter.width
    mask = ", ".join(f"i32 {rest + index * step}" for index in range(width))
    wide = f"<{width * step} x {unit}>"
    return emitter.op(f"shufflevector {wide} {text}, {wide} poison, <{width} x i32> <{mask}>")


def _zip(emitter: LaneEmitter, unit: str, first: str, second: str, parts: int) -> str:
    """Unit by unit from two vectors of ``parts`` times the width, in turn."""
    units = emitter.width * parts
    mask = ", ".join(f"i32 {index // 2 + index % 2 * units}" for index in range(units * 2))
    wide = f"<{units} x {unit}>"
    return emitter.op(f"shufflevector {wide} {first}, {wide} {second}, <{units * 2} x i32> <{mask}>")


__all__ = ["gather", "gather_vector", "scatter", "scatter_vector"]
