"""Builds the device library for this machine, with a C harness that compares one function over arrays.

The harness is generated from bounds.py: for each function a loop that evaluates it and its long double reference.
"""

from __future__ import annotations

import ctypes
import platform
import re
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
SCAN_PRELUDE = r"""
/* the same distance against a double reference; what is not finite counts as 0 if it is what is expected */
static double quick_distance(float value, double ref) {
  float rounded = (float)ref;
  if (!isfinite(value) || !isfinite(rounded))
    return (isnan(value) && isnan(rounded)) || value == rounded ? 0 : INFINITY;
  if (value == 0 && signbit(value) != signbit(ref)) return INFINITY;
  long e = (long)(__builtin_bit_cast(unsigned long, ref) >> 52 & 2047);
  e = e < 1023 - 126 ? 1023 - 126 : e;
  return fabs(value - ref) * __builtin_bit_cast(double, (unsigned long)(1023 + 23 + 1023 - e) << 52);
}
"""
SCAN = """
/* All bit patterns from start on: raises *worst, and *where with it. Long doubles decide where a double comes near. */
void scan_{name}(unsigned start, long n, const double *limits, double *worst, float *where) {{
  float value[1024];
  for (long done = 0; done < n; done += 1024) {{
    for (int i = 0; i < 1024; i++) value[i] = {symbol}(__builtin_bit_cast(float, (unsigned)(start + done + i)));
    for (int i = 0; i < 1024; i++) {{
      float argument = __builtin_bit_cast(float, (unsigned)(start + done + i));
      double quick;
      {{ double x = argument; quick = quick_distance(value[i], {quick_reference}); }}
      if (quick < *worst - 1e-4) continue;
      if (argument < limits[0] || argument > limits[1] || (argument > limits[2] && argument < limits[3])) continue;
      long double x = argument, ref = {reference};
      double exact = distance(value[i], (float)ref, ref, {digits}, {least});
      if (exact > *worst) *worst = exact, *where = argument;
    }}
  }}
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
        "quick_reference": re.sub(r"\b([a-z0-9]+)l\(", r"\1(", bound.reference),
        "digits": 24 if bound.single else 53,
        "least": -126 if bound.single else -1022,
    }
    loops = [EVALUATE] if bound.reference == "mpfr" else [EVALUATE, LOOP, REFERENCE]
    if bound.single and bound.arity == 1:
        loops.append(SCAN)
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
    source.write_text(PRELUDE + SCAN_PRELUDE + "".join(_text(bound) for bound in BOUNDS))
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


def scan(bound: Bound, start: int, count: int, worst: float) -> tuple[float, float]:
    """The greatest error in ulps above ``worst``, and its argument, among ``count`` (a multiple of 1024) consecutive
    bit patterns of float; NaN as the argument if there is none."""
    limits = (ctypes.c_double * 4)(*bound.ulp_domain, *bound.skip)
    error, where = ctypes.c_double(worst), ctypes.c_float(float("nan"))
    function = getattr(library(), f"scan_{bound.name}")
    function(ctypes.c_uint(start), ctypes.c_long(count), limits, ctypes.byref(error), ctypes.byref(where))
    return error.value, where.value


def long_double_reference(bound: Bound, arguments: list[Array]) -> tuple[Array, Array]:
    """The long double reference itself as hi + lo."""
    high, low = np.empty(len(arguments[0])), np.empty(len(arguments[0]))
    function = getattr(library(), f"reference_{bound.name}")
    function(*map(pointer, arguments), ctypes.c_long(len(high)), pointer(high), pointer(low))
    return high, low
