"""Which loops wait for another thread, and which make progress of their own."""

from __future__ import annotations

import pytest

from anychip.analysis.spin_loops import spin_edges
from anychip.ir.parser import parse_module

WAITS = {
    "flag": "  %f : i32 = load ptr %p [alignment=4, volatile]\n"
    '  %c : i1 = icmp i32 %f, i32 0 [predicate="eq"]\n  condbr i1 %c -> ^loop, ^done',
    "lock": '  %r : {i32, i1} = cmpxchg ptr %p, i32 0, i32 1 [ordering="acquire", scope="device"]\n'
    "  %s : i1 = extract {i32, i1} %r [indices=(1)]\n  condbr i1 %s -> ^done, ^loop",
    "counting the waits": "  %i : i32 = phi i32 0, i32 %n -> ^e, ^loop\n  %n : i32 = add i32 %i, i32 1\n"
    '  %f : i32 = atomic ptr %p, i32 0 [operation="add", ordering="relaxed", scope="device"]\n'
    '  %c : i1 = icmp i32 %f, i32 0 [predicate="eq"]\n  condbr i1 %c -> ^loop, ^done',
    "passes until one of them changes nothing": "  %i : i32 = phi i32 0, i32 %m -> ^e, ^loop\n"
    "  %f : i32 = load ptr %p [alignment=4, volatile]\n"
    '  %n : i32 = add i32 %i, i32 1\n  %more : i1 = icmp i32 %n, i32 9 [predicate="ult"]\n'
    '  %dirty : i1 = icmp i32 %f, i32 0 [predicate="ne"]\n  %m : i32 = select i1 %more, i32 %n, i32 0\n'
    "  %c : i1 = select i1 %more, i1 1, i1 %dirty\n  condbr i1 %c -> ^loop, ^done",
}
BRANCH = """  %f : i32 = load ptr %p [alignment=4, volatile]
  %z : i1 = icmp i32 %f, i32 0 [predicate="eq"]
  condbr i1 %z -> ^set, ^join
^set:
  br -> ^join
^join:
  %again : i1 = phi i1 1, i1 0 -> ^set, ^loop
  condbr i1 %again -> ^loop, ^done"""
MOVES = {
    "counted": "  %i : i32 = phi i32 0, i32 %n -> ^e, ^loop\n  %n : i32 = add i32 %i, i32 1\n"
    "  %f : i32 = load ptr %p [alignment=4, volatile]\n"
    '  %c : i1 = icmp i32 %n, i32 9 [predicate="ult"]\n  condbr i1 %c -> ^loop, ^done',
    "update by exchange": "  %o : i32 = phi i32 0, i32 %v -> ^e, ^loop\n  %n : i32 = add i32 %o, i32 1\n"
    '  %r : {i32, i1} = cmpxchg ptr %p, i32 %o, i32 %n [ordering="relaxed", scope="device"]\n'
    "  %v : i32 = extract {i32, i1} %r [indices=(0)]\n"
    "  %s : i1 = extract {i32, i1} %r [indices=(1)]\n  condbr i1 %s -> ^done, ^loop",
    "yields already": "  nanosleep i32 5\n  %f : i32 = load ptr %p [alignment=4, volatile]\n"
    '  %c : i1 = icmp i32 %f, i32 0 [predicate="eq"]\n  condbr i1 %c -> ^loop, ^done',
    "plain load": "  %f : i32 = load ptr %p [alignment=4]\n"
    '  %c : i1 = icmp i32 %f, i32 0 [predicate="eq"]\n  condbr i1 %c -> ^loop, ^done',
}


def edges(body: str) -> list[tuple[str, str]]:
    text = f"define internal void @f(ptr %p) {{\n^e:\n  br -> ^loop\n^loop:\n{body}\n^done:\n  ret\n}}\n"
    return [(source.name, header.name) for source, header in spin_edges(parse_module(text).functions["f"])]


@pytest.mark.parametrize("body", WAITS.values(), ids=WAITS.keys())
def test_loops_that_only_wait(body: str) -> None:
    assert edges(body) == [("loop", "loop")]


@pytest.mark.parametrize("body", MOVES.values(), ids=MOVES.keys())
def test_loops_that_move_on_by_themselves(body: str) -> None:
    assert edges(body) == []


def test_a_condition_that_branches_choose() -> None:
    assert edges(BRANCH) == [("join", "loop")]


def test_branches_beside_a_counter_are_no_wait() -> None:
    body = BRANCH.replace("  %f :", "  %i : i32 = phi i32 0, i32 %n -> ^e, ^join\n  %f :", 1).replace(
        "  condbr i1 %again",
        '  %n : i32 = add i32 %i, i32 1\n  %c : i1 = icmp i32 %n, i32 9 [predicate="ult"]\n  condbr i1 %c',
    )
    assert edges(body) == []
