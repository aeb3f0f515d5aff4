"""Lanes of a warp in lockstep: an instruction is done by all lanes that are at it before any of them does the next.

Kernels written for warps that run so (``analysis.warp_synchronous``) get from it what they expect. Where lanes are at
different places those furthest behind go on, and join the others where their ways meet.
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.analysis.block_order import loop_compact_order
from anychip.analysis.cfg import control_flow
from anychip.analysis.dominance import dominator_tree
from anychip.analysis.loops import loop_nest
from anychip.ir import Block, Function
from anychip.reference.errors import DeviceFault
from anychip.reference.requests import Kind, Request
from anychip.reference.thread import TIME_SLICE, Segment, Thread


class Lockstep:
    """The order of places in the functions of one launch."""

    def __init__(self) -> None:
        self._orders: dict[Function, dict[Block, int]] = {}
        self._places: dict[int, tuple[str, int, int]] = {}

    def run(self, lanes: list[Thread], arrive: Callable[[Request], None]) -> None:
        """Run lanes until each has finished or waits; ``arrive`` is told of requests first and may answer them."""
        spent = 0
        while True:
            moving = [lane for lane in lanes if lane.runnable]
            if not moving:
                return
            for lane in moving:
                lane.take_answer()
            first = min(map(self._rank, moving))
            together = [lane for lane in moving if self._rank(lane) == first]
            spent += _run_segment(together)
            for lane in together:
                if spent > TIME_SLICE * len(lanes) and not lane.finished and lane.request is None:
                    lane.request = Request(Kind.YIELD, (0, 0), lane.frames[-1].segment.last)
                if lane.request is not None:
                    arrive(lane.request)

    def _rank(self, lane: Thread) -> tuple[int, tuple[str, int, int]]:
        """Where a lane is: the deepest calls come first, then what stands first."""
        segment = lane.frames[-1].segment
        if id(segment) not in self._places:
            self._places[id(segment)] = self._place(segment)
        return -len(lane.frames), self._places[id(segment)]

    def _place(self, segment: Segment) -> tuple[str, int, int]:
        assert segment.last is not None
        block = segment.last.block
        assert block is not None
        function = block.function
        assert function is not None
        if function not in self._orders:
            flow = control_flow(function)
            nest = loop_nest(flow, dominator_tree(flow))
            order = flow.reverse_postorder if nest.irreducible else loop_compact_order(flow, nest)
            self._orders[function] = {item: index for index, item in enumerate(order)}
        return function.name, self._orders[function][block], block.instructions.index(segment.last)


def _run_segment(lanes: list[Thread]) -> int:
    """Run the segment that lanes are at; the number of instructions executed by all."""
    segment = lanes[0].frames[-1].segment
    for step, instruction in zip(segment.steps, segment.instructions, strict=True):
        for lane in lanes:
            try:
                step(lane.frames[-1].registers, lane)
            except DeviceFault as fault:
                raise lane.failure(fault, instruction) from None
    executed = (len(segment.steps) + 1) * len(lanes)
    for lane in lanes:
        try:
            lane.request = segment.leave(lane, lane.frames[-1])
        except DeviceFault as fault:
            raise lane.failure(fault, segment.last) from None
    try:
        lanes[0].program.count(executed)
    except DeviceFault as fault:
        raise lanes[0].failure(fault, segment.last) from None
    return executed
