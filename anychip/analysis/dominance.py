"""Dominator tree (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm", 2001)."""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.cfg import ControlFlow
from anychip.ir import Block


@dataclass(frozen=True)
class DominatorTree:
    """``immediate`` maps each reachable block to its immediate dominator, the entry to itself.

    ``entered`` and ``left`` number the tree depth first, so that dominance is two comparisons.
    """

    immediate: dict[Block, Block]
    entered: dict[Block, int]
    left: dict[Block, int]

    def dominates(self, above: Block, below: Block) -> bool:
        """Whether every path from the entry to ``below`` passes ``above``. Both must be reachable."""
        return self.entered[above] <= self.entered[below] and self.left[below] <= self.left[above]


def dominator_tree(flow: ControlFlow) -> DominatorTree:
    """Dominators of the reachable blocks."""
    immediate = _immediate_dominators(flow)
    children: dict[Block, list[Block]] = {block: [] for block in flow.reverse_postorder}
    for block in flow.reverse_postorder[1:]:
        children[immediate[block]].append(block)
    entered: dict[Block, int] = {}
    left: dict[Block, int] = {}
    stack = [(flow.reverse_postorder[0], False)]
    while stack:
        block, is_done = stack.pop()
        clock = len(entered) + len(left)
        if is_done:
            left[block] = clock
            continue
        entered[block] = clock
        stack.append((block, True))
        stack += [(child, False) for child in children[block]]
    return DominatorTree(immediate, entered, left)


def _immediate_dominators(flow: ControlFlow) -> dict[Block, Block]:
    order = flow.reverse_postorder
    number = {block: index for index, block in enumerate(order)}
    immediate = {order[0]: order[0]}

    def nearest_common(a: Block, b: Block) -> Block:
        while a is not b:
            while number[a] > number[b]:
                a = immediate[a]
            while number[b] > number[a]:
                b = immediate[b]
        return a

    changed = True
    while changed:
        changed = False
        for block in order[1:]:
            known = [p for p in flow.predecessors[block] if p in immediate]
            found = known[0]
            for predecessor in known[1:]:
                found = nearest_common(found, predecessor)
            if immediate.get(block) is not found:
                immediate[block] = found
                changed = True
    return immediate
