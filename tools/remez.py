"""Minimax polynomials by the Remez exchange, in the arithmetic of mpmath. Used by fit_polynomials.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp

Real = Any  # mpmath.mpf: the library is untyped
Function = Callable[[Real], Real]


@dataclass(frozen=True)
class Fit:
    """A polynomial, lowest power first, and the largest weighted error on the grid."""

    coefficients: list[Real]
    error: Real


def minimax(values: list[Real], points: list[Real], weights: list[Real], degree: int) -> Fit:
    """The polynomial of ``degree`` that minimises max |weight * (value - p(point))| over the grid.

    ``points`` must increase. The exchange ends when the error at the reference points is level to 2 %.
    """
    count = degree + 2
    chosen = [round((len(points) - 1) * (1 - mp.cos(mp.pi * i / (count - 1))) / 2) for i in range(count)]
    best = Fit([], mp.inf)
    for _ in range(25):
        coefficients, level = _solve(values, points, weights, chosen, degree)
        errors = [w * (v - mp.polyval(coefficients[::-1], x)) for v, x, w in zip(values, points, weights, strict=True)]
        worst = max(abs(e) for e in errors)
        if worst < best.error:
            best = Fit(coefficients, worst)
        if worst <= abs(level) * mp.mpf("1.02"):
            break
        chosen = _exchange(errors, count)
        if len(chosen) < count:
            break
    return best


def _solve(
    values: list[Real], points: list[Real], weights: list[Real], chosen: list[int], degree: int
) -> tuple[list[Real], Real]:
    """Coefficients whose weighted error alternates with equal size at the chosen points."""
    count = len(chosen)
    matrix, right = mp.matrix(count, count), mp.matrix(count, 1)
    for row, index in enumerate(chosen):
        power = weights[index]
        for column in range(degree + 1):
            matrix[row, column] = power
            power *= points[index]
        matrix[row, count - 1] = (-1) ** row
        right[row] = weights[index] * values[index]
    solution = mp.lu_solve(matrix, right)
    return [solution[i] for i in range(degree + 1)], solution[count - 1]


def _exchange(errors: list[Real], count: int) -> list[int]:
    """Indices of ``count`` alternating local extremes of the error, the greatest ones."""
    extremes: list[int] = []
    for index, error in enumerate(errors):
        if extremes and (errors[extremes[-1]] > 0) == (error > 0):
            if abs(error) > abs(errors[extremes[-1]]):
                extremes[-1] = index
        else:
            extremes.append(index)
    while len(extremes) > count:
        if len(extremes) == count + 1:
            extremes.pop(0 if abs(errors[extremes[0]]) < abs(errors[extremes[-1]]) else -1)
            break
        smallest = min(range(len(extremes)), key=lambda i: abs(errors[extremes[i]]))
        if smallest in (0, len(extremes) - 1):
            extremes.pop(smallest)
        else:  # an inner one goes with its lesser neighbour, so that signs go on alternating
            left = abs(errors[extremes[smallest - 1]]) < abs(errors[extremes[smallest + 1]])
            low = smallest - 1 if left else smallest
            del extremes[low : low + 2]
    return extremes


def grid(low: Real, high: Real, count: int) -> list[Real]:
    """``count`` Chebyshev points of the interval, increasing; neither end nor (for even counts) the middle."""
    middle, half = (low + high) / 2, (high - low) / 2
    return [middle - half * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]


def fit(function: Function, low: Real, high: Real, weight: Function, target: Real, bits: int) -> Fit:
    """The polynomial of least degree whose weighted error is below ``target``, coefficients rounded to ``bits``.

    Coefficients are rounded one after the other from the lowest, and the rest is fitted again each time (only for
    single precision: in double precision the gain is nothing), so rounding does not spoil the fit.
    """
    points = grid(mp.mpf(low), mp.mpf(high), 640)
    values, weights = [function(x) for x in points], [weight(x) for x in points]
    coarse = slice(None, None, 2)
    for degree in range(1, 40):
        found = minimax(values[coarse], points[coarse], weights[coarse], degree)
        if found.error < target:
            break
    else:
        raise ValueError(f"no polynomial below degree 40 reaches {mp.nstr(target, 3)}")
    if bits == 53:
        found = minimax(values, points, weights, degree)
        return Fit([_rounded(c, bits) for c in found.coefficients], found.error)
    coefficients: list[Real] = []
    for rest in range(degree, -1, -1):
        part = minimax(values[coarse], points[coarse], weights[coarse], rest) if rest else _constant(values, weights)
        coefficients.append(_rounded(part.coefficients[0], bits))
        values = [(v - coefficients[-1]) / x for v, x in zip(values, points, strict=True)]
        weights = [w * abs(x) for w, x in zip(weights, points, strict=True)]
    return Fit(coefficients, found.error)


def _constant(values: list[Real], weights: list[Real]) -> Fit:
    """The best constant, taken as the weighted mean (the last coefficient matters least)."""
    squares = [w * w for w in weights]
    mean = mp.fdot(values, squares) / mp.fsum(squares)
    return Fit([mean], mp.mpf(0))


def _rounded(value: Real, bits: int) -> Real:
    with mp.workprec(bits):
        return +value
