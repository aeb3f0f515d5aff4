"""Why a kernel is not taken: it then runs one thread per call."""

from __future__ import annotations

from anychip.diagnostics import SourceLocation
from anychip.ir import Instruction


class RefusedError(Exception):
    """Raised inside the vectoriser and caught by its pipeline; ``reason`` is a clause for people."""

    def __init__(self, reason: str, place: SourceLocation | Instruction | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place.location if isinstance(place, Instruction) else place

    def __str__(self) -> str:
        return f"{self.reason} ({self.place})" if self.place else self.reason
