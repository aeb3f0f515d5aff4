"""Accesses in a known order: whole vectors and shuffles, masks where memory in between is not the lanes'."""

from __future__ import annotations

import re

import pytest
from pass_support import excerpt, version

LOAD = """  %i : i32 = OPERATION
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""
SPREAD = """  %low : i32 = and i32 %t, i32 1
  %twice : i32 = shl i32 %t, i32 1
  %i : i32 = sub i32 %twice, i32 %low
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %out, i64 %iw [offset=0, scales=(4)]
"""
PLAIN = "  store i32 %x, ptr %a [alignment=4]\n  ret"
MASKED = """  %c : i1 = icmp i32 %x, i32 0 [predicate="sgt"]
  condbr i1 %c -> ^s, ^z
^s:
  store i32 %x, ptr %a [alignment=4]
  br -> ^z
^z:
  ret"""


@pytest.mark.parametrize(
    ("operation", "shuffled"),
    [
        ("xor i32 %t, i32 3", True),
        ("lshr i32 %t, i32 1", True),
        ("and i32 %t, i32 3", True),
        ("mul i32 %t, i32 %t", False),
        ("and i32 %x, i32 3", False),
    ],
)
def test_what_is_read_in_whole_vectors(operation: str, shuffled: bool) -> None:
    lines = version(LOAD.replace("OPERATION", operation))
    assert any("gather" in line for line in lines) != shuffled


def test_the_lanes_of_a_pair_change_places() -> None:
    lines = version(LOAD.replace("OPERATION", "xor i32 %t, i32 1"))
    found = excerpt(lines, r"extractelement|load <8|shufflevector <8 x i32> .*<i32 1", "%S")
    assert "<1 0 3 2 5 4 7 6>" in found
    assert len(re.findall(r"= load <8 x i32>", found)) == 2  # %x and the element


def test_stores_leave_alone_what_lies_between() -> None:
    lines = version(SPREAD + PLAIN)
    stores = [line for line in lines if "masked.store" in line and "declare" not in line]
    assert len(stores) == 2
    assert all("i1 true, i1 true, i1 false, i1 false" in line for line in stores)
    assert not any("scatter" in line for line in lines)


def test_lanes_that_are_off_store_nothing() -> None:
    lines = version(SPREAD + MASKED)
    assert any("shufflevector <8 x i1>" in line and "zeroinitializer" in line for line in lines)
    assert not any("scatter" in line for line in lines)
