"""Numbers the lanes of a warp have for certain."""

from __future__ import annotations

import pytest
from pass_support import kernel, named

from anychip.vectorize.lane_numbers import LANES, LaneNumbers
from anychip.vectorize.shapes import Grouping

BODY = """define kernel external void @k(i32 %n) {
^e:
  %lane : i32 = sreg [register="laneid"]
  %below : i32 = sreg [register="lanemask_lt"]
  %x : i32 = sreg [register="tid.x"]
  %y : i32 = sreg [register="tid.y"]
  %z : i32 = sreg [register="tid.z"]
  %nx : i32 = sreg [register="ntid.x"]
  %ny : i32 = sreg [register="ntid.y"]
  %zy : i32 = mul i32 %ny, i32 %z
  %yz : i32 = add i32 %y, i32 %zy
  %rows : i32 = mul i32 %yz, i32 %nx
  %linear : i32 = add i32 %x, i32 %rows
  %half : i32 = lshr i32 %lane, i32 4
  %odd : i32 = and i32 %lane, i32 1
  %first : i1 = icmp i32 %lane, i32 0 [predicate="eq"]
  %chosen : i32 = select i1 %first, i32 -1, i32 %half
  %unknown : i32 = add i32 %lane, i32 %n
  ret
}
"""
KNOWN = {
    "lane": list(range(LANES)),
    "below": [(1 << lane) - 1 for lane in range(LANES)],
    "linear": list(range(64, 96)),
    "half": [0] * 16 + [1] * 16,
    "odd": [0, 1] * 16,
    "first": [1] + [0] * 31,
    "chosen": [0xFFFFFFFF] + [0] * 15 + [1] * 16,
}


@pytest.mark.parametrize("name", [*KNOWN, "x", "y", "unknown"])
def test_what_follows_from_indices(name: str) -> None:
    _, function = kernel(BODY)
    found = LaneNumbers(Grouping.LINEAR, 64).of(named(function, name))
    assert (list(found) if found else None) == KNOWN.get(name)


def test_whole_rows_say_where_along_x() -> None:
    _, function = kernel(BODY)
    assert LaneNumbers(Grouping.WHOLE, 32).of(named(function, "x")) == tuple(range(32, 64))
