"""Polynomials of exponentials, logarithms and (inverse) trigonometric and hyperbolic functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp

from .row import Row, both

mp.mp.dps = 40
Real = Any  # mpmath is untyped
Function = Callable[[Real], Real]
HALF_LN2 = mp.log(2) / 2 * 1.01
QUARTER_PI = mp.pi / 4 * 1.01
HALF_PI = mp.pi / 2 * 1.005


def _exp_tail(r: Real) -> Real:
    """(exp(r) - 1 - r) / r^2, by its series where the closed form cancels."""
    return mp.fsum(r**k / mp.factorial(k + 2) for k in range(40))


def _log_tail(f: Real) -> Real:
    """(log(1+f) - f + f^2/2) / f^3."""
    return (mp.log1p(f) - f + f * f / 2) / f**3


def _odd_tail(function: Function) -> Function:
    """z -> (function(x) - x) / x^3 where z = x^2: an odd function that begins with x."""

    def tail(z: Real) -> Real:
        x = mp.sqrt(z)
        with mp.workdps(70):
            return (function(x) - x) / (x * z)

    return tail


def _odd_weight(function: Function) -> Function:
    """Error of the tail relative to the function."""
    return lambda z: z * mp.sqrt(z) / function(mp.sqrt(z))


def _cos_tail(z: Real) -> Real:
    with mp.workdps(70):
        return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / (z * z)


def _atanh_tail(skip: Real) -> Function:
    """z = s^2 -> (2 atanh(s) - 2 s - ... ) / s^(2 skip + 1), ``skip`` terms of the series left out."""
    return lambda z: mp.fsum(2 * z**k / (2 * (k + skip) + 1) for k in range(40))


S2 = (3 - 2 * mp.sqrt(2)) ** 2 * 1.001  # ((sqrt2 - 1)/(sqrt2 + 1))^2
TAN_PI_8 = (mp.sqrt(2) - 1) * 1.001

EXPONENTIALS = [
    *both("exp", "(exp(x) - 1 - x)/x^2", _exp_tail, -HALF_LN2, HALF_LN2, lambda r: r * r / mp.exp(r)),
    Row("exp2f", "(2^x - 1)/x", lambda r: (2**r - 1) / r, -0.505, 0.505, lambda r: abs(r) / 2**r, -28.5, 24),
    Row("exp10f", "(10^x - 1)/x", lambda r: (10**r - 1) / r, -0.152, 0.152, lambda r: abs(r) / 10**r, -28.5, 24),
    Row("logf", "(log(1+x) - x + x^2/2)/x^3", _log_tail, -0.2934, 0.4146, lambda f: abs(f**3 / mp.log1p(f)), -28, 24),
    Row("log", "(2 atanh(s) - 2 s)/s^3, x = s^2", _atanh_tail(1), 0, S2, lambda z: z / 2, -59, 53),
    Row("log_dd", "(2 atanh(s) - 2 s - 2/3 s^3)/s^5, x = s^2", _atanh_tail(2), 0, S2, lambda z: z * z / 2, -70, 53),
    Row("log_powf", "2 atanh(s)/s, x = s^2", _atanh_tail(0), 0, S2, lambda z: 1 / mp.mpf(2), -38, 53),
    Row(
        "rsqrtf",
        "((1 - x)^(-1/2) - 1)/x",
        lambda e: ((1 - e) ** -0.5 - 1) / e,
        -0.0695,
        0.068,
        lambda e: abs(e) * mp.sqrt(1 - e),
        -25.2,
        24,
    ),
    Row("exp2_powf", "2^x", lambda r: 2**r, -0.505, 0.505, lambda r: 2**-r, -36, 53),
]
TRIGONOMETRY = [
    *both("sin", "(sin(t) - t)/t^3, x = t^2", _odd_tail(mp.sin), 0, QUARTER_PI**2, _odd_weight(mp.sin)),
    Row("sin_halff", "(sin(t) - t)/t^3, x = t^2", _odd_tail(mp.sin), 0, HALF_PI**2, _odd_weight(mp.sin), -26.5, 24),
    *both(
        "cos", "(cos(t) - 1 + t^2/2)/t^4, x = t^2", _cos_tail, 0, QUARTER_PI**2, lambda z: z * z / mp.cos(mp.sqrt(z))
    ),
    Row("tanf", "(tan(t) - t)/t^3, x = t^2", _odd_tail(mp.tan), 0, QUARTER_PI**2, _odd_weight(mp.tan), -27.5, 24),
    *both("asin", "(asin(t) - t)/t^3, x = t^2", _odd_tail(mp.asin), 0, 0.2501, _odd_weight(mp.asin)),
    *both("atan", "(atan(t) - t)/t^3, x = t^2", _odd_tail(mp.atan), 0, TAN_PI_8**2, _odd_weight(mp.atan)),
    *both("sinh", "(sinh(t) - t)/t^3, x = t^2", _odd_tail(mp.sinh), 0, 1, _odd_weight(mp.sinh)),
    *both("tanh", "(tanh(t) - t)/t^3, x = t^2", _odd_tail(mp.tanh), 0, 0.6251**2, _odd_weight(mp.tanh)),
]
