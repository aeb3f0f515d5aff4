"""Which lanes of a warp come to a block."""

from __future__ import annotations

from pass_support import block, plan_of

from anychip.vectorize.lane_numbers import LaneNumbers
from anychip.vectorize.shapes import Grouping
from anychip.vectorize.ways import EVERY, always_follows, arrivals

BODY = """  %lane : i32 = sreg [register="laneid"]
  %low : i1 = icmp i32 %lane, i32 8 [predicate="ult"]
  condbr i1 %low -> ^a, ^b
^a:
  %mine : i1 = icmp i32 %x, i32 3 [predicate="slt"]
  condbr i1 %mine -> ^c, ^m
^c:
  store i32 1, ptr %p [alignment=4]
  br -> ^m
^b:
  %all : i1 = icmp i32 %n, i32 3 [predicate="slt"]
  condbr i1 %all -> ^d, ^m
^d:
  store i32 2, ptr %p [alignment=4]
  br -> ^m
^m:
  store i32 3, ptr %p [alignment=4]
  ret"""


def test_arrivals() -> None:
    plan, shapes = plan_of(BODY)
    found = arrivals(plan, LaneNumbers(Grouping.WHOLE, 0))
    function = shapes.facts.function
    lanes = {name: (found[block(function, name)].surely, found[block(function, name)].at_most) for name in "eabcdm"}
    low, high = 0xFF, 0xFFFFFF00
    assert lanes == {
        "e": (EVERY, EVERY),
        "a": (low, low),
        "b": (high, high),
        "c": (0, low),  # who knows what %x is
        "d": (high, high),  # if any: all take this way or none
        "m": (EVERY, EVERY),
    }
    assert found[block(function, "d")].given == {(block(function, "b"), block(function, "d"))}


def test_what_always_follows() -> None:
    plan, shapes = plan_of(BODY)
    e, a, c, d, m = (block(shapes.facts.function, name) for name in "eacdm")
    assert all(always_follows(plan, m, earlier) for earlier in (e, a, c, d))
    assert not always_follows(plan, c, a)
