"""Special values of C99 Annex F and the CUDA guide, exactly: signs of zeros, infinities, NaN."""

from __future__ import annotations

import math

import gmpy2
import pytest
from gmpy2 import mpfr

from .call import call

INF, NAN = math.inf, math.nan
# each line: function; argument(s) -> result, ...
ONE = """
exp; 0 -> 1; -0 -> 1; inf -> inf; -inf -> 0; nan -> nan; 1e4 -> inf; -1e4 -> 0
exp2; 0 -> 1; inf -> inf; -inf -> 0; nan -> nan; 3 -> 8; -1 -> 0.5; 1e4 -> inf; -1e4 -> 0
exp10; 0 -> 1; inf -> inf; -inf -> 0; nan -> nan; 2 -> 100; 1e4 -> inf; -1e4 -> 0
expm1; 0 -> 0; -0 -> -0; inf -> inf; -inf -> -1; nan -> nan; 1e4 -> inf; -1e4 -> -1
log; 1 -> 0; 0 -> -inf; -0 -> -inf; inf -> inf; -1 -> nan; -inf -> nan; nan -> nan
log2; 1 -> 0; 0 -> -inf; -0 -> -inf; inf -> inf; -1 -> nan; nan -> nan; 8 -> 3; 0.25 -> -2
log10; 1 -> 0; 0 -> -inf; -0 -> -inf; inf -> inf; -1 -> nan; nan -> nan; 1000 -> 3
log1p; 0 -> 0; -0 -> -0; -1 -> -inf; inf -> inf; -2 -> nan; nan -> nan
sin; 0 -> 0; -0 -> -0; inf -> nan; -inf -> nan; nan -> nan
cos; 0 -> 1; -0 -> 1; inf -> nan; -inf -> nan; nan -> nan
tan; 0 -> 0; -0 -> -0; inf -> nan; -inf -> nan; nan -> nan
sinpi; 0 -> 0; -0 -> -0; 1 -> 0; -1 -> -0; 0.5 -> 1; 2 -> 0; 1e30 -> 0; inf -> nan; nan -> nan
cospi; 0 -> 1; 0.5 -> 0; -0.5 -> 0; 1 -> -1; 1.5 -> 0; 1e30 -> 1; inf -> nan; nan -> nan
asin; 0 -> 0; -0 -> -0; 2 -> nan; -1.5 -> nan; nan -> nan; inf -> nan
acos; 1 -> 0; 2 -> nan; -1.5 -> nan; nan -> nan; inf -> nan
atan; 0 -> 0; -0 -> -0; nan -> nan
sinh; 0 -> 0; -0 -> -0; inf -> inf; -inf -> -inf; nan -> nan; 1e4 -> inf; -1e4 -> -inf
cosh; 0 -> 1; inf -> inf; -inf -> inf; nan -> nan; -1e4 -> inf
tanh; 0 -> 0; -0 -> -0; inf -> 1; -inf -> -1; nan -> nan; 1e4 -> 1
asinh; 0 -> 0; -0 -> -0; inf -> inf; -inf -> -inf; nan -> nan
acosh; 1 -> 0; inf -> inf; 0.5 -> nan; -inf -> nan; nan -> nan
atanh; 0 -> 0; -0 -> -0; 1 -> inf; -1 -> -inf; 2 -> nan; nan -> nan
sqrt; 0 -> 0; -0 -> -0; inf -> inf; -1 -> nan; nan -> nan; 4 -> 2
rsqrt; 0 -> inf; -0 -> -inf; inf -> 0; -1 -> nan; nan -> nan; 4 -> 0.5
cbrt; 0 -> 0; -0 -> -0; inf -> inf; -inf -> -inf; nan -> nan; -27 -> -3
rcbrt; 0 -> inf; -0 -> -inf; inf -> 0; -inf -> -0; nan -> nan; -8 -> -0.5
erf; 0 -> 0; -0 -> -0; inf -> 1; -inf -> -1; nan -> nan
erfc; 0 -> 1; inf -> 0; -inf -> 2; nan -> nan
erfcx; 0 -> 1; inf -> 0; -inf -> inf; nan -> nan
erfinv; 0 -> 0; -0 -> -0; 1 -> inf; -1 -> -inf; 2 -> nan; nan -> nan
erfcinv; 0 -> inf; 2 -> -inf; 1 -> 0; 3 -> nan; -1 -> nan; nan -> nan
normcdf; inf -> 1; -inf -> 0; nan -> nan; 0 -> 0.5
normcdfinv; 0 -> -inf; 1 -> inf; 2 -> nan; nan -> nan
tgamma; 0 -> inf; -0 -> -inf; -1 -> nan; -inf -> nan; inf -> inf; nan -> nan; 5 -> 24; 200 -> inf
lgamma; 1 -> 0; 2 -> 0; 0 -> inf; -3 -> inf; inf -> inf; -inf -> inf; nan -> nan
j0; 0 -> 1; inf -> 0; -inf -> 0; nan -> nan
j1; 0 -> 0; -0 -> -0; inf -> 0; nan -> nan
y0; 0 -> -inf; inf -> 0; -1 -> nan; nan -> nan
y1; 0 -> -inf; inf -> 0; -1 -> nan; nan -> nan
cyl_bessel_i0; 0 -> 1; inf -> inf; -inf -> inf; nan -> nan
cyl_bessel_i1; 0 -> 0; -0 -> -0; inf -> inf; -inf -> -inf; nan -> nan
logb; 0 -> -inf; inf -> inf; -inf -> inf; nan -> nan; 8 -> 3; -0.75 -> -1
round; 0.5 -> 1; -0.5 -> -1; -0.25 -> -0; 2.5 -> 3; inf -> inf; nan -> nan
rint; 0.5 -> 0; -0.5 -> -0; 2.5 -> 2; 3.5 -> 4; inf -> inf; nan -> nan
"""
TWO = """
pow; 0 -1 -> inf; -0 -1 -> -inf; -0 -2 -> inf; 0 -inf -> inf; 0 3 -> 0; -0 3 -> -0; -0 2 -> 0; -1 inf -> 1; -1 -inf -> 1
pow; 1 nan -> 1; nan 0 -> 1; nan -0 -> 1; inf 0 -> 1; -2 0.5 -> nan; 0.5 -inf -> inf; 2 -inf -> 0; 0.5 inf -> 0
pow; 2 inf -> inf
pow; -inf -3 -> -0; -inf -2 -> 0; -inf 3 -> -inf; -inf 2 -> inf; inf -1 -> 0; inf 1 -> inf; nan 1 -> nan; 2 nan -> nan
pow; -2 3 -> -8; -2 2 -> 4; 2 10 -> 1024; -inf 0.5 -> inf; -0 0.5 -> 0; -0 -0.5 -> inf; -2 -1 -> -0.5; 10 -2 -> 0.01
atan2; 0 1 -> 0; -0 1 -> -0; 0 0 -> 0; -0 0 -> -0; nan 1 -> nan; 1 nan -> nan; 1 inf -> 0; -1 inf -> -0
fmod; 0 1 -> 0; -0 1 -> -0; 1 0 -> nan; inf 1 -> nan; 5 inf -> 5; -6 3 -> -0; 7 -3 -> 1; nan 1 -> nan; 1 nan -> nan
remainder; -0 1 -> -0; 1 0 -> nan; inf 1 -> nan; 5 inf -> 5; 5 2 -> 1; 7 2 -> -1; 3 2 -> -1; -3 2 -> 1; -4 2 -> -0
hypot; inf nan -> inf; nan -inf -> inf; 3 4 -> 5; 0 -0 -> 0; nan 1 -> nan; -3 0 -> 3
rhypot; inf nan -> 0; 0 0 -> inf; 3 4 -> 0.2; nan 1 -> nan
fdim; 3 1 -> 2; 1 3 -> 0; nan 1 -> nan; 1 nan -> nan; inf inf -> 0; inf -inf -> inf
fmin; 1 nan -> 1; nan 2 -> 2; nan nan -> nan; 0 -0 -> -0; -0 0 -> -0; -inf 1 -> -inf; 2 1 -> 1
fmax; 1 nan -> 1; nan 2 -> 2; nan nan -> nan; 0 -0 -> 0; -0 0 -> 0; -inf 1 -> 1; 2 1 -> 2
copysign; 1 -0 -> -1; -inf 1 -> inf; 0 -1 -> -0
nextafter; 1 1 -> 1; 0 -0 -> -0; -0 0 -> 0; inf inf -> inf; nan 1 -> nan; 1 nan -> nan
"""


def same(value: float, expected: float, single: bool) -> bool:
    if expected != expected:
        return value != value
    near = expected not in (0.01, 0.2) or abs(value - expected) <= (1e-8 if single else 1e-17)
    exact = expected in (0.01, 0.2) or value == expected
    return near and exact and math.copysign(1, value) == math.copysign(1, expected)


def rows(table: str) -> list[tuple[str, tuple[float, ...], float]]:
    found = []
    for line in table.strip().splitlines():
        name, *cases = (part.strip() for part in line.split(";"))
        for case in cases:
            left, right = case.split(" -> ")
            found.append((name, tuple(float(v) for v in left.split()), float(right)))
    return found


@pytest.mark.parametrize("single", [True, False], ids=["float", "double"])
@pytest.mark.parametrize(("name", "values", "expected"), rows(ONE) + rows(TWO))
def test_special_value(name: str, values: tuple[float, ...], expected: float, single: bool) -> None:
    letter = "f" if single else "d"
    value = call(name + ("f" if single else ""), letter * (1 + len(values)), *values)
    assert same(value, expected, single), value


@pytest.mark.parametrize("single", [True, False], ids=["float", "double"])
def test_atan2_on_the_axes(single: bool) -> None:
    letters, suffix, places = ("fff", "f", 6) if single else ("ddd", "", 15)
    # y, x, quarters of pi
    cases = [(0.0, -1.0, 4), (-0.0, -1.0, -4), (0.0, -0.0, 4), (-0.0, -0.0, -4), (1.0, 0.0, 2), (-1.0, 0.0, -2)]
    cases += [(INF, INF, 1), (INF, -INF, 3), (-INF, -INF, -3), (INF, 5.0, 2), (1.0, -INF, 4), (-1.0, -INF, -4)]
    for y, x, quarters in cases:
        assert call("atan2" + suffix, letters, y, x) == pytest.approx(quarters * math.pi / 4, abs=10.0**-places)


def test_pointer_results() -> None:
    assert call("frexp", "ddI", 12.0) == (0.75, 4)
    assert call("frexpf", "ffI", 2.0**-149) == (0.5, -148)
    assert call("modf", "ddD", -3.25) == (-0.25, -3.0)
    assert call("modf", "ddD", -INF)[1] == -INF
    assert call("remquo", "dddI", 29.0, 3.0) == (-1.0, 10 & 7)
    assert call("remquof", "fffI", -7.0, 2.0) == (1.0, -4)
    assert call("sincos", "vdDD", 0.0) == (0.0, 1.0)
    assert call("sincospif", "vfFF", 0.5) == (1.0, 0.0)


def test_scaling_and_exponents() -> None:
    assert call("ldexp", "ddi", 3.0, -1075) == 2 * 5e-324  # 1.5 least subnormals, ties to even
    assert call("ldexp", "ddi", 5e-324, 2000) == 2.0**926
    assert call("ldexp", "ddi", 1.0, 2**31 - 1) == INF
    assert call("scalbnf", "ffi", 1.0, -149) == 2.0**-149
    assert call("ldexpf", "ffi", -1.0, -(2**31)) == 0.0
    assert call("ilogb", "id", 5e-324) == -1074
    assert call("ilogbf", "if", 0.0) == -(2**31)
    assert call("ilogb", "id", INF) == 2**31 - 1
    assert call("powi", "ddi", -2.0, 3) == -8.0
    assert call("powif", "ffi", -1.0, 2**31 - 1) == -1.0


def test_bessel_of_any_order() -> None:
    for order in (0, 1, 2, 5, 40, 128):
        for x in (0.25, 1.0, 10.0, 60.0, 127.0, 129.0, 1000.0):
            ours = call("jn", "did", order, x)
            assert ours == pytest.approx(float(gmpy2.jn(order, mpfr(x))), rel=1e-12, abs=5e-12)
            if x > 1.5 * order:
                assert call("yn", "did", order, x) == pytest.approx(float(gmpy2.yn(order, mpfr(x))), abs=5e-12)
    assert call("yn", "did", 2, 1.0) == pytest.approx(-1.6506826068162543, rel=1e-14)
    assert math.isnan(call("jn", "did", -1, 1.0))
    assert call("jn", "did", 3, -1.0) == -call("jn", "did", 3, 1.0)
    assert call("yn", "did", 3, 0.0) == -INF


def test_intrinsics_of_the_guide() -> None:
    assert call("fast_fdividef", "fff", 3.0, 2.0**127) == 0.0
    assert call("fast_powf", "fff", 2.0, 10.0) == 1024.0
    assert call("saturatef", "ff", NAN) == 0.0
    assert call("saturatef", "ff", 2.0) == 1.0
    assert call("rcp64h", "dd", 4.0) == 0.25
