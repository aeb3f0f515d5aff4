"""Immediate postdominators: where the paths that part at a branch meet again at the latest.

Ends of the function are ``ret`` and ``exit``. A block that ends in ``unreachable`` is no end: a lane that comes there
fails the whole launch, so nobody goes on without it, and ways on which every lane fails are left out. Other blocks
from which no end can be reached (endless loops) count as ends themselves, which can only put meeting points later.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.cfg import ControlFlow
from anychip.ir import Block


@dataclass(frozen=True)
class PostDominators:
    """``immediate`` maps each reachable block to its immediate postdominator; None stands for the function's end."""

    immediate: dict[Block, Block | None]


def post_dominators(flow: ControlFlow) -> PostDominators:
    """Postdominators of the reachable blocks."""
    doomed = doomed_blocks(flow)
    ends = _ends(flow, doomed)
    order = _reverse_graph_postorder(flow, ends)
    number: dict[Block | None, int] = {block: index for index, block in enumerate(order)}
    number[None] = len(order)
    immediate: dict[Block, Block | None] = {}

    def nearest_common(a: Block | None, b: Block | None) -> Block | None:
        while a is not b:
            while number[a] < number[b]:
                assert a is not None
                a = immediate[a]
            while number[b] < number[a]:
                assert b is not None
                b = immediate[b]
        return a

    changed = True
    while changed:
        changed = False
        for block in reversed(order):
            known: list[Block | None] = [
                s for s in dict.fromkeys(block.successors) if s in immediate and s not in doomed
            ]
            known += [None] if block in ends else []
            found = known[0]
            for successor in known[1:]:
                found = nearest_common(found, successor)
            if block not in immediate or immediate[block] is not found:
                immediate[block] = found
                changed = True
    return PostDominators({block: immediate.get(block) for block in flow.reverse_postorder})


def doomed_blocks(flow: ControlFlow) -> frozenset[Block]:
    """Blocks from which every way ends in ``unreachable`` without going round a loop."""
    doomed: set[Block] = set()
    changed = True
    while changed:
        before = len(doomed)
        for block in reversed(flow.reverse_postorder):
            is_last = block.terminator.opcode == "unreachable"
            if is_last or (block.successors and doomed.issuperset(block.successors)):
                doomed.add(block)
        changed = len(doomed) > before
    return frozenset(doomed)


def _ends(flow: ControlFlow, doomed: frozenset[Block]) -> frozenset[Block]:
    """Blocks with an edge to the function's end, such that every block but the doomed ones reaches one."""
    ends = {block for block in flow.reverse_postorder if block.terminator.opcode in ("ret", "exit")}
    seen = _reaching(flow, ends) | doomed
    return frozenset(ends | {block for block in flow.reverse_postorder if block not in seen})


def _reaching(flow: ControlFlow, targets: set[Block]) -> set[Block]:
    reachable = set(flow.reverse_postorder)
    seen = set(targets)
    work = list(targets)
    while work:
        for block in flow.predecessors[work.pop()]:
            if block in reachable and block not in seen:
                seen.add(block)
                work.append(block)
    return seen


def _reverse_graph_postorder(flow: ControlFlow, ends: frozenset[Block]) -> list[Block]:
    """Depth first along predecessors from all ends."""
    reachable = set(flow.reverse_postorder)
    finished: list[Block] = []
    seen: set[Block] = set()
    for end in (block for block in flow.reverse_postorder if block in ends):
        if end in seen:
            continue
        seen.add(end)
        stack = [(end, iter(flow.predecessors[end]))]
        while stack:
            block, predecessors = stack[-1]
            fresh = next((p for p in predecessors if p in reachable and p not in seen), None)
            if fresh is None:
                finished.append(block)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(flow.predecessors[fresh])))
    return finished
