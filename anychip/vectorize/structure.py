"""Control structure of a kernel: loops, dominance both ways, and the order its blocks are laid out in.

The order is topological (back edges aside) and keeps every loop's blocks together, so that lanes which wait at a
block behind a loop are never passed by those still in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import DominatorTree, dominator_tree
from anychip.ir import Block, Function
from anychip.vectorize.refusal import RefusedError

_Successors: TypeAlias = Callable[[Block], Iterator[Block]]


@dataclass(frozen=True)
class Structure:
    """``loops`` maps headers to bodies; ``after`` maps a block to its immediate postdominator, None for the end."""

    flow: ControlFlow
    dominators: DominatorTree
    loops: dict[Block, frozenset[Block]]
    after: dict[Block, Block | None]
    order: list[Block]
    index: dict[Block, int]

    def is_back(self, source: Block, target: Block) -> bool:
        """Whether an edge closes a loop."""
        return source in self.loops.get(target, ())

    def exits(self, header: Block) -> set[Block]:
        """Blocks outside a loop that control goes to from it."""
        body = self.loops[header]
        return {target for block in body for target in block.successors if target not in body}

    def region(self, block: Block) -> set[Block]:
        """Blocks that may run after a branch at the end of ``block`` and before its paths meet again for good."""
        stop = self.after[block]
        found: set[Block] = set()
        work = [target for target in block.successors if target is not stop]
        while work:
            item = work.pop()
            if item not in found:
                found.add(item)
                work += [target for target in item.successors if target is not stop]
        return found


def analyse_structure(function: Function) -> Structure:
    """Raises RefusedError for irreducible flow and for loops that nothing leaves."""
    flow = control_flow(function)
    dominators = dominator_tree(flow)
    loops = _natural_loops(flow, dominators)
    order = _compact(set(flow.reverse_postorder), flow.reverse_postorder, function.entry, loops)
    index = {block: position for position, block in enumerate(order)}
    return Structure(flow, dominators, loops, _postdominators(flow), order, index)


def _natural_loops(flow: ControlFlow, dominators: DominatorTree) -> dict[Block, frozenset[Block]]:
    order = {block: position for position, block in enumerate(flow.reverse_postorder)}
    loops: dict[Block, frozenset[Block]] = {}
    for latch in flow.reverse_postorder:
        for header in dict.fromkeys(latch.successors):
            if order[header] > order[latch]:
                continue
            if not dominators.dominates(header, latch):
                raise RefusedError("irreducible control flow", latch.terminator)
            loops[header] = frozenset(loops.get(header, frozenset()) | _body(header, latch, flow))
    return loops


def _body(header: Block, latch: Block, flow: ControlFlow) -> set[Block]:
    body, work = {header, latch}, [latch] if latch is not header else []
    while work:
        fresh = [block for block in flow.predecessors[work.pop()] if block not in body]
        body.update(fresh)
        work += fresh
    return body


def _postdominators(flow: ControlFlow) -> dict[Block, Block | None]:
    """Immediate postdominators, by the dominators of the reversed graph."""
    end = Block("end")
    ends = [block for block in flow.reverse_postorder if not block.successors]
    successors = {block: list(dict.fromkeys(block.successors)) or [end] for block in flow.reverse_postorder}
    backwards = dict(flow.predecessors)
    backwards[end] = ends
    order = _depth_first(end, lambda block: iter(backwards[block]))[::-1]
    if len(order) != len(flow.reverse_postorder) + 1:
        raise RefusedError("a loop that nothing leaves")
    tree = dominator_tree(ControlFlow({end: [], **successors}, order))
    return {block: None if above is end else above for block, above in tree.immediate.items() if block is not end}


def _compact(nodes: set[Block], ranks: list[Block], head: Block, loops: dict[Block, frozenset[Block]]) -> list[Block]:
    """Topological order of ``nodes`` from ``head`` in which the loops inside stay together."""
    inner = [header for header in loops if header in nodes and header is not head]
    outermost = [
        header for header in inner if not any(header in loops[other] for other in inner if other is not header)
    ]
    group = {block: header for header in outermost for block in loops[header]}

    def successors(block: Block) -> Iterator[Block]:
        members = loops[block] if group.get(block) is block else frozenset([block])
        for member in sorted(members, key=rank.__getitem__, reverse=True):
            for target in reversed(list(dict.fromkeys(member.successors))):
                if target in nodes and target not in members and target is not head:
                    yield group.get(target, target)

    rank = {block: position for position, block in enumerate(ranks)}
    order: list[Block] = []
    for block in reversed(_depth_first(head, successors)):
        order += _compact(set(loops[block]), ranks, block, loops) if group.get(block) is block else [block]
    return order


def _depth_first(start: Block, successors: _Successors) -> list[Block]:
    """Postorder without recursion."""
    finished: list[Block] = []
    seen = {start}
    stack = [(start, successors(start))]
    while stack:
        block, rest = stack[-1]
        fresh = next((target for target in rest if target not in seen), None)
        if fresh is None:
            finished.append(block)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, successors(fresh)))
    return finished
