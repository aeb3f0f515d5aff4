"""Whether the lanes that an operation of a warp waits for come to it together (docs/design/convergence.md).

A group holds a whole warp. A lane of the mask that is not there when the others come must have ended, or it would come
later, which is not what code in lockstep can wait for. One of these shows that there is none:

* no lane is elsewhere, and all name the same lanes;
* those elsewhere come to no barrier or operation of a warp any more: they will have ended;
* the mask is that of the lanes found active, or of those whose condition held, on the way that only these went;
* masks and ways follow from lane indices.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Block, Instruction, Value
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.lane_numbers import BASES, LANES, LaneNumbers, Numbers
from anychip.vectorize.linearize import Plan
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.shapes import Grouping, LaneShapes
from anychip.vectorize.warp_ops import WARP_OPERATIONS, mask_of
from anychip.vectorize.ways import EVERY, Arrival, always_follows, arrivals

_ONE_MASK = frozenset({"warp.reduce"})
"""Operations that are only written for masks that are the same in all lanes."""


@dataclass(frozen=True)
class Turn:
    """A branch that only lanes with this truth of the condition take."""

    condition: Value
    truth: bool


def check_meetings(plan: Plan, shapes: LaneShapes, grouping: Grouping) -> None:
    """Raise RefusedError for a barrier or warp operation that lanes of one group may come to at different times."""
    meetings = _Meetings(plan, shapes, grouping)
    for block in plan.structure.order:
        for instruction in block.instructions:
            if instruction.opcode in BARRIERS and plan.pending[block]:
                raise RefusedError(f"{instruction.opcode} that some lanes may reach before others", instruction)
            if instruction.opcode in WARP_OPERATIONS:
                meetings.check(block, instruction)


class _Meetings:
    def __init__(self, plan: Plan, shapes: LaneShapes, grouping: Grouping) -> None:
        self.plan = plan
        self.shapes = shapes
        self.numbers = [LaneNumbers(grouping, base) for base in BASES]
        self._found: list[dict[Block, Arrival]] = []

    def check(self, block: Block, operation: Instruction) -> None:
        pending, mask = self.plan.pending[block], mask_of(operation)
        if mask is None:
            if pending and self._others_join(block, operation):
                raise RefusedError(f"{operation.opcode} that some lanes may reach before others", operation)
            return
        if self.shapes.stride(mask) != 0:
            if operation.opcode in _ONE_MASK or not self._partition(block, mask):
                raise RefusedError(f"{operation.opcode} with masks that differ between lanes", operation)
        elif pending and not (self._others_end(pending) or self._selects(block, mask) or self._covers(block, mask)):
            raise RefusedError(f"{operation.opcode} that some lanes may reach before others", operation)

    def _reachable(self, starts: frozenset[Block]) -> set[Block]:
        found: set[Block] = set()
        work = list(starts)
        while work:
            block = work.pop()
            if block not in found:
                found.add(block)
                work += block.successors
        return found

    def _others_join(self, block: Block, operation: Instruction) -> bool:
        """Whether lanes elsewhere may come to this place of the source, in which case they would count as here."""
        blocks = self._reachable(self.plan.pending[block])
        twins = (item for other in blocks for item in other.instructions if item.opcode == operation.opcode)
        return any(_is_same_place(operation, item) for item in twins)

    def _others_end(self, pending: frozenset[Block]) -> bool:
        """Whether lanes elsewhere meet nobody any more."""
        blocks = self._reachable(pending)
        return not any(item.opcode in BARRIERS | WARP_OPERATIONS for block in blocks for item in block.instructions)

    def _selects(self, block: Block, mask: Value) -> bool:
        """Whether the mask was made by all lanes that could be here, and names those that are."""
        if not isinstance(mask, Instruction) or mask.block is None:
            return False
        turns = self._turns(block, mask.block)
        if mask.opcode == "active_mask":
            return turns == []
        if mask.opcode != "vote" or mask.text("mode") != "ballot":
            return False
        return turns in ([], [Turn(mask.operands[-1], True)])

    def _covers(self, block: Block, mask: Value) -> bool:
        """Whether in every warp all lanes of the mask come, if any lane comes."""
        for numbers, arrival in zip(self.numbers, self._arrivals(), strict=True):
            named = numbers.of(mask)
            if named is None or (arrival[block].at_most and named[0] & ~arrival[block].surely):
                return False
        return True

    def _partition(self, block: Block, mask: Value) -> bool:
        """Whether in every warp the lanes that come name each other, each in one mask."""
        pending = self.plan.pending[block]
        arrivals_ = self._arrivals() if pending else [{block: Arrival(EVERY, EVERY)}] * len(self.numbers)
        for numbers, arrival in zip(self.numbers, arrivals_, strict=True):
            named, come = numbers.of(mask), arrival[block]
            if named is None or not all(_is_closed(named, lane, come.surely) for lane in _members(come.at_most)):
                return False
        return True

    def _arrivals(self) -> list[dict[Block, Arrival]]:
        """Of the warps of a block, one after another."""
        if not self._found:
            self._found = [arrivals(self.plan, numbers) for numbers in self.numbers]
        return self._found

    def _turns(self, block: Block, start: Block) -> list[Turn] | None:
        """The branches by which lanes get from ``start`` here in one round of loops; None if there is more to it."""
        structure = self.plan.structure
        if any(
            block in structure.loops[header].blocks and start not in structure.loops[header].blocks
            for header in self.plan.divergent_loops
        ):
            return None
        turns: list[Turn] = []
        here = block
        while here is not start:
            above = structure.dominators.immediate.get(here)
            if above is None or above is here:
                return None
            if not always_follows(self.plan, here, above):
                if here not in above.successors or structure.flow.predecessors[here] != [above]:
                    return None
                if above in self.plan.divergent:
                    turns.append(Turn(above.terminator.operands[0], above.terminator.targets[0] is here))
            here = above
        return turns


def _is_same_place(first: Instruction, second: Instruction) -> bool:
    """Whether both are, or may be, copies of one instruction."""
    places = [
        item.location and (item.location.file, item.location.line, item.location.column) for item in (first, second)
    ]
    return first is second or None in places or places[0] == places[1]


def _is_closed(named: Numbers, lane: int, come: int) -> bool:
    mask = named[lane]
    return bool(mask >> lane & 1) and not mask & ~come and all(named[other] == mask for other in _members(mask))


def _members(mask: int) -> list[int]:
    return [lane for lane in range(LANES) if mask >> lane & 1]
