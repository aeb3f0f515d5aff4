"""Which lanes of a warp come to each block, as far as that follows from lane indices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from anychip.ir import Block
from anychip.vectorize.lane_numbers import LANES, LaneNumbers
from anychip.vectorize.linearize import Plan

EVERY = (1 << LANES) - 1


@dataclass(frozen=True)
class Arrival:
    """If any lanes come to a block: all of ``surely`` do (unless they end before), none but those of ``at_most``.

    ``given`` are the edges of branches of all lanes that must have been taken for this to be so.
    """

    surely: int = 0
    at_most: int = 0
    given: frozenset[tuple[Block, Block]] = frozenset()


def arrivals(plan: Plan, numbers: LaneNumbers) -> dict[Block, Arrival]:
    """For each block, of one warp."""
    structure = plan.structure
    split = {block for header in plan.divergent_loops for block in structure.loops[header].blocks}
    found: dict[Block, Arrival] = {}
    for block in structure.order:
        sources = [source for source in structure.flow.predecessors[block] if not structure.is_back(source, block)]
        edges = [_along(plan, numbers, found[source], source, block) for source in dict.fromkeys(sources)]
        arrival = _joined(edges) if edges else Arrival(EVERY, EVERY)
        surely = reduce(int.__or__, (found[d].surely for d in _certain_sources(plan, block)), arrival.surely)
        found[block] = Arrival(0 if block in split else surely, arrival.at_most, arrival.given)
    return found


def always_follows(plan: Plan, later: Block, earlier: Block) -> bool:
    """Whether lanes that come to ``earlier`` come to ``later`` afterwards, if they do not end on the way there."""
    block: Block | None = earlier
    while block is not None and block is not later:
        block = plan.structure.after[block]
    return block is later


def _certain_sources(plan: Plan, block: Block) -> list[Block]:
    """The blocks before it on every way, from which every way leads here."""
    above, immediate = block, plan.structure.dominators.immediate
    sources = []
    while immediate[above] is not above:
        above = immediate[above]
        if always_follows(plan, block, above):
            sources.append(above)
    return sources


def _along(plan: Plan, numbers: LaneNumbers, arrival: Arrival, source: Block, target: Block) -> Arrival:
    """The lanes that go along an edge."""
    terminator = source.terminator
    if len(set(terminator.targets)) < 2:
        return arrival
    if source not in plan.divergent:
        return Arrival(arrival.surely, arrival.at_most, arrival.given | {(source, target)})
    truths = numbers.of(terminator.operands[0])
    if truths is None:
        return Arrival(0, arrival.at_most, arrival.given)
    side = terminator.targets[0] is target
    lanes = sum(1 << lane for lane, truth in enumerate(truths) if bool(truth) == side)
    return Arrival(arrival.surely & lanes, arrival.at_most & lanes, arrival.given)


def _joined(edges: list[Arrival]) -> Arrival:
    """Where edges meet: all of them bring lanes if they are taken under the same conditions, else at least one does."""
    edges = [edge for edge in edges if edge.at_most] or edges
    at_most = reduce(int.__or__, (edge.at_most for edge in edges))
    given = reduce(frozenset.__and__, (edge.given for edge in edges))
    together = all(edge.given == edges[0].given for edge in edges)
    surely = reduce(int.__or__ if together else int.__and__, (edge.surely for edge in edges))
    return Arrival(surely, at_most, given)
