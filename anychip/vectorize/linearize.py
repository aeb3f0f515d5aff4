"""Plan: which blocks run under a mask, and where lanes may be waiting meanwhile (partial linearisation).

Blocks are laid out in ``Structure.order``. Where lanes part, each side's lanes wait at the block they go to, as bits
of its mask, and control always goes on with the first block in order at which some wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anychip.ir import Block
from anychip.vectorize.shapes import LaneShapes
from anychip.vectorize.structure import Structure


@dataclass(frozen=True)
class Plan:
    """``masked`` blocks may run without all lanes, ``pending`` are the blocks where others may wait meanwhile.

    ``fast``: masked blocks also have a version for all lanes. Others have only that one.
    """

    structure: Structure
    divergent: frozenset[Block]
    divergent_loops: frozenset[Block]
    masked: frozenset[Block]
    pending: dict[Block, frozenset[Block]]
    fast: bool

    def has_fast(self, block: Block) -> bool:
        """Whether a block has a version for all lanes."""
        return block not in self.masked or self.fast

    def first(self, blocks: Iterable[Block]) -> Block:
        """The block to go on with."""
        return min(blocks, key=self.structure.index.__getitem__)

    def blends(self, source: Block, target: Block) -> bool:
        """Whether lanes may be waiting at ``target`` already when others come along this edge."""
        structure = self.structure
        if structure.is_back(source, target):
            return False
        for header in self.divergent_loops:
            body = structure.loops[header].blocks
            if source in body and target not in body:
                return True
        sources = [block for block in structure.flow.predecessors[target] if not structure.is_back(block, target)]
        return len(sources) > 1 and source is not self.first(sources)


def plan_masks(structure: Structure, shapes: LaneShapes, *, partial: bool) -> Plan:
    """``partial``: some lanes of the group do not exist, so that every block runs under a mask."""
    facts = shapes.facts
    masked = frozenset(structure.order) if partial else facts.partial_blocks
    loops = frozenset(loop.header for loop in facts.divergent_loops)
    pending = _pending(structure, facts.divergent_branches, loops, masked)
    return Plan(
        structure,
        facts.divergent_branches,
        loops,
        masked,
        {block: frozenset(found) for block, found in pending.items()},
        not partial,
    )


def _pending(
    structure: Structure, divergent: frozenset[Block], loops: frozenset[Block], masked: frozenset[Block]
) -> dict[Block, set[Block]]:
    index = structure.index
    pending: dict[Block, set[Block]] = {block: set() for block in structure.order}

    def leave(waiting: set[Block]) -> None:
        if waiting:
            first = min(waiting, key=index.__getitem__)
            pending[first] |= waiting - {first}

    for header in loops:
        pending[header] |= {
            target for source, target in structure.loops[header].exits if structure.waits(source, target)
        }
    for block in structure.order:
        ways = {target for target in block.successors if structure.waits(block, target)}
        forward = {target for target in ways if index[target] > index[block]}
        others = pending[block] if block in masked else set()
        leave(set(others))
        if block in divergent:
            leave(others | forward)
            leave(forward)
        else:
            for target in forward:
                leave(others | {target})
    return pending
