"""References in MPFR, exact to far beyond double: for functions that libm lacks, and to check libm's long doubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gmpy2
from gmpy2 import mpfr

Real = Any  # gmpy2 is untyped
PRECISION = 200
CONTEXT = gmpy2.context(precision=PRECISION, emin=-(10**8), emax=10**8)


def pi() -> Real:
    """Pi at the working precision."""
    return gmpy2.const_pi()


def sinpi(x: Real) -> Real:
    """sin(pi x); exactly 0, 1 or -1 where 2x is an integer."""
    reduced = x - 2 * gmpy2.rint(x / 2)
    quarters = 2 * reduced
    return mpfr((0, 1, 0, -1)[int(quarters) % 4]) if gmpy2.is_integer(quarters) else gmpy2.sin(pi() * reduced)


def erfcx(x: Real) -> Real:
    """exp(x^2) erfc(x); beyond 50 by its asymptotic series, whose least term is then below exp(-2500)."""
    if x < 50:
        return gmpy2.exp(x * x) * gmpy2.erfc(x)
    term, total, n = mpfr(1), mpfr(1), 1
    while abs(term) > mpfr(2) ** -PRECISION:
        term *= -(2 * n - 1) / (2 * x * x)
        total += term
        n += 1
    return total / (x * gmpy2.sqrt(pi()))


def normcdf(x: Real) -> Real:
    """The normal distribution's integral up to x."""
    return gmpy2.erfc(-x / gmpy2.sqrt(mpfr(2))) / 2


def inverse(q: Real, near: Real) -> Real:
    """y with erfc(y) = q, by Newton from a value that is good to about 2^-40: three steps exceed the precision."""
    y = near
    for _ in range(3):
        y += (gmpy2.erfc(y) - q) * gmpy2.exp(y * y) * gmpy2.sqrt(pi()) / 2
    return y


def bessel_i(order: int, x: Real) -> Real:
    """The power series; all terms have one sign."""
    half = x * x / 4
    term = mpfr(1) if order == 0 else x / 2
    total, k = term, 0
    while abs(term) > abs(total) * mpfr(2) ** -PRECISION:
        k += 1
        term *= half / (k * (k + order))
        total += term
    return total


# name -> (x, our value) -> exact value. Only the inverses use our value, as Newton's start.
FUNCTIONS: dict[str, Callable[[Real, Real], Real]] = {
    "erfcx": lambda x, _: erfcx(x),
    "normcdf": lambda x, _: normcdf(x),
    "erfinv": lambda x, y: inverse(1 - x, y),
    "erfcinv": lambda x, y: inverse(x, y),
    "normcdfinv": lambda x, y: -gmpy2.sqrt(mpfr(2)) * inverse(2 * x, -y / gmpy2.sqrt(mpfr(2))),
    "cyl_bessel_i0": lambda x, _: bessel_i(0, x),
    "cyl_bessel_i1": lambda x, _: bessel_i(1, x),
    "j0": lambda x, _: gmpy2.j0(x),
    "j1": lambda x, _: gmpy2.j1(x),
    "y0": lambda x, _: gmpy2.y0(x),
    "y1": lambda x, _: gmpy2.y1(x),
}

# what checks the long double references of the functions with one argument
LONG_DOUBLE_CHECKS: dict[str, Callable[[Real], Real]] = {
    **{
        name: getattr(gmpy2, name)
        for name in [
            "exp",
            "exp2",
            "exp10",
            "expm1",
            "log",
            "log2",
            "log10",
            "log1p",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
        ]
    },
    **{name: getattr(gmpy2, name) for name in ["asinh", "acosh", "atanh", "sqrt", "cbrt", "erf", "erfc"]},
    "sinpi": sinpi,
    "cospi": lambda x: sinpi(x + mpfr(1) / 2),
    "tgamma": gmpy2.gamma,
    "lgamma": lambda x: gmpy2.lgamma(x)[0],
}


def ulp_error(value: float, exact: Real, digits: int = 53, least: int = -1022) -> float:
    """Distance of ``value`` from ``exact`` in units of the last place of ``exact``."""
    if not gmpy2.is_finite(exact) or value != value or value in (float("inf"), float("-inf")):
        same = float(exact) == value or (value != value and gmpy2.is_nan(exact))
        return 0.0 if same else float("inf")
    if exact == 0:
        return 0.0 if value == 0 else float("inf")
    exponent = max(gmpy2.get_exp(exact) - 1, least)
    return float(abs(mpfr(value) - exact) / mpfr(2) ** (exponent + 1 - digits))
