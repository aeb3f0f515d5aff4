"""One warp: runs its lanes and completes what they wait for among themselves (docs/design/convergence.md, steps 1-3).

A warp is 32 threads with consecutive linear index; lanes that do not exist count as finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from anychip.reference.barrier import BlockBarriers
from anychip.reference.integers import ones, signed
from anychip.reference.lockstep import Lockstep
from anychip.reference.requests import Kind, Request
from anychip.reference.thread import Thread
from anychip.reference.values import from_bits

Group = dict[int, Request]
"""Lane number -> its request, of the lanes that meet."""

_BARRIERS = {Kind.BARRIER, Kind.BARRIER_REDUCE, Kind.BARRIER_ARRIVE}
_OF_BLOCK = _BARRIERS | {Kind.YIELD}
ROUNDS_OF_TURN = 1000


class Warp:
    """The lanes of one warp in ascending order. ``barriers`` are those of the block; ``lockstep`` if they run so."""

    def __init__(self, lanes: list[Thread], barriers: BlockBarriers, lockstep: Lockstep | None = None) -> None:
        self.lockstep = lockstep
        self.lanes = lanes
        self.barriers = barriers

    def run(self) -> None:
        """Run until no lane can go on without another warp, or for so long that other warps must have their turn."""
        for _ in range(ROUNDS_OF_TURN):
            runnable = self.runnable_lanes()
            if not runnable:
                return
            if self.lockstep:
                self.lockstep.run(runnable, self._arrive)
            else:
                for lane in runnable:
                    self._run_lane(lane)
            if not self._complete_masked():
                self._complete_unmasked()

    def runnable_lanes(self) -> list[Thread]:
        """The lanes that wait for nothing."""
        return [lane for lane in self.lanes if lane.runnable]

    def _run_lane(self, lane: Thread) -> None:
        """Run a lane until it finishes or waits; an arrival at a barrier is no wait."""
        while lane.runnable:
            lane.advance()
            if lane.request is not None:
                self._arrive(lane.request)

    def _arrive(self, request: Request) -> None:
        if request.kind in _BARRIERS:
            self.barriers.arrive(request)

    def _waiting_in_warp(self) -> dict[int, Request]:
        waiting = {lane.lane: lane.waiting for lane in self.lanes}
        return {number: request for number, request in waiting.items() if request and request.kind not in _OF_BLOCK}

    def _complete_masked(self) -> bool:
        """Release every group of which all lanes of the mask have come or finished."""
        groups: dict[object, Group] = defaultdict(dict)
        for number, request in self._waiting_in_warp().items():
            if request.mask is not None:
                groups[request.group][number] = request
        unfinished = sum(1 << lane.lane for lane in self.lanes if not lane.finished)
        complete = [group for group in groups.values() if _is_complete(group, unfinished)]
        for group in complete:
            _release(group)
        return bool(complete)

    def _complete_unmasked(self) -> None:
        """Release the lanes at the lowest site among those that wait without a mask: they are the converged ones."""
        waiting = {number: request for number, request in self._waiting_in_warp().items() if request.mask is None}
        if not waiting:
            return
        lowest = min(request.site for request in waiting.values())
        _release({number: request for number, request in waiting.items() if request.site == lowest})


def _is_complete(group: Group, unfinished: int) -> bool:
    mask = next(iter(group.values())).mask
    assert mask is not None
    return mask & unfinished == sum(1 << number for number in group)


def _release(group: Group) -> None:
    results = _RESULTS[next(iter(group.values())).kind](group)
    for number, request in group.items():
        request.answer(results[number])


def _shuffle(group: Group) -> dict[int, Any]:
    return {number: _shuffled(number, request, group) for number, request in group.items()}


def source_lane(lane: int, mode: str, b: int, c: int) -> tuple[int, bool]:
    """(source lane, whether it is in the segment) of PTX's shfl; out of the segment the lane itself is the source."""
    clamp, segment_mask = c & 31, c >> 8 & 31
    offset = b & 31
    lowest = lane & segment_mask
    highest = lowest | clamp & ~segment_mask
    source = {
        "up": lane - offset,
        "down": lane + offset,
        "bfly": lane ^ offset,
        "idx": lowest | offset & ~segment_mask,
    }[mode]
    inside = source >= highest if mode == "up" else source <= highest
    return (source if inside else lane), inside


def _shuffled(number: int, request: Request, group: Group) -> Any:
    _, b, c = request.operands
    source, inside = source_lane(number, request.operation, b, c)
    instruction = request.instruction
    assert instruction is not None
    bits = group.get(source, request).operands[0]
    value = from_bits(instruction.operands[1 if instruction.flag("sync") else 0].type, bits)
    return (value, int(inside)) if instruction.flag("with_predicate") else value


_VOTES: dict[str, Callable[[dict[int, int]], int]] = {
    "any": lambda votes: int(any(votes.values())),
    "all": lambda votes: int(all(votes.values())),
    "uni": lambda votes: int(len(set(votes.values())) == 1),
    "ballot": lambda votes: sum(1 << number for number, vote in votes.items() if vote),
}


def _vote(group: Group) -> dict[int, Any]:
    votes = {number: request.operands[0] for number, request in group.items()}
    operation = next(iter(group.values())).operation
    return dict.fromkeys(group, _VOTES[operation](votes))


def _match(group: Group) -> dict[int, Any]:
    values = {number: request.operands[0] for number, request in group.items()}
    if next(iter(group.values())).operation == "all":
        same = len(set(values.values())) == 1
        return dict.fromkeys(group, (lane_set(group) if same else 0, int(same)))
    return {number: sum(1 << other for other in group if values[other] == value) for number, value in values.items()}


_FOLDS: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b & ones(32),
    "min": lambda a, b: min(a, b, key=lambda value: signed(value, 32)),
    "max": lambda a, b: max(a, b, key=lambda value: signed(value, 32)),
    "umin": min,
    "umax": max,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
}


def _reduce(group: Group) -> dict[int, Any]:
    requests = list(group.values())
    fold, result = _FOLDS[requests[0].operation], requests[0].operands[0]
    for request in requests[1:]:
        result = fold(result, request.operands[0])
    return dict.fromkeys(group, result)


def lane_set(group: Group) -> int:
    """The lanes of a group as a mask."""
    return sum(1 << number for number in group)


_RESULTS: dict[Kind, Callable[[Group], dict[int, Any]]] = {
    Kind.WARP_BARRIER: lambda group: dict.fromkeys(group, 0),
    Kind.SHUFFLE: _shuffle,
    Kind.VOTE: _vote,
    Kind.MATCH: _match,
    Kind.WARP_REDUCE: _reduce,
    Kind.ACTIVE_MASK: lambda group: dict.fromkeys(group, lane_set(group)),
}
"""What each lane of a complete group gets."""
