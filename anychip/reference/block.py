"""One block: its warps in turn, block barriers, and the report when nothing can go on (convergence.md, steps 4-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from anychip.reference.errors import DeviceFault, LaunchError
from anychip.reference.requests import Kind, Request
from anychip.reference.thread import Thread
from anychip.reference.warp import Warp

WARP_SIZE = 32

_REDUCTIONS: dict[str, Callable[[list[int]], int]] = {
    "popc": lambda predicates: sum(map(bool, predicates)),
    "and": lambda predicates: int(all(predicates)),
    "or": lambda predicates: int(any(predicates)),
}


class BlockScheduler:
    """Runs the threads of one block to their end."""

    def __init__(self, threads: list[Thread]) -> None:
        self.threads = threads
        self.arrived: dict[int, int] = defaultdict(int)  # barrier id -> threads that arrived without waiting
        starts = range(0, len(threads), WARP_SIZE)
        self.warps = [Warp(threads[start : start + WARP_SIZE], self.arrived) for start in starts]

    def run(self) -> None:
        """Run every thread until it ends. Raises LaunchError, also if nothing can go on."""
        while True:
            ran = [warp.run() for warp in self.warps]
            if all(thread.finished for thread in self.threads):
                return
            released = self._complete_barriers()
            yielded = self._wake_yielding()
            if not (any(ran) or released or yielded):
                raise self._deadlock()

    def _waiting(self, *kinds: Kind) -> dict[Thread, Request]:
        waiting = {thread: thread.waiting for thread in self.threads}
        return {thread: request for thread, request in waiting.items() if request and request.kind in kinds}

    def _wake_yielding(self) -> bool:
        yielding = self._waiting(Kind.YIELD)
        for request in yielding.values():
            request.answer(0)
        return bool(yielding)

    def _complete_barriers(self) -> bool:
        """Release the threads of every barrier that is complete."""
        barriers: dict[int, dict[Thread, Request]] = defaultdict(dict)
        for thread, request in self._waiting(Kind.BARRIER, Kind.BARRIER_REDUCE).items():
            barriers[request.operands[0]][thread] = request
        complete = [number for number, waiting in barriers.items() if self._is_complete(number, waiting)]
        for number in complete:
            self._release(number, barriers[number])
        return bool(complete)

    def _is_complete(self, number: int, waiting: dict[Thread, Request]) -> bool:
        count = max(request.operands[1] for request in waiting.values())
        if count == 0:
            return len(waiting) == sum(not thread.finished for thread in self.threads)
        return len(waiting) + self.arrived[number] >= count

    def _release(self, number: int, waiting: dict[Thread, Request]) -> None:
        count = max(request.operands[1] for request in waiting.values())
        # Arrivals beyond the count belong to the barrier's next use: a producer may be one phase ahead.
        self.arrived[number] = max(0, self.arrived[number] + len(waiting) - count) if count else 0
        predicates = [request.operands[2] for request in waiting.values() if request.kind is Kind.BARRIER_REDUCE]
        for request in waiting.values():
            request.answer(_REDUCTIONS[request.operation](predicates) if request.operation else 0)

    def _deadlock(self) -> LaunchError:
        """The error that lists where the unfinished threads wait."""
        places: dict[tuple[str, str], list[Thread]] = defaultdict(list)
        for thread in self.threads:
            if not thread.finished and thread.request is not None:
                places[_place(thread.request)].append(thread)
        lines = [
            f"{len(threads)} thread(s), the first of them {threads[0].index}, wait at {where} ({what})"
            for (where, what), threads in places.items()
        ]
        first = next(iter(places.values()))[0]
        message = "deadlock: no thread of the block can go on\n  " + "\n  ".join(lines)
        assert first.request is not None
        return first.failure(DeviceFault(message, "cudaErrorLaunchFailure"), first.request.instruction)


def _place(request: Request) -> tuple[str, str]:
    location = request.instruction.location if request.instruction else None
    where = str(location) if location else "an unknown line"
    detail = f" {request.operands[0]}" if request.kind in (Kind.BARRIER, Kind.BARRIER_REDUCE) else ""
    mask = f", mask 0x{request.mask:08x}" if request.mask is not None else ""
    return where, f"{request.kind.value}{detail}{mask}"
