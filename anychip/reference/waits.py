"""Instructions at which a thread waits: opcode -> what makes its request from the operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anychip.ir import Instruction
from anychip.reference.errors import DeviceFault
from anychip.reference.requests import Kind, Request
from anychip.reference.thread import Thread
from anychip.reference.values import to_bits

Site = tuple[int, int]
MakeRequest = Callable[[Thread, list[Any]], Request]


def _barrier(kind: Kind) -> Callable[[Instruction, Site], MakeRequest]:
    """Operands: id and thread count, or id alone for all threads."""

    def bind(instruction: Instruction, site: Site) -> MakeRequest:
        def make(thread: Thread, values: list[Any]) -> Request:
            number, count = (*values, 0)[:2]
            return Request(kind, site, instruction, operands=(number, count))

        return make

    return bind


def _barrier_reduce(instruction: Instruction, site: Site) -> MakeRequest:
    operation = instruction.text("operation")

    def make(thread: Thread, values: list[Any]) -> Request:
        number, predicate = values
        return Request(Kind.BARRIER_REDUCE, site, instruction, operation, operands=(number, 0, predicate))

    return make


def _warp_operation(
    kind: Kind, attribute: str = "", masked: bool | None = None
) -> Callable[[Instruction, Site], MakeRequest]:
    """A warp operation whose first operand is the mask; ``masked`` None: only if its attribute ``sync`` is set."""

    def bind(instruction: Instruction, site: Site) -> MakeRequest:
        has_mask = instruction.flag("sync") if masked is None else masked
        operation = instruction.text(attribute) if attribute else ""
        types = [operand.type for operand in instruction.operands]

        def make(thread: Thread, values: list[Any]) -> Request:
            bits = tuple(to_bits(type_, value) for type_, value in zip(types, values, strict=True))
            if not has_mask:
                return Request(kind, site, instruction, operation, operands=bits)
            mask = bits[0]
            if not mask >> thread.lane & 1:
                message = f"{kind.value}: lane {thread.lane} is not in its own mask 0x{mask:08x}"
                raise DeviceFault(message, "cudaErrorIllegalInstruction")
            return Request(kind, site, instruction, operation, mask, bits[1:])

        return make

    return bind


WAITS: dict[str, Callable[[Instruction, Site], MakeRequest]] = {
    "barrier": _barrier(Kind.BARRIER),
    "barrier.arrive": _barrier(Kind.BARRIER_ARRIVE),
    "barrier.reduce": _barrier_reduce,
    "warp.barrier": _warp_operation(Kind.WARP_BARRIER, masked=True),
    "shuffle": _warp_operation(Kind.SHUFFLE, "mode"),
    "vote": _warp_operation(Kind.VOTE, "mode"),
    "match": _warp_operation(Kind.MATCH, "mode", masked=True),
    "warp.reduce": _warp_operation(Kind.WARP_REDUCE, "operation", masked=True),
    "active_mask": _warp_operation(Kind.ACTIVE_MASK, masked=False),
    "nanosleep": lambda instruction, site: lambda thread, values: Request(Kind.YIELD, site, instruction),
}
