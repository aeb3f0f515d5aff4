"""One block: its warps in turn, block barriers, and the report when nothing can go on (convergence.md, steps 4-6)."""

from __future__ import annotations

from collections import defaultdict

from anychip.reference.barrier import BlockBarriers
from anychip.reference.errors import DeviceFault, LaunchError
from anychip.reference.lockstep import Lockstep
from anychip.reference.requests import Kind, Request
from anychip.reference.thread import Thread
from anychip.reference.warp import Warp

WARP_SIZE = 32


class BlockScheduler:
    """Runs the threads of one block to their end, warps in ``lockstep`` if it is given."""

    def __init__(self, threads: list[Thread], lockstep: Lockstep | None = None) -> None:
        self.threads = threads
        self.barriers = BlockBarriers()
        starts = range(0, len(threads), WARP_SIZE)
        self.warps = [Warp(threads[start : start + WARP_SIZE], self.barriers, lockstep) for start in starts]

    def run(self) -> None:
        """Run every thread until it ends. Raises LaunchError, also if nothing can go on."""
        while True:
            for warp in self.warps:
                warp.run()
            unfinished = sum(not thread.finished for thread in self.threads)
            if unfinished == 0:
                return
            self.barriers.complete_if_all_wait(unfinished)
            released, woken = self.barriers.release(), self._wake_yielding()
            if not (released or woken or any(warp.runnable_lanes() for warp in self.warps)):
                raise self._deadlock()

    def _wake_yielding(self) -> bool:
        """Let threads go on that gave way to others. True if there was one."""
        requests = [thread.waiting for thread in self.threads]
        yielding = [request for request in requests if request and request.kind is Kind.YIELD]
        for request in yielding:
            request.answer(0)
        return bool(yielding)

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
