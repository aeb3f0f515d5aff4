"""Vectors of structures taken apart and put together by shuffles, in as many steps as the size has prime factors.

Memory holds ``width`` structures of ``count`` units each, one behind the other: ``count`` vectors of ``width`` units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anychip.vectorize.lane_emitter import LaneEmitter


def take_apart(emitter: LaneEmitter, unit: str, vectors: Sequence[str], wanted: Iterable[int]) -> dict[int, str]:
    """For each wanted position in the structure, the vector of all structures' units there."""
    count = len(vectors)
    if count == 1:
        return {0: vectors[0]}
    factor = _factor(count)
    positions = set(wanted)
    result: dict[int, str] = {}
    for rest in range(factor):
        inner = {position // factor for position in positions if position % factor == rest}
        if not inner:
            continue
        blocks = [vectors[start : start + factor] for start in range(0, count, factor)]
        parts = [_every(emitter, unit, block, rest) for block in blocks]
        result |= {place * factor + rest: text for place, text in take_apart(emitter, unit, parts, inner).items()}
    return result


def put_together(emitter: LaneEmitter, unit: str, fields: Sequence[str]) -> list[str]:
    """The inverse: from a vector for each position to the vectors as they lie in memory."""
    if len(fields) == 1:
        return list(fields)
    factor = _factor(len(fields))
    streams = [put_together(emitter, unit, fields[rest::factor]) for rest in range(factor)]
    return [text for parts in zip(*streams, strict=True) for text in _in_turns(emitter, unit, parts)]


def select_units(emitter: LaneEmitter, unit: str, vectors: Sequence[str], places: Sequence[int | None]) -> str:
    """A vector of units of several: each place counts through all of them; None is anything."""
    width = emitter.width
    vector = f"<{width} x {unit}>"
    result = vectors[0]
    have: list[int | None] = [place if place is not None and place < width else None for place in places]
    if all(place is None or place == index for index, place in enumerate(have)) and len(vectors) == 1:
        return result
    for number, other in enumerate([*vectors[1:]] or ["poison"], 1):
        for index, place in enumerate(places):
            if place is not None and place // width == number:
                have[index] = width + place % width
        mask = ", ".join("i32 poison" if place is None else f"i32 {place}" for place in have)
        result = emitter.op(f"shufflevector {vector} {result}, {vector} {other}, <{width} x i32> <{mask}>")
        have = [None if place is None else index for index, place in enumerate(have)]
    return result


def reverse(emitter: LaneEmitter, unit: str, vector: str) -> str:
    """The last lane first."""
    return select_units(emitter, unit, [vector], list(range(emitter.width - 1, -1, -1)))


def _every(emitter: LaneEmitter, unit: str, vectors: Sequence[str], rest: int) -> str:
    """Of as many vectors as ``factor``: every factor-th unit from ``rest`` on."""
    return select_units(emitter, unit, vectors, [rest + index * len(vectors) for index in range(emitter.width)])


def _in_turns(emitter: LaneEmitter, unit: str, parts: Sequence[str]) -> list[str]:
    """A unit of each part in turn: as many vectors as parts."""
    width, factor = emitter.width, len(parts)
    order = [(index % factor) * width + index // factor for index in range(width * factor)]
    return [select_units(emitter, unit, parts, order[start : start + width]) for start in range(0, len(order), width)]


def _factor(number: int) -> int:
    """The smallest prime factor."""
    return next(factor for factor in range(2, number + 1) if number % factor == 0)


__all__ = ["put_together", "reverse", "select_units", "take_apart"]
