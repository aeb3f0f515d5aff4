"""Where the ways from a branch meet, and the blocks from which every way fails."""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.analysis.postdominance import doomed_blocks, post_dominators
from anychip.ir.parser import parse_module

TEXT = """define kernel external void @k(i1 %c, i1 %d) {
^e:
  condbr i1 %c -> ^a, ^b
^a:
  condbr i1 %d -> ^fail, ^m
^b:
  condbr i1 %d -> ^early, ^m
^early:
  ret
^fail:
  br -> ^trap
^trap:
  unreachable
^m:
  br -> ^h
^h:
  condbr i1 %d -> ^h, ^z
^z:
  ret
}
"""


def test_meeting_points() -> None:
    flow = control_flow(parse_module(TEXT).functions["k"])
    found = {block.name: after and after.name for block, after in post_dominators(flow).immediate.items()}
    alive = {name: after for name, after in found.items() if name not in ("fail", "trap")}
    assert alive == {"e": None, "a": "m", "b": None, "early": None, "m": "h", "h": "z", "z": None}


def test_ways_that_only_fail() -> None:
    flow = control_flow(parse_module(TEXT).functions["k"])
    assert {block.name for block in doomed_blocks(flow)} == {"fail", "trap"}


def test_endless_loops_count_as_ends() -> None:
    text = "define kernel external void @k(i1 %c) {\n^e:\n  condbr i1 %c -> ^l, ^z\n^l:\n  br -> ^l\n^z:\n  ret\n}\n"
    flow = control_flow(parse_module(text).functions["k"])
    found = {block.name: after and after.name for block, after in post_dominators(flow).immediate.items()}
    assert found == {"e": None, "l": None, "z": None}
