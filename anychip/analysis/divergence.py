"""What follows when a branch sends lanes different ways: partial blocks, joins, loops that lanes leave one by one.

``ControlDivergence`` starts with no divergent branch; the shape analysis adds branches as it finds their conditions
to differ between lanes, until nothing changes. See "Improving Performance of OpenCL on CPUs" (Karrenberg and Hack,
2012) for the terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from anychip.analysis.block_order import loop_compact_order
from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import DominatorTree, dominator_tree
from anychip.analysis.loops import Edge, Loop, LoopNest, loop_nest
from anychip.analysis.postdominance import post_dominators
from anychip.ir import Block, Function, Instruction, Value


@dataclass(frozen=True)
class ControlGraph:
    """What does not depend on lanes: ``order`` is loop-compact unless the graph is irreducible, ``meeting`` a block's
    immediate post-dominator, None for the end.
    """

    flow: ControlFlow
    tree: DominatorTree
    nest: LoopNest
    order: list[Block]
    meeting: dict[Block, Block | None]


def control_graph(function: Function) -> ControlGraph:
    """The graph of a function that has a body."""
    flow = control_flow(function)
    tree = dominator_tree(flow)
    nest = loop_nest(flow, tree)
    order = flow.reverse_postorder if nest.irreducible else loop_compact_order(flow, nest)
    return ControlGraph(flow, tree, nest, order, post_dominators(flow).immediate)


class ControlDivergence:
    """The function's graph and what is known to diverge in it so far.

    ``partial`` holds the blocks that may run with fewer lanes than entered the function, ``joins`` the blocks where
    lanes that parted meet, so that their phis choose lane by lane, ``loops`` those that some lanes may leave while
    others stay. In an irreducible function of several lanes all of this holds everywhere from the start.
    """

    def __init__(self, function: Function, lanes: int, graph: ControlGraph | None = None) -> None:
        graph = graph or control_graph(function)
        self.graph = graph
        self.flow, self.tree, self.nest, self.order = graph.flow, graph.tree, graph.nest, graph.order
        self.meeting = graph.meeting
        self.reducible = not self.nest.irreducible
        self.branches: set[Block] = set()
        self.partial: set[Block] = set()
        self.joins: set[Block] = set()
        self.loops: set[Loop] = set()
        self._position = {block: index for index, block in enumerate(self.order)}
        self._successors = {block: list(dict.fromkeys(block.successors)) for block in self.order}
        self._partial_to_end: set[Block] = set()
        if not self.reducible and lanes > 1:
            self.branches.update(block for block in self.order if len(set(block.successors)) > 1)
            for everything in (self.partial, self.joins):
                everything.update(self.order)
            self.loops.update(self.nest.loops)

    def add_branch(self, block: Block) -> bool:
        """Note that the lanes at this block's terminator may take different ways; False if that was known."""
        targets = self._successors[block]
        if block in self.branches or len(targets) < 2:
            return False
        self.branches.add(block)
        region = self._region(block)
        self.partial |= region
        self.joins |= self._joins([(block, target) for target in targets])
        for loop in self.nest.containing(block):
            if loop not in self.loops and (
                self._leaves(block, loop) or loop.header in region or not region <= loop.blocks
            ):
                self._add_loop(loop)
        return True

    def is_backward(self, source: Block, target: Block) -> bool:
        """Whether an edge goes back in the order."""
        return self._position[target] <= self._position[source]

    def is_temporal(self, value: Value, user: Block) -> bool:
        """Whether a use sees values that lanes computed in different iterations of a divergent loop."""
        if not isinstance(value, Instruction) or value.block is None:
            return False
        loops = self.nest.containing(value.block)
        return any(loop in self.loops and user not in loop.blocks for loop in loops)

    def _leaves(self, block: Block, loop: Loop) -> bool:
        """Whether the lanes that part at a block meet again only outside a loop."""
        meeting = self.meeting[block]
        return meeting is None or meeting not in loop.blocks

    def _add_loop(self, loop: Loop) -> None:
        self.loops.add(loop)
        self.joins |= self._joins(list(loop.exits))

    def _region(self, branch: Block) -> set[Block]:
        """Blocks on the ways from a branch to where all its lanes are together again, less those known to be partial
        up to the function's end.
        """
        stop = self.meeting[branch]
        region: set[Block] = set()
        work = list(self._successors[branch])
        while work:
            block = work.pop()
            if block is not stop and block not in region and not (stop is None and block in self._partial_to_end):
                region.add(block)
                work += self._successors[block]
        if stop is None:
            self._partial_to_end |= region
        return region

    def _joins(self, starts: list[Edge]) -> set[Block]:
        """Blocks that two of the edges lead to by ways that have no block in common.

        Each block gets the label of the last join, or start, on the ways to it; where two labels meet is a join.
        Back edges end a way at the header: lanes that arrive there by different ways meet there. Where only one
        block is waiting and nothing went back, all ways have met.
        """
        labels: dict[Block, Block] = {}
        arrivals: dict[Block, set[Block]] = {}
        joins: set[Block] = set()
        waiting: list[int] = []

        def reach(source: Block, target: Block, label: Block) -> None:
            if self.is_backward(source, target):
                arrivals.setdefault(target, set()).add(label)
            elif target not in labels:
                heappush(waiting, self._position[target])
                labels[target] = label
            elif labels[target] is not label:
                joins.add(target)
                labels[target] = target

        for source, target in starts:
            if target in labels:
                joins.add(target)
            # A way that is a back edge at once is told from others by its source.
            reach(source, target, source if self.is_backward(source, target) else target)
        while len(waiting) > 1 or (waiting and arrivals):
            block = self.order[heappop(waiting)]
            for target in self._successors[block]:
                reach(block, target, labels[block])
        return joins | {header for header, ways in arrivals.items() if len(ways) > 1}
