"""Builds the device library for this machine, with a C harness that compares one function over arrays.

The harness is generated from bounds.py: for each function a loop that evaluates it and its long double reference.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import numpy.typing as npt

from .bounds import BOUNDS, Bound

SOURCES = Path(__file__).resolve().parents[2] / "anychip" / "native" / "device_library"
FLAGS = ["-O2", "-ffp-contract=off", "-fno-math-errno", "-fPIC", "-shared", "-w"]
Array = npt.NDArray[Any]

PRELUDE = r"""
#define _GNU_SOURCE
#include <math.h>
#include "device_library.c"
static long double pi_long(void) { return acosl(-1.0L); }
static long double sine_of_pi(long double x) {
  if (!(fabsl(x) < INFINITY)) return NAN;
  long double r = remainderl(x, 2.0L), sign = copysignl(1.0L, r);
  r = fabsl(r);
  r = r > 0.5L ? 1.0L - r : r;
  return r == 0 ? copysignl(0.0L, x) : sign * sinl(pi_long() * r);
}
static long double cosine_of_pi(long double x) {
  if (!(fabsl(x) < INFINITY)) return NAN;
  long double r = fabsl(remainderl(x, 2.0L));
  return r == 0.5L ? 0.0L : r < 0.25L ? cosl(pi_long() * r) : sinl(pi_long() * (0.5L - r));
}
/* distance in units of the last place of a format with the given digits and least exponent */
static double distance(long double value, double inf_check, long double ref, int digits, int least) {
  if (isnan(ref)) return isnan(value) ? 0 : INFINITY;
  if (isnan(value)) return INFINITY;
  if (isinf(inf_check) || isinf(ref)) {
    int greatest = digits == 24 ? 127 : 1023;
    if (isinf(value) && isinf(inf_check)) return signbit(value) == signbit(ref) ? 0 : INFINITY;
    if (isinf(ref)) return INFINITY;
    long double top = copysignl(ldexpl(1.0L, greatest + 1), ref); /* one rounded to infinity, the other did not */
    if (isinf(value)) return (double)(fabsl(top - ref) / ldexpl(1.0L, greatest + 1 - digits));
    return (double)(fabsl(top - value) / ldexpl(1.0L, greatest + 1 - digits));
  }
  if (isinf(value)) { /* ref rounds to a finite number, we gave infinity: count from 2^(greatest+1) */
    int greatest = digits == 24 ? 127 : 1023;
    return (double)(fabsl(copysignl(ldexpl(1.0L, greatest + 1), value) - ref) / ldexpl(1.0L, greatest + 1 - digits));
  }
  if (value == ref) return signbit(value) == signbit(ref) || value != 0 ? 0 : 0.25;
  int e = ref == 0 ? least : ilogbl(ref);
  if (e < least) e = least;
  return (double)(fabsl(value - ref) / ldexpl(1.0L, e + 1 - digits));
}
"""

LOOP = """
void check_{name}({params}, long n, double *error, double *absolute) {{
  for (long i = 0; i < n; i++) {{
    {arguments}
    {type} value = {symbol}({values});
    long double ref = {reference};
    error[i] = distance(value, ({type})ref, ref, {digits}, {least});
    absolute[i] = (double)fabsl((long double)value - ref);
  }}
}}
"""
EVALUATE = """
void evaluate_{name}({params}, long n, {type} *result) {{
  for (long i = 0; i < n; i++) result[i] = {symbol}({values});
}}
"""
REFERENCE = """
void reference_{name}({params}, long n, double *hi, double *lo) {{
  for (long i = 0; i < n; i++) {{
    {arguments}
    long double ref = {reference};
    hi[i] = (double)ref;
    lo[i] = (double)(ref - hi[i]);
  }}
}}
"""


def _text(bound: Bound) -> str:
    """The C loops of one function."""
    letters = "xyzw"[: bound.arity]
    kind = "float" if bound.single else "double"
    fields = {
        "name": bound.name,
        "symbol": bound.symbol,
        "type": kind,
        "params": ", ".join(f"const {kind} *{c}s" for c in letters),
        "arguments": " ".join(f"long double {c} = {c}s[i];" for c in letters),
        "values": ", ".join(f"{c}s[i]" for c in letters),
        "reference": bound.reference,
        "digits": 24 if bound.single else 53,
        "least": -126 if bound.single else -1022,
    }
    loops = [EVALUATE] if bound.reference == "mpfr" else [EVALUATE, LOOP, REFERENCE]
    return "".join(loop.format(**fields) for loop in loops)


def clang() -> str:
    """The compiler beside this Python, or on the search path."""
    beside = Path(sys.executable).parent / "clang"
    found = str(beside) if beside.exists() else shutil.which("clang") or shutil.which("clang-22")
    if found is None:
        raise FileNotFoundError("clang is needed to build the device library for this machine")
    return found


@cache
def library() -> ctypes.CDLL:
    """The shared object, built once per process."""
    folder = Path(mkdtemp(prefix="accuracy-"))
    source = folder / "harness.c"
    source.write_text(PRELUDE + "".join(_text(bound) for bound in BOUNDS))
    target = ["-march=x86-64-v3"] if platform.machine() == "x86_64" else []
    command = [clang(), *FLAGS, *target, f"-I{SOURCES}", str(source), "-o", str(folder / "harness.so"), "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(folder / "harness.so"))


def pointer(array: Array) -> ctypes.c_void_p:
    """The address of a contiguous array."""
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)


def evaluate(bound: Bound, arguments: list[Array]) -> Array:
    """Our results."""
    result = np.empty_like(arguments[0])
    function = getattr(library(), f"evaluate_{bound.name}")
    function(*map(pointer, arguments), ctypes.c_long(len(result)), pointer(result))
    return result


def errors(bound: Bound, arguments: list[Array]) -> tuple[Array, Array]:
    """Distance from the long double reference in ulps, and absolute."""
    ulps, absolute = np.empty(len(arguments[0])), np.empty(len(arguments[0]))
    function = getattr(library(), f"check_{bound.name}")
    function(*map(pointer, arguments), ctypes.c_long(len(ulps)), pointer(ulps), pointer(absolute))
    return ulps, absolute


def long_double_reference(bound: Bound, arguments: list[Array]) -> tuple[Array, Array]:
    """The long double reference itself as hi + lo."""
    high, low = np.empty(len(arguments[0])), np.empty(len(arguments[0]))
    function = getattr(library(), f"reference_{bound.name}")
    function(*map(pointer, arguments), ctypes.c_long(len(high)), pointer(high), pointer(low))
    return high, low
