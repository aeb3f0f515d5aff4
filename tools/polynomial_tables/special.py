"""Polynomials of the error functions, their inverses, the gamma functions and the Bessel functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp

from .row import Row, both

mp.mp.dps = 40
Real = Any  # mpmath is untyped
Function = Callable[[Real], Real]
ERFCX_MIDDLE = 3  # t = (x - 3)/(x + 3) maps [0, inf) to [-1, 1)


def _erfcx_scaled(t: Real) -> Real:
    x = ERFCX_MIDDLE * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def _inverse_erfc_of_log(w: Real) -> Real:
    """y > 0 where (1 - erf(y)) (1 + erf(y)) = exp(-w), by Newton on log(erfc)."""
    with mp.workdps(45):
        e = mp.exp(-w)
        q = e / (1 + mp.sqrt(1 - e))
        goal, y = mp.log(q), mp.sqrt(w)
        for _ in range(60):
            value = mp.erfc(y)
            step = (mp.log(value) - goal) * value / (mp.exp(-y * y) * 2 / mp.sqrt(mp.pi))
            y += step
            if abs(step) < mp.mpf(10) ** -38:
                break
        return y


def _inverse_erf_ratio(w: Real) -> Real:
    """erfinv(x)/x as a function of w = -log(1 - x^2)."""
    return _inverse_erfc_of_log(w) / mp.sqrt(-mp.expm1(-w))


def _relative(function: Function) -> Function:
    return lambda x: 1 / abs(function(x))


def _tail(s: Real) -> Real:
    return _inverse_erfc_of_log(s * s)


def _stirling(z: Real) -> Real:
    """x (log gamma(x) - (x - 1/2) log x + x - log(2 pi)/2) where z = 1/x^2."""
    x = 1 / mp.sqrt(z)
    with mp.workdps(60):
        return x * (mp.loggamma(x) - (x - mp.mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2)


def _log_gamma_ratio(at: Real) -> Function:
    return lambda f: mp.loggamma(at + f) / f


def _shifted(function: Function, by: Real) -> Function:
    """The function of t = x - by: Horner's rule loses least around 0."""
    return lambda t: function(t + by)


def _one(_: Real) -> Real:
    return 1


TAIL = "erfinv(v), x = sqrt(-log(1-v^2)) - {}"
ERROR_FUNCTIONS = [
    *both("erf", "erf(t)/t, x = t^2", lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z), 0, 1, lambda z: 1, (-28, -57)),
    *both("erfcx", "(1 + 2v) erfcx(v), x = (v-3)/(v+3)", _erfcx_scaled, -1, 1, lambda t: 1, (-27, -57)),
    *both(
        "erfinv", "erfinv(v)/v, x = -log(1-v^2) - 2.5", _shifted(_inverse_erf_ratio, 2.5), -2.5, 2.501, _one, (-27, -56)
    ),
    *both("erfinv_tail1", TAIL.format(3), _shifted(_tail, 3), -0.765, 1, lambda t: 1 / (t + 3), (-27, -57)),
    *both("erfinv_tail2", TAIL.format(7), _shifted(_tail, 7), -3, 3.2, lambda t: 1 / (t + 7), (-27, -57)),
    Row("erfinv_tail3", TAIL.format(18), _shifted(_tail, 18), -7.81, 9.4, lambda t: 1 / (t + 18), -57, 53),
]
GAMMA = [
    Row(
        "stirling",
        "correction of Stirling's formula times v, x = 1/v^2",
        _stirling,
        1e-9,
        1 / 81.0,
        lambda z: 1,
        -53,
        53,
    ),
    Row("log_gamma1", "log(gamma(1+x))/x", _log_gamma_ratio(1), -0.5, 0.5, _relative(_log_gamma_ratio(1)), -56.5, 53),
    Row("log_gamma2", "log(gamma(2+x))/x", _log_gamma_ratio(2), -0.5, 0.5, _relative(_log_gamma_ratio(2)), -56.5, 53),
]
