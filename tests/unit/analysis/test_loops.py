"""Loops, postdominators and the loop-compact order on graphs written out."""

from __future__ import annotations

import random

import pytest

from anychip.analysis.block_order import loop_compact_order
from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import dominator_tree
from anychip.analysis.loops import LoopNest, loop_nest
from anychip.analysis.postdominance import post_dominators
from anychip.ir import Block, Function
from anychip.ir.parser import parse_module

NESTED = """\
define external void @f(i1 %c) {
^entry:
  br -> ^outer
^outer:
  condbr i1 %c -> ^inner, ^after
^inner:
  condbr i1 %c -> ^inner2, ^leave
^inner2:
  condbr i1 %c -> ^inner, ^latch
^latch:
  condbr i1 %c -> ^outer, ^after
^leave:
  br -> ^after
^after:
  ret
}
"""

IRREDUCIBLE = """\
define external void @f(i1 %c) {
^entry:
  condbr i1 %c -> ^a, ^b
^a:
  br -> ^b
^b:
  condbr i1 %c -> ^a, ^end
^end:
  ret
}
"""

ENDS = """\
define external void @f(i1 %c) {
^entry:
  condbr i1 %c -> ^fails, ^goes
^fails:
  unreachable
^goes:
  condbr i1 %c -> ^early, ^last
^early:
  ret
^last:
  condbr i1 %c -> ^ever, ^end
^ever:
  br -> ^ever
^end:
  exit
}
"""


def analysed(text: str) -> tuple[Function, ControlFlow, LoopNest]:
    function = parse_module(text).functions["f"]
    flow = control_flow(function)
    return function, flow, loop_nest(flow, dominator_tree(flow))


def test_nesting_latches_and_exits() -> None:
    _, _, nest = analysed(NESTED)
    outer, inner = nest.loops
    assert (outer.header.name, inner.header.name) == ("outer", "inner")
    assert {block.name for block in outer.blocks} == {"outer", "inner", "inner2", "latch"}
    assert {block.name for block in inner.blocks} == {"inner", "inner2"}
    assert (outer.depth, inner.depth, inner.parent) == (1, 2, outer)
    assert [(a.name, b.name) for a, b in inner.exits] == [("inner", "leave"), ("inner2", "latch")]
    assert {(a.name, b.name) for a, b in outer.exits} == {("outer", "after"), ("inner", "leave"), ("latch", "after")}
    assert not nest.irreducible


def test_irreducible_edges_are_reported() -> None:
    _, _, nest = analysed(IRREDUCIBLE)
    assert len(nest.irreducible) == 1
    assert not nest.loops


def test_postdominators_pass_over_blocks_that_fail_the_launch() -> None:
    function, flow, _ = analysed(ENDS)
    named = {block.name: block for block in function.blocks}
    meeting = post_dominators(flow).immediate
    assert meeting[named["entry"]] is named["goes"], "an assertion that fails takes no lane along"
    assert meeting[named["goes"]] is None, "lanes that return early never meet the others"
    assert meeting[named["last"]] is None, "an endless loop is an end"
    assert meeting[named["end"]] is None


def graph(seed: int) -> str:
    """A random reducible graph: each block goes on to later ones or back to one that dominates it."""
    chooser = random.Random(seed)
    count = chooser.randint(4, 14)
    lines = ["define external void @f(i1 %c) {", "^b0:", "  br -> ^b1"]
    for block in range(1, count):
        after = chooser.randint(block + 1, min(count, block + 3))
        other = chooser.randint(1, block) if chooser.random() < 0.35 else chooser.randint(block + 1, count)
        lines += [f"^b{block}:", f"  condbr i1 %c -> ^b{after}, ^b{other}"]
    return "\n".join([*lines, f"^b{count}:", "  ret", "}"]) + "\n"


def reaches_end_without(start: Block, removed: Block) -> bool:
    seen, work = set(), [start]
    while work:
        block = work.pop()
        if block is removed or block in seen:
            continue
        seen.add(block)
        if block.terminator.opcode == "ret":
            return True
        work += block.successors
    return False


@pytest.mark.parametrize("seed", range(120))
def test_random_graphs(seed: int) -> None:
    _, flow, nest = analysed(graph(seed))
    meeting = post_dominators(flow).immediate
    for block in flow.reverse_postorder:
        for other in flow.reverse_postorder:
            is_above = other is not block and not reaches_end_without(block, other)
            chain, step = set(), meeting[block]
            while step is not None:
                chain.add(step)
                step = meeting[step]
            assert (other in chain) == is_above
    if nest.irreducible:
        return
    order = loop_compact_order(flow, nest)
    place = {block: index for index, block in enumerate(order)}
    assert set(order) == set(flow.reverse_postorder)
    assert len(order) == len(place)
    for block in order:
        for successor in block.successors:
            assert nest.is_back_edge(block, successor) == (place[successor] <= place[block])
    for loop in nest.loops:
        places = sorted(place[block] for block in loop.blocks)
        assert places == list(range(places[0], places[0] + len(places))), "a loop stands together"
        assert order[places[0]] is loop.header
