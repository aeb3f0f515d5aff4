"""What a thread asks of its warp or block when it has to wait (docs/design/convergence.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from anychip.ir import Instruction


class Kind(Enum):
    """Kinds of waiting. The value is how a report of a deadlock calls it."""

    BARRIER = "barrier"
    BARRIER_ARRIVE = "barrier.arrive"
    BARRIER_REDUCE = "barrier.reduce"
    WARP_BARRIER = "warp barrier"
    SHUFFLE = "shuffle"
    VOTE = "vote"
    MATCH = "match"
    WARP_REDUCE = "warp reduction"
    ACTIVE_MASK = "active mask"
    YIELD = "yield"


@dataclass(slots=True)
class Request:
    """One thread's wait.

    ``site`` orders static instructions as they stand in the module. ``mask`` is None for the forms without one.
    ``operands`` are integers, as the opcode has them after the mask; for barriers the id and the thread count (0: all).
    The scheduler writes ``result`` and sets ``answered``; the thread then puts it into register ``slot`` and goes on.
    """

    kind: Kind
    site: tuple[int, int]
    instruction: Instruction | None
    operation: str = ""
    mask: int | None = None
    operands: tuple[int, ...] = ()
    slot: int = 0
    result: Any = 0
    answered: bool = False

    @property
    def group(self) -> tuple[Kind, str, int | None]:
        """Lanes with equal groups meet, wherever in the code they wait."""
        return self.kind, self.operation, self.mask

    def answer(self, result: Any) -> None:
        """Let the thread go on with this result."""
        self.result = result
        self.answered = True
