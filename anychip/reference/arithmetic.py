"""Floating-point operations and conversions with the GPU's meaning (see ``ir.opcodes``).

Operands and results are bit patterns; every function takes the ``Format`` last. Operations on half, bfloat and float
are done in double and rounded once more: that is exact for one +, -, *, / or square root, double having more than
2p+2 bits for each of them (Figueroa, "When is double rounding innocuous?", 1995). ``fma`` has no such shortcut and is
done in integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from anychip.reference.floats import Format
from anychip.reference.integers import ones, signed


def fadd(a: int, b: int, format_: Format) -> int:
    """a + b."""
    return format_.encode(format_.decode(a) + format_.decode(b))


def fsub(a: int, b: int, format_: Format) -> int:
    """a - b."""
    return format_.encode(format_.decode(a) - format_.decode(b))


def fmul(a: int, b: int, format_: Format) -> int:
    """a * b."""
    return format_.encode(format_.decode(a) * format_.decode(b))


def fdiv(a: int, b: int, format_: Format) -> int:
    """a / b; x/0 is an infinity, 0/0 a NaN."""
    x, y = format_.decode(a), format_.decode(b)
    if y != 0.0:
        return format_.encode(x / y)
    if x == 0.0 or x != x:
        return format_.nan
    return format_.infinity | (a ^ b) & format_.sign_bit


def frem(a: int, b: int, format_: Format) -> int:
    """Remainder of the truncated quotient, exact, with the sign of a (C fmod)."""
    x, y = format_.decode(a), format_.decode(b)
    if math.isinf(x) or y == 0.0:
        return format_.nan
    return format_.encode(math.fmod(x, y))


def fma(a: int, b: int, c: int, format_: Format) -> int:
    """a*b + c rounded once."""
    magnitude = format_.sign_bit - 1
    if max(a & magnitude, b & magnitude, c & magnitude) >= format_.infinity:
        # With an infinity or a NaN no rounding is involved; c must not overflow the finite product, hence 0 * it.
        product = _special_product(a, b, format_)
        return format_.encode(product + format_.decode(c))
    a_negative, x, x_exponent = format_.split(a)
    b_negative, y, y_exponent = format_.split(b)
    c_negative, z, z_exponent = format_.split(c)
    product_negative = a_negative != b_negative
    exponent = min(x_exponent + y_exponent, z_exponent)
    product = (x * y) << (x_exponent + y_exponent - exponent)
    addend = z << (z_exponent - exponent)
    total = (-product if product_negative else product) + (-addend if c_negative else addend)
    if total == 0:
        return format_.sign_bit if product_negative and c_negative else 0
    return format_.round(total < 0, abs(total), exponent)


def _special_product(a: int, b: int, format_: Format) -> float:
    """The product as far as an infinite or NaN sum depends on it: a finite one counts as zero."""
    product = format_.decode(a) * format_.decode(b)
    finite = max(a & ~format_.sign_bit, b & ~format_.sign_bit) < format_.infinity
    return 0.0 if finite else product


def fneg(a: int, format_: Format) -> int:
    """The sign flipped."""
    return a ^ format_.sign_bit


def fabs(a: int, format_: Format) -> int:
    """The sign cleared."""
    return a & ~format_.sign_bit


def copysign(a: int, b: int, format_: Format) -> int:
    """Magnitude of a, sign of b."""
    return a & ~format_.sign_bit | b & format_.sign_bit


def sqrt(a: int, format_: Format) -> int:
    """Square root; NaN below zero, -0 of -0."""
    x = format_.decode(a)
    return format_.encode(math.sqrt(x)) if x >= 0.0 else format_.nan


def _rounding(to_integer: Callable[[float], int]) -> Callable[[int, Format], int]:
    """An operation that gives an integral value with the operand's sign, NaN and infinities as they are."""

    def operate(a: int, format_: Format) -> int:
        x = format_.decode(a)
        if not math.isfinite(x):
            return format_.encode(x)
        return copysign(format_.encode(float(to_integer(x))), a, format_)

    return operate


def _half_away(x: float) -> int:
    whole = math.trunc(x)
    return whole + (0 if abs(x - whole) < 0.5 else 1 if x > 0 else -1)


def _order(a: int, format_: Format) -> int:
    """A key that sorts numbers with -0 below +0."""
    return -(a ^ format_.sign_bit) - 1 if a & format_.sign_bit else a


def _extremum(pick: Callable[..., int], nan_wins: bool) -> Callable[[int, int, Format], int]:
    def operate(a: int, b: int, format_: Format) -> int:
        a_is_nan, b_is_nan = format_.is_nan(a), format_.is_nan(b)
        if (a_is_nan and b_is_nan) or (nan_wins and (a_is_nan or b_is_nan)):
            return format_.nan
        if a_is_nan or b_is_nan:
            return b if a_is_nan else a
        return pick(a, b, key=lambda value: _order(value, format_))

    return operate


OPERATIONS: dict[str, Callable[..., int]] = {
    "fadd": fadd,
    "fsub": fsub,
    "fmul": fmul,
    "fdiv": fdiv,
    "frem": frem,
    "fma": fma,
    "fneg": fneg,
    "fabs": fabs,
    "copysign": copysign,
    "sqrt": sqrt,
    "floor": _rounding(math.floor),
    "ceil": _rounding(math.ceil),
    "ftrunc": _rounding(math.trunc),
    "rint": _rounding(round),
    "round": _rounding(_half_away),
    "fmin": _extremum(min, nan_wins=False),
    "fmax": _extremum(max, nan_wins=False),
    "fminimum": _extremum(min, nan_wins=True),
    "fmaximum": _extremum(max, nan_wins=True),
}
"""Opcode -> function(operands..., format)."""

_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y and x == x and y == y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
}


def compare(predicate: str) -> Callable[[int, int, Format], bool]:
    """Function of an fcmp predicate: o.. is false and u.. true if an operand is NaN. Raises KeyError."""
    if predicate in ("true", "false"):
        return lambda a, b, format_: predicate == "true"
    if predicate in ("ord", "uno"):
        return lambda a, b, format_: (format_.is_nan(a) or format_.is_nan(b)) == (predicate == "uno")
    relation, unordered = _RELATIONS[predicate[1:]], predicate[0] == "u"

    def operate(a: int, b: int, format_: Format) -> bool:
        x, y = format_.decode(a), format_.decode(b)
        return relation(x, y) or (unordered and (x != x or y != y))

    return operate


def fptosi(a: int, source: Format, bits: int) -> int:
    """Truncate and saturate to a signed integer."""
    return _to_integer(a, source, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, bits)


def fptoui(a: int, source: Format, bits: int) -> int:
    """Truncate and saturate to an unsigned integer."""
    return _to_integer(a, source, 0, ones(bits), bits)


def _to_integer(a: int, source: Format, low: int, high: int, bits: int) -> int:
    x = source.decode(a)
    if x != x:
        return 0 if source.name != "double" and bits <= 32 else 1 << (bits - 1)
    if math.isinf(x):
        return (high if x > 0 else low) & ones(bits)
    return min(max(math.trunc(x), low), high) & ones(bits)


def sitofp(a: int, bits: int, destination: Format) -> int:
    """The nearest floating-point number to a signed integer."""
    value = signed(a, bits)
    return destination.round(value < 0, abs(value), 0)


def uitofp(a: int, bits: int, destination: Format) -> int:
    """The nearest floating-point number to an unsigned integer."""
    return destination.round(False, a, 0)


def convert(a: int, source: Format, destination: Format) -> int:
    """fptrunc and fpext: the nearest number of the other format."""
    return destination.encode(source.decode(a))
