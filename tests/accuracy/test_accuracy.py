"""Every math function stays within the bounds of the CUDA guide (bounds.py), on 2^20 stratified samples.

Two parameters of cost: functions with a long double reference take 2^20 samples each, those with only an MPFR reference
2^11; the long doubles themselves are checked against MPFR on 256 samples.
"""

from __future__ import annotations

from typing import Any

import gmpy2
import numpy as np
import numpy.typing as npt
import pytest
from gmpy2 import mpfr

from . import mpfr_reference
from .bounds import BOUNDS, Bound
from .library import errors, evaluate, long_double_reference
from .samples import arguments

SAMPLES = 1 << 20
MPFR_SAMPLES = 1 << 11
Array = npt.NDArray[Any]
FAST_REFERENCE = [b for b in BOUNDS if b.reference != "mpfr"]
SLOW_REFERENCE = [b for b in BOUNDS if b.reference == "mpfr"]
CHECKED = [b for b in FAST_REFERENCE if b.name in mpfr_reference.LONG_DOUBLE_CHECKS]
# the argument range in which an MPFR reference is taken (outside, results are trivial: tested as special values)
MPFR_RANGE = {
    "erfcx": (-26.0, 1e300),
    "normcdf": (-38.5, 20.0),
    "erfinv": (-0.9999999999999999, 0.9999999999999999),
    "erfcinv": (5e-324, 1.9999999999999998),
    "normcdfinv": (5e-324, 0.9999999999999999),
    "cyl_bessel_i0": (-713.0, 713.0),
    "cyl_bessel_i1": (-713.0, 713.0),
    "j0": (-1e6, 1e6),
    "j1": (-1e6, 1e6),
    "y0": (1e-300, 1e6),
    "y1": (1e-300, 1e6),
}


def applies(bound: Bound, x: Array) -> Array:
    """Where the ulp bound holds (NaN counts: it must give NaN)."""
    inside = ~((x < bound.ulp_domain[0]) | (x > bound.ulp_domain[1]))
    return inside & ~((x > bound.skip[0]) & (x < bound.skip[1]))


def limit(bound: Bound) -> float:
    """The guide counts from the rounded result, we from the exact one: half an ulp more."""
    return bound.ulp + 0.5


@pytest.mark.parametrize("bound", FAST_REFERENCE, ids=lambda b: b.name)
def test_within_bound(bound: Bound) -> None:
    columns = arguments(bound, SAMPLES)
    ulps, absolute = errors(bound, columns)
    judged = np.where(applies(bound, columns[0]), ulps, 0.0)
    worst = int(np.argmax(judged))
    assert judged[worst] <= limit(bound), [float(c[worst]).hex() for c in columns]
    if bound.absolute:
        outside = ~applies(bound, columns[0]) & np.isfinite(columns[0])
        assert np.all(np.isfinite(ulps[outside]))  # NaN exactly where the reference has it
        assert np.max(np.nan_to_num(absolute[outside]), initial=0.0) <= bound.absolute


@pytest.mark.parametrize("bound", SLOW_REFERENCE, ids=lambda b: b.name)
def test_within_bound_of_mpfr(bound: Bound) -> None:
    low, high = MPFR_RANGE[bound.name]
    x = arguments(bound, MPFR_SAMPLES)[0]
    x = np.ascontiguousarray(x[(x >= low) & (x <= high)])
    assert len(x) > MPFR_SAMPLES // 8
    with mpfr_reference.CONTEXT:
        for argument, value in zip(x.tolist(), evaluate(bound, [x]).tolist(), strict=True):
            exact = mpfr_reference.FUNCTIONS[bound.name](mpfr(argument), mpfr(value))
            if bound.ulp_domain[0] <= argument <= bound.ulp_domain[1]:
                assert mpfr_reference.ulp_error(value, exact) <= limit(bound), argument.hex()
            else:
                assert abs(exact - value) <= bound.absolute, argument.hex()


@pytest.mark.parametrize("bound", CHECKED, ids=lambda b: b.name)
def test_long_double_reference_is_right(bound: Bound) -> None:
    """Within a tenth of an ulp of double, far below what the bounds leave room for."""
    x = arguments(bound, 256, seed=2)[0]
    x = np.ascontiguousarray(x[np.isfinite(x) & (np.abs(x) < 1e15) & applies(bound, x)])
    high, low = long_double_reference(bound, [x])
    with mpfr_reference.CONTEXT:
        for argument, hi, lo in zip(x.tolist(), high.tolist(), low.tolist(), strict=True):
            exact = mpfr_reference.LONG_DOUBLE_CHECKS[bound.name](mpfr(argument))
            if not gmpy2.is_finite(exact) or not 1e-290 < abs(exact) < 1e300:
                continue
            unit = mpfr(2) ** (gmpy2.get_exp(exact) - 53)
            assert abs(mpfr(hi) + mpfr(lo) - exact) < unit / 10, argument.hex()
