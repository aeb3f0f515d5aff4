"""One row of a table: a function, an interval, and how close a polynomial must come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """``weight`` times the error must stay below 2**log2_error; ``bits`` is 24 (float) or 53 (double)."""

    name: str
    what: str
    function: Callable[[Any], Any]
    low: Any
    high: Any
    weight: Callable[[Any], Any]
    log2_error: float
    bits: int


def both(
    name: str,
    what: str,
    function: Callable[[Any], Any],
    low: Any,
    high: Any,
    weight: Callable[[Any], Any],
    log2_error: tuple[float, float] = (-27.0, -57.3),
) -> list[Row]:
    """The float row (named ``..f``) and the double row of one polynomial."""
    return [
        Row(name + "f", what, function, low, high, weight, log2_error[0], 24),
        Row(name, what, function, low, high, weight, log2_error[1], 53),
    ]
