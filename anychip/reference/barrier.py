"""The barriers of one block: who has arrived, and which are complete (docs/design/convergence.md, step 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from anychip.reference.requests import Kind, Request

_REDUCTIONS: dict[str, Callable[[list[int]], int]] = {
    "popc": lambda predicates: sum(map(bool, predicates)),
    "and": lambda predicates: int(all(predicates)),
    "or": lambda predicates: int(any(predicates)),
}


@dataclass
class _Phase:
    """One use of a barrier: the requests of the threads that wait, and how many arrived without waiting."""

    waiting: list[Request] = field(default_factory=list)
    arrived: int = 0


class BlockBarriers:
    """Threads that wait at ``barrier`` and ``barrier.reduce`` of one id meet. Operands of a request: id, thread count.

    A barrier with a count is complete at the arrival that reaches it, so that later arrivals belong to its next use.
    The threads it lets pass go on at the next ``release``.
    """

    def __init__(self) -> None:
        self._phases: dict[int, _Phase] = defaultdict(_Phase)
        self._passed: list[Request] = []

    def arrive(self, request: Request) -> None:
        """Take part in a barrier; ``barrier.arrive`` is answered at once."""
        number, count = request.operands[:2]
        phase = self._phases[number]
        if request.kind is Kind.BARRIER_ARRIVE:
            phase.arrived += 1
            request.answer(0)
        else:
            phase.waiting.append(request)
        if count and len(phase.waiting) + phase.arrived >= count:
            self._complete(number)

    def complete_if_all_wait(self, unfinished: int) -> None:
        """Complete the barrier at which all of the block's ``unfinished`` threads wait, if there is one.

        That holds with a count too: PTX counts whole warps, so lanes that have left need not come.
        """
        for number in [number for number, phase in self._phases.items() if len(phase.waiting) == unfinished]:
            self._complete(number)

    def _complete(self, number: int) -> None:
        waiting = self._phases.pop(number).waiting
        predicates = [request.operands[2] for request in waiting if request.kind is Kind.BARRIER_REDUCE]
        for request in waiting:
            request.result = _REDUCTIONS[request.operation](predicates) if request.operation else 0
        self._passed += waiting

    def release(self) -> bool:
        """Let go on who has passed since the last call. True if there was anyone."""
        released = bool(self._passed)
        for request in self._passed:
            request.answer(request.result)
        self._passed.clear()
        return released
