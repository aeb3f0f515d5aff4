"""What follows when the lanes at a branch part: partial blocks, joins, loops that are left one by one."""

from __future__ import annotations

import pytest

from anychip.analysis.divergence import ControlDivergence
from anychip.ir.parser import parse_module

TEXT = """define kernel external void @k(i1 %c, i1 %d) {
^e:
  condbr i1 %c -> ^a, ^b
^a:
  br -> ^m
^b:
  condbr i1 %d -> ^c, ^m
^c:
  br -> ^m
^m:
  br -> ^h
^h:
  condbr i1 %d -> ^l, ^z
^l:
  condbr i1 %c -> ^h, ^z
^z:
  ret
}
"""
Found = tuple[set[str], set[str], set[str]]
CASES: dict[str, Found] = {
    "e": ({"a", "b", "c"}, {"m"}, set()),
    "b": ({"c"}, {"m"}, set()),
    "a": (set(), set(), set()),
    "h": ({"h", "l"}, {"z"}, {"h"}),
}


def control() -> ControlDivergence:
    return ControlDivergence(parse_module(TEXT).functions["k"], 8)


@pytest.mark.parametrize("name", CASES)
def test_what_one_branch_makes_diverge(name: str) -> None:
    found = control()
    block = next(item for item in found.order if item.name == name)
    assert found.add_branch(block) == (len(block.successors) > 1)
    assert not found.add_branch(block)
    partial, joins = ({item.name for item in blocks} for blocks in (found.partial, found.joins))
    assert (partial, joins, {loop.header.name for loop in found.loops}) == CASES[name]


def test_nothing_diverges_to_begin_with() -> None:
    found = control()
    assert not found.partial | found.joins | found.branches
    assert found.reducible
