"""Control structure of a kernel: loops, dominance, and the order its blocks are laid out in.

The order is topological (back edges aside) and keeps every loop's blocks together, so that lanes which wait at a
block behind a loop are never passed by those still in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.cfg import ControlFlow
from anychip.analysis.divergence import ControlDivergence
from anychip.analysis.dominance import DominatorTree
from anychip.analysis.loops import Loop
from anychip.analysis.postdominance import doomed_blocks
from anychip.ir import Block
from anychip.vectorize.refusal import RefusedError


@dataclass(frozen=True)
class Structure:
    """``loops`` maps headers to loops, ``after`` a block to the one where the ways from it meet, None for the end;
    every way from a ``doomed`` block ends in a trap; an ``ending`` block holds nothing but the end of a thread.
    """

    flow: ControlFlow
    dominators: DominatorTree
    loops: dict[Block, Loop]
    after: dict[Block, Block | None]
    order: list[Block]
    index: dict[Block, int]
    doomed: frozenset[Block]
    ending: frozenset[Block]

    def is_back(self, source: Block, target: Block) -> bool:
        """Whether an edge closes a loop."""
        return target in self.loops and source in self.loops[target].blocks

    def waits(self, source: Block, target: Block) -> bool:
        """Whether lanes that take this edge may wait for others at its end: those that end or fail do not."""
        return target not in self.ending and not self.fails(source, target)

    def fails(self, source: Block, target: Block) -> bool:
        """Whether lanes that take this edge fail the launch while there is another way."""
        return target in self.doomed and source not in self.doomed


def structure_of(control: ControlDivergence) -> Structure:
    """Raises RefusedError for irreducible flow and for loops that nothing leaves."""
    if not control.reducible:
        raise RefusedError("irreducible control flow", control.nest.irreducible[0][0].terminator)
    for loop in control.nest.loops:
        if not loop.exits and not any(block.terminator.opcode in ("ret", "exit") for block in loop.blocks):
            raise RefusedError("a loop that nothing leaves", loop.header.terminator)
    loops = {loop.header: loop for loop in control.nest.loops}
    index = {block: position for position, block in enumerate(control.order)}
    doomed = doomed_blocks(control.flow)
    ending = frozenset(block for block in control.order if block.instructions[0].opcode in ("ret", "exit"))
    return Structure(control.flow, control.tree, loops, control.meeting, control.order, index, doomed, ending)


__all__ = ["Structure", "structure_of"]
