"""The promised error of every math function, as data.

Bounds are those of the CUDA C++ Programming Guide, chapter "Mathematical Functions", tables "Single/Double-Precision
Mathematical Standard Library Functions with Maximum ULP Error" and, for ``fast_*``, "Intrinsic Functions". The guide
counts ulps from the correctly rounded result; the tests measure the distance from the exact value, which may be half
an ulp more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EVERYWHERE = (float("-inf"), float("inf"))


@dataclass(frozen=True)
class Bound:
    """``reference`` is C text in x, y, z, w (long double), or "mpfr" for a Python reference of that name.

    ``absolute`` (with ``ulp`` valid inside ``ulp_domain`` only) is the guide's other way to give a bound. ``focus``
    is the interval in which a quarter of the samples lie. ``skip`` is where the guide gives no bound.
    """

    name: str
    ulp: float
    reference: str
    arity: int = 1
    single: bool = False
    focus: tuple[float, float] = (-10.0, 10.0)
    ulp_domain: tuple[float, float] = EVERYWHERE
    absolute: float = 0.0
    skip: tuple[float, float] = (0.0, 0.0)

    @property
    def symbol(self) -> str:
        """The C name."""
        return f"__nv_{self.name}"


# name, float ulp, double ulp, reference, arity, focus
_PAIRS: list[tuple[str, float, float, str, int, tuple[float, float]]] = [
    ("exp", 2, 1, "expl(x)", 1, (-110, 110)),
    ("exp2", 2, 1, "exp2l(x)", 1, (-150, 130)),
    ("exp10", 2, 1, "exp10l(x)", 1, (-46, 39)),
    ("expm1", 1, 1, "expm1l(x)", 1, (-1.5, 1.5)),
    ("log", 1, 1, "logl(x)", 1, (0.4, 2.2)),
    ("log2", 1, 1, "log2l(x)", 1, (0.4, 2.2)),
    ("log10", 2, 1, "log10l(x)", 1, (0.4, 2.2)),
    ("log1p", 1, 1, "log1pl(x)", 1, (-1, 3)),
    ("sin", 2, 2, "sinl(x)", 1, (-100, 100)),
    ("cos", 2, 2, "cosl(x)", 1, (-100, 100)),
    ("tan", 4, 2, "tanl(x)", 1, (-100, 100)),
    ("sinpi", 1, 2, "sine_of_pi(x)", 1, (-4, 4)),
    ("cospi", 1, 2, "cosine_of_pi(x)", 1, (-4, 4)),
    ("asin", 2, 2, "asinl(x)", 1, (-1, 1)),
    ("acos", 2, 2, "acosl(x)", 1, (-1, 1)),
    ("atan", 2, 2, "atanl(x)", 1, (-4, 4)),
    ("atan2", 3, 2, "atan2l(x, y)", 2, (-4, 4)),
    ("sinh", 3, 2, "sinhl(x)", 1, (-2, 2)),
    ("cosh", 2, 1, "coshl(x)", 1, (-4, 4)),
    ("tanh", 2, 1, "tanhl(x)", 1, (-2, 2)),
    ("asinh", 3, 3, "asinhl(x)", 1, (-4, 4)),
    ("acosh", 4, 3, "acoshl(x)", 1, (1, 4)),
    ("atanh", 3, 2, "atanhl(x)", 1, (-1, 1)),
    ("pow", 4, 2, "powl(x, y)", 2, (-20, 20)),
    ("sqrt", 0, 0, "sqrtl(x)", 1, (0, 4)),
    ("rsqrt", 2, 1, "1 / sqrtl(x)", 1, (0, 4)),
    ("cbrt", 1, 1, "cbrtl(x)", 1, (-8, 8)),
    ("rcbrt", 1, 1, "1 / cbrtl(x)", 1, (-8, 8)),
    ("hypot", 3, 2, "hypotl(x, y)", 2, (-4, 4)),
    ("rhypot", 2, 1, "1 / hypotl(x, y)", 2, (-4, 4)),
    ("fmod", 0, 0, "fmodl(x, y)", 2, (-100, 100)),
    ("remainder", 0, 0, "remainderl(x, y)", 2, (-100, 100)),
    ("fdim", 0, 0, "fdiml(x, y)", 2, (-4, 4)),
    ("erf", 2, 2, "erfl(x)", 1, (-4, 4)),
    ("erfc", 4, 5, "erfcl(x)", 1, (-5, 11)),
    ("tgamma", 5, 10, "tgammal(x)", 1, (-10, 36)),
    ("floor", 0, 0, "floorl(x)", 1, (-10, 10)),
    ("ceil", 0, 0, "ceill(x)", 1, (-10, 10)),
    ("trunc", 0, 0, "truncl(x)", 1, (-10, 10)),
    ("rint", 0, 0, "rintl(x)", 1, (-10, 10)),
    ("nearbyint", 0, 0, "rintl(x)", 1, (-10, 10)),
    ("round", 0, 0, "roundl(x)", 1, (-10, 10)),
    ("logb", 0, 0, "logbl(x)", 1, (-10, 10)),
]
BOUNDS: list[Bound] = [
    Bound(name + ("f" if single else ""), ulps, reference, arity, single, focus)
    for name, single_ulp, double_ulp, reference, arity, focus in _PAIRS
    for single, ulps in ((True, single_ulp), (False, double_ulp))
]

_NORMS = [
    ("norm3d", 3, 2, "hypotl(hypotl(x, y), z)", 3),
    ("rnorm3d", 2, 1, "1 / hypotl(hypotl(x, y), z)", 3),
    ("norm4d", 3, 2, "hypotl(hypotl(x, y), hypotl(z, w))", 4),
    ("rnorm4d", 2, 1, "1 / hypotl(hypotl(x, y), hypotl(z, w))", 4),
]
BOUNDS += [
    Bound(name + ("f" if single else ""), ulps, reference, arity, single)
    for name, single_ulp, double_ulp, reference, arity in _NORMS
    for single, ulps in ((True, single_ulp), (False, double_ulp))
]

# Where libm has no reference: the double function against MPFR, the float function against the double one.
_MPFR = [
    ("erfcx", 4, 4, (-5.0, 30.0)),
    ("normcdf", 5, 5, (-38.0, 9.0)),
    ("erfinv", 2, 5, (-1.0, 1.0)),
    ("erfcinv", 4, 6, (0.0, 2.0)),
    ("normcdfinv", 5, 8, (0.0, 1.0)),
    ("cyl_bessel_i0", 6, 6, (-20.0, 20.0)),
    ("cyl_bessel_i1", 6, 6, (-20.0, 20.0)),
]
for _name, _single, _double, _focus in _MPFR:
    BOUNDS.append(Bound(_name + "f", _single, f"(long double)__nv_{_name}((double)x)", 1, True, _focus))
    BOUNDS.append(Bound(_name, _double, "mpfr", 1, False, _focus))
for _name in ("j0", "j1", "y0", "y1"):
    _focus = (-8.0 if _name[0] == "j" else 0.0, 8.0)
    BOUNDS.append(Bound(f"{_name}f", 9, f"(long double)__nv_{_name}((double)x)", 1, True, _focus, (-8.0, 8.0), 2.2e-6))
    BOUNDS.append(Bound(_name, 7, "mpfr", 1, False, _focus, (-8.0, 8.0), 5e-12))
BOUNDS.append(Bound("lgammaf", 6, "lgammal(x)", 1, True, (-12, 20), skip=(-10.001, -2.264)))
BOUNDS.append(Bound("lgamma", 4, "lgammal(x)", 1, False, (-30, 20), skip=(-23.0001, -2.2637)))

# Intrinsics. The guide's bounds of __expf, __sinf etc. are wider than those of the accurate functions used here.
BOUNDS += [
    Bound("fast_expf", 2, "expl(x)", 1, True, (-110, 110)),
    Bound("fast_exp10f", 2, "exp10l(x)", 1, True, (-46, 39)),
    Bound("fast_logf", 2, "logl(x)", 1, True, (0.4, 2.2)),
    Bound("fast_log2f", 2, "log2l(x)", 1, True, (0.4, 2.2)),
    Bound("fast_log10f", 3, "log10l(x)", 1, True, (0.4, 2.2)),
    Bound("fast_sinf", 2, "sinl(x)", 1, True, (-4, 4), (-65536.0, 65536.0), 2.0),
    Bound("fast_cosf", 2, "cosl(x)", 1, True, (-4, 4), (-65536.0, 65536.0), 2.0),
    Bound("fast_tanf", 4, "tanl(x)", 1, True, (-4, 4), (-65536.0, 65536.0), math.inf),
    Bound("frsqrt_rn", 0, "1 / sqrtl(x)", 1, True, (0, 4)),
]
