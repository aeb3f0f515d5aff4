"""Which warp operations on some of the lanes are taken, and which are left to single threads."""

from __future__ import annotations

import pytest

from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import lane_writer
from anychip.vectorize.report import Report

LOW = """  %low : i1 = icmp i32 %lane, i32 16 [predicate="ult"]
  condbr i1 %low -> ^a, ^z
"""
REST = "^z:\n  warp.barrier i32 -1\n  ret"
TAKEN = {
    "one mask while all are there": "  warp.barrier i32 %n\n  ret",
    "a mask of those that come": f"{LOW}^a:\n  warp.barrier i32 65535\n  br -> ^z\n{REST}",
    "fewer than come": f"{LOW}^a:\n  warp.barrier i32 255\n  br -> ^z\n{REST}",
    "others end": f"{LOW}^a:\n  warp.barrier i32 %n\n  br -> ^z\n^z:\n  ret",
    "the active lanes": f"{LOW}^a:\n  %m : i32 = active_mask\n  warp.barrier i32 %m\n  br -> ^z\n{REST}",
    "the lanes of a ballot": f"""  %c : i1 = icmp i32 %x, i32 3 [predicate="ult"]
  %m : i32 = vote i32 -1, i1 %c [mode="ballot", sync]
  condbr i1 %c -> ^a, ^z
^a:
  warp.barrier i32 %m
  br -> ^z
{REST}""",
    "tiles": """  %first : i32 = and i32 %lane, i32 24
  %tile : i32 = shl i32 255, i32 %first
  warp.barrier i32 %tile
  ret""",
    "tiles in a branch": f"""{LOW}^a:
  %first : i32 = and i32 %lane, i32 24
  %tile : i32 = shl i32 255, i32 %first
  warp.barrier i32 %tile
  br -> ^z
{REST}""",
    "two ways here": f"""  %one : i1 = icmp i32 %lane, i32 1 [predicate="ult"]
  condbr i1 %one -> ^a, ^b
^b:
{LOW}^a:
  warp.barrier i32 65535
  br -> ^z
{REST}""",
}
REFUSED = {
    "one of those that go elsewhere": f"{LOW}^a:\n  warp.barrier i32 131071\n  br -> ^z\n{REST}",
    "an unknown mask": f"{LOW}^a:\n  warp.barrier i32 %n\n  br -> ^z\n{REST}",
    "an unknown branch": f"""  %c : i1 = icmp i32 %x, i32 3 [predicate="ult"]
  condbr i1 %c -> ^a, ^z
^a:
  warp.barrier i32 1
  br -> ^z
{REST}""",
    "the ballot of something else": f"""  %c : i1 = icmp i32 %x, i32 3 [predicate="ult"]
  %d : i1 = icmp i32 %x, i32 5 [predicate="ult"]
  %m : i32 = vote i32 -1, i1 %d [mode="ballot", sync]
  condbr i1 %c -> ^a, ^z
^a:
  warp.barrier i32 %m
  br -> ^z
{REST}""",
    "the lanes of the other side": f"""  %c : i1 = icmp i32 %x, i32 3 [predicate="ult"]
  %m : i32 = vote i32 -1, i1 %c [mode="ballot", sync]
  condbr i1 %c -> ^z, ^a
^a:
  warp.barrier i32 %m
  br -> ^z
{REST}""",
    "tiles that reach beyond the branch": f"""  %low : i1 = icmp i32 %lane, i32 12 [predicate="ult"]
  condbr i1 %low -> ^a, ^z
^a:
  %first : i32 = and i32 %lane, i32 24
  %tile : i32 = shl i32 255, i32 %first
  warp.barrier i32 %tile
  br -> ^z
{REST}""",
    "masks that overlap": """  %mine : i32 = shl i32 3, i32 %lane
  warp.barrier i32 %mine
  ret""",
    "masks from memory": "  warp.barrier i32 %x\n  ret",
    "others wait for the block": f"{LOW}^a:\n  warp.barrier i32 %n\n  br -> ^z\n^z:\n  barrier i32 0\n  ret",
    "lanes in different rounds": """  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^h
  %k1 : i32 = add i32 %k, i32 1
  warp.barrier i32 -1
  %c : i1 = icmp i32 %k1, i32 %lane [predicate="ult"]
  condbr i1 %c -> ^h, ^z
^z:
  warp.barrier i32 -1
  ret""",
}


def lanes(body: str) -> int:
    """How many lanes the kernel runs in."""
    text = f"""define kernel external void @k(ptr %in, i32 %n) {{
^e:
  %lane : i32 = sreg [register="laneid"]
  %w : i64 = zext i32 %lane
  %p : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %p [alignment=4]
{body}
}}
"""
    report = Report()
    write_scalar(parse_module(text), lookup(), module_symbol="m", hidden=True, write_kernel=lane_writer(32, report))
    assert report.lanes or report.refused
    return report.lanes.get("k", 1)


@pytest.mark.parametrize("name", TAKEN)
def test_lanes_that_meet_are_taken(name: str) -> None:
    assert lanes(TAKEN[name]) == 32


@pytest.mark.parametrize("name", REFUSED)
def test_lanes_that_might_miss_each_other_are_not(name: str) -> None:
    assert lanes(REFUSED[name]) == 1
