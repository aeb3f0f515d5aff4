"""Polynomials of the Bessel functions: pieces around the zeros below 8, amplitude and phase functions above."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import mpmath as mp

from .row import Row

mp.mp.dps = 40
Real = Any  # mpmath is untyped
Function = Callable[[Real], Real]
# function: zeros below 8 (each has a piece around it) and the pieces' borders
ZEROS = {
    "j0": [mp.besseljzero(0, k) for k in (1, 2, 3)],
    "j1": [mp.besseljzero(1, k) for k in (1, 2)],
    "y0": [mp.besselyzero(0, k) for k in (1, 2, 3)],
    "y1": [mp.besselyzero(1, k) for k in (1, 2, 3)],
}
BORDERS = {
    "j0": [1.25, 4.0, 7.0, 8.0],
    "j1": [2.0, 5.5, 8.0],
    "y0": [0.5, 1.5, 2.75, 5.5, 8.0],
    "y1": [1.5, 3.25, 5.5, 8.0],
}
FUNCTIONS = {
    "j0": lambda x: mp.besselj(0, x),
    "j1": lambda x: mp.besselj(1, x),
    "y0": lambda x: mp.bessely(0, x),
    "y1": lambda x: mp.bessely(1, x),
}


def _pieces(name: str) -> list[Row]:
    """One row per interval; the polynomial is in x - zero and what remains after dividing by it."""
    rows, borders = [], BORDERS[name]
    for number, (low, high) in enumerate(itertools.pairwise(borders)):
        inside = [z for z in ZEROS[name] if low < z < high]
        centre = mp.mpf(float(inside[0])) if inside else (mp.mpf(low) + mp.mpf(high)) / 2
        rows.append(_piece(f"{name}_{number}", name, mp.mpf(low), mp.mpf(high), centre, inside))
    return rows


def _piece(row: str, name: str, low: Real, high: Real, centre: Real, inside: list[Real]) -> Row:
    function = FUNCTIONS[name]

    def scaled(t: Real) -> Real:
        with mp.workdps(60):
            x = centre + t
            return function(x) / (x - inside[0]) if inside else function(x)

    what = f"{name}(v)" + (f"/(v - {mp.nstr(inside[0], 9)})" if inside else "") + f", x = v - {mp.nstr(centre, 9)}"
    least = min(abs(scaled(low - centre + (high - low) * k / 16)) for k in range(17))
    return Row(row, what, scaled, low - centre, high - centre, lambda t: 1 / least, -55, 53)


def _y_small(order: int) -> Function:
    """z = x^2 -> the analytic part of y0 or y1: y0 - (2/pi) log(x) j0, or that of y1 + 2/(pi x), divided by x."""

    def part(z: Real) -> Real:
        x = mp.sqrt(z)
        with mp.workdps(60):
            rest = mp.bessely(order, x) - 2 / mp.pi * mp.log(x) * mp.besselj(order, x)
            return rest if order == 0 else (rest + 2 / (mp.pi * x)) / x

    return part


def _asymptotic(order: int, which: str) -> Function:
    """z = (8/x)^2 -> P, or Q*x/8, of Hankel's expansion: J = sqrt(2/(pi x)) (P cos - Q sin) of x - (2n+1) pi/4."""

    def part(z: Real) -> Real:
        x = 8 / mp.sqrt(z)
        angle = x - (2 * order + 1) * mp.pi / 4
        scale = mp.sqrt(mp.pi * x / 2)
        j, y = mp.besselj(order, x) * scale, mp.bessely(order, x) * scale
        p, q = j * mp.cos(angle) + y * mp.sin(angle), y * mp.cos(angle) - j * mp.sin(angle)
        return p if which == "p" else q * x / 8

    return part


def _i_small(order: int) -> Function:
    """z = x^2 -> i0(x), or i1(x)/x."""
    return lambda z: mp.besseli(0, mp.sqrt(z)) if order == 0 else mp.besseli(1, mp.sqrt(z)) / mp.sqrt(z)


def _i_large(order: int) -> Function:
    """t = 8/x -> sqrt(x) exp(-x) i(x)."""
    return lambda t: mp.sqrt(8 / t) * mp.exp(-8 / t) * mp.besseli(order, 8 / t)


ORIGIN = [
    Row("j0_origin", "j0(v), x = v^2", lambda z: mp.besselj(0, mp.sqrt(z)), 0, 1.25**2, lambda z: 1.5, -56, 53),
    Row(
        "j1_origin", "j1(v)/v, x = v^2", lambda z: mp.besselj(1, mp.sqrt(z)) / mp.sqrt(z), 0, 4.0, lambda z: 3, -56, 53
    ),
    Row("y0_origin", "y0(v) - 2/pi log(v) j0(v), x = v^2", _y_small(0), 0, 0.25, lambda z: 4, -55, 53),
    Row("y1_origin", "(y1(v) - 2/pi (log(v) j1(v) - 1/v))/v, x = v^2", _y_small(1), 0, 2.25, lambda z: 2, -55, 53),
]
LARGE = [
    Row(
        f"hankel_{part}{order}",
        f"Hankel's {part.upper()}{order}, x = (8/v)^2",
        _asymptotic(order, part),
        1e-6,
        1,
        lambda z: 1,
        -53,
        53,
    )
    for order in (0, 1)
    for part in "pq"
]
MODIFIED = [
    row
    for order in (0, 1)
    for row in (
        Row(
            f"i{order}_small",
            f"i{order}(v){'/v' * order}, x = v^2",
            _i_small(order),
            0,
            64,
            lambda z, order=order: 1 / _i_small(order)(z),
            -55,
            53,
        ),
        Row(
            f"i{order}_large", f"sqrt(v) exp(-v) i{order}(v), x = 8/v", _i_large(order), 1e-4, 1, lambda t: 2.6, -56, 53
        ),
    )
]
BESSEL_PIECES = [*ORIGIN, *(row for name in ZEROS for row in _pieces(name))]
BESSEL_LARGE = [*LARGE, *MODIFIED]
