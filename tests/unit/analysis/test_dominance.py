"""Control flow and dominators against the definition, on a graph with a loop, a join and dead code."""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.analysis.dominance import dominator_tree
from anychip.ir import Block, Function
from anychip.ir.parser import parse_module

TEXT = """\
define external void @f(i1 %c) {
^a:
  condbr i1 %c -> ^b, ^c
^b:
  br -> ^d
^c:
  condbr i1 %c -> ^d, ^c
^d:
  condbr i1 %c -> ^a2, ^e
^a2:
  br -> ^d
^e:
  ret
^dead:
  br -> ^e
}
"""


def reachable_without(function: Function, removed: Block) -> set[Block]:
    seen: set[Block] = set()
    stack = [function.entry]
    while stack:
        block = stack.pop()
        if block is not removed and block not in seen:
            seen.add(block)
            stack += block.successors
    return seen


def test_dominance_is_what_its_definition_says() -> None:
    function = parse_module(TEXT).functions["f"]
    flow = control_flow(function)
    tree = dominator_tree(flow)
    assert {block.name for block in flow.reverse_postorder} == {"a", "b", "c", "d", "a2", "e"}
    for above in flow.reverse_postorder:
        missed = reachable_without(function, above)
        for below in flow.reverse_postorder:
            assert tree.dominates(above, below) == (below not in missed)


def test_predecessors_stand_once() -> None:
    function = parse_module(TEXT).functions["f"]
    flow = control_flow(function)
    names = {block.name: [p.name for p in flow.predecessors[block]] for block in function.blocks}
    assert names == {
        "a": [],
        "b": ["a"],
        "c": ["a", "c"],
        "d": ["b", "c", "a2"],
        "a2": ["d"],
        "e": ["d", "dead"],
        "dead": [],
    }
