"""Natural loops, how they nest, and whether the graph has cycles that are no natural loops.

A retreating edge whose target does not dominate its source makes the graph irreducible: such a cycle has several
entries. It is reported, not represented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anychip.analysis.cfg import ControlFlow
from anychip.analysis.dominance import DominatorTree
from anychip.ir import Block

Edge = tuple[Block, Block]


@dataclass(frozen=True, eq=False)
class Loop:
    """A natural loop. ``latches`` jump back to the header; ``exits`` are edges (block inside, block outside)."""

    header: Block
    blocks: frozenset[Block]
    latches: tuple[Block, ...]
    exits: tuple[Edge, ...]
    parent: Loop | None
    depth: int

    def __repr__(self) -> str:
        return f"<Loop {self.header.name}>"


@dataclass(frozen=True)
class LoopNest:
    """``loops`` has outer loops before inner ones; ``innermost`` lacks blocks that are in no loop.

    ``irreducible`` lists the retreating edges that belong to no natural loop.
    """

    loops: tuple[Loop, ...]
    innermost: dict[Block, Loop]
    irreducible: tuple[Edge, ...]

    def containing(self, block: Block) -> Iterator[Loop]:
        """The loops a block is in, innermost first."""
        loop = self.innermost.get(block)
        while loop is not None:
            yield loop
            loop = loop.parent

    def is_back_edge(self, source: Block, target: Block) -> bool:
        """Whether an edge leads back to the header of a loop that holds its source."""
        return any(loop.header is target for loop in self.containing(source))


def loop_nest(flow: ControlFlow, tree: DominatorTree) -> LoopNest:
    """The loops of the blocks that can be reached."""
    latches: dict[Block, list[Block]] = {}
    irreducible: list[Edge] = []
    number = {block: index for index, block in enumerate(flow.reverse_postorder)}
    for block in flow.reverse_postorder:
        for target in dict.fromkeys(block.successors):
            if tree.dominates(target, block):
                latches.setdefault(target, []).append(block)
            elif number[target] <= number[block]:
                irreducible.append((block, target))
    bodies = {header: _body(header, sources, flow) for header, sources in latches.items()}
    return _nest(flow, latches, bodies, tuple(irreducible))


def _body(header: Block, latches: list[Block], flow: ControlFlow) -> frozenset[Block]:
    """Blocks that reach a latch without passing the header."""
    body = {header}
    work = list(latches)
    while work:
        block = work.pop()
        if block not in body and block in flow.predecessors:
            body.add(block)
            work += flow.predecessors[block]
    return frozenset(body)


def _nest(
    flow: ControlFlow,
    latches: dict[Block, list[Block]],
    bodies: dict[Block, frozenset[Block]],
    irreducible: tuple[Edge, ...],
) -> LoopNest:
    reachable = set(flow.reverse_postorder)
    loops: list[Loop] = []
    innermost: dict[Block, Loop] = {}
    # A loop inside another has fewer blocks, so parents come first; equal sizes cannot nest.
    for header in sorted(bodies, key=lambda item: -len(bodies[item])):
        blocks = bodies[header] & reachable
        parent = innermost.get(header)
        ordered = [block for block in flow.reverse_postorder if block in blocks]
        exits = tuple((b, s) for b in ordered for s in dict.fromkeys(b.successors) if s not in blocks)
        loop = Loop(header, blocks, tuple(latches[header]), exits, parent, parent.depth + 1 if parent else 1)
        loops.append(loop)
        innermost.update(dict.fromkeys(blocks, loop))
    return LoopNest(tuple(loops), innermost, irreducible)
