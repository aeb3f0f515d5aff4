"""What is approximated: one module per group of functions; ``HEADERS`` maps each header's name to its rows."""

from __future__ import annotations

from . import bessel, elementary, special
from .row import Row

HEADERS: dict[str, list[Row]] = {
    "exponentials": elementary.EXPONENTIALS,
    "trigonometry": elementary.TRIGONOMETRY,
    "error_functions": special.ERROR_FUNCTIONS,
    "gamma": special.GAMMA,
    "bessel": bessel.BESSEL_PIECES,
    "bessel_large": bessel.BESSEL_LARGE,
}

__all__ = ["HEADERS", "Row"]
