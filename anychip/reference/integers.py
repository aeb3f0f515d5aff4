"""Integer operations with the GPU's meaning (see ``ir.opcodes``).

Operands and results are unsigned Python integers reduced to ``bits`` bits; every function takes the width last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def signed(value: int, bits: int) -> int:
    """The value read as two's complement."""
    return value - (1 << bits) if value >> (bits - 1) else value


def ones(bits: int) -> int:
    """The value with all bits set."""
    return (1 << bits) - 1


def udiv(a: int, b: int, bits: int) -> int:
    """Quotient; x/0 is all ones."""
    return a // b if b else ones(bits)


def urem(a: int, b: int, bits: int) -> int:
    """Remainder; x%0 is x."""
    return a % b if b else a


def sdiv(a: int, b: int, bits: int) -> int:
    """Quotient towards zero; x/0 is all ones, INT_MIN/-1 is INT_MIN."""
    if b == 0:
        return ones(bits)
    x, y = signed(a, bits), signed(b, bits)
    quotient = abs(x) // abs(y)
    return (quotient if (x < 0) == (y < 0) else -quotient) & ones(bits)


def srem(a: int, b: int, bits: int) -> int:
    """Remainder with the dividend's sign; x%0 is x, INT_MIN%-1 is 0."""
    if b == 0:
        return a
    x, y = signed(a, bits), signed(b, bits)
    remainder = abs(x) % abs(y)
    return (-remainder if x < 0 else remainder) & ones(bits)


def shl(a: int, b: int, bits: int) -> int:
    """Left shift; 0 from the width on."""
    return (a << b) & ones(bits) if b < bits else 0


def lshr(a: int, b: int, bits: int) -> int:
    """Logical right shift; 0 from the width on."""
    return a >> b if b < bits else 0


def ashr(a: int, b: int, bits: int) -> int:
    """Arithmetic right shift; all sign bits from the width on."""
    return (signed(a, bits) >> min(b, bits)) & ones(bits)


def fshl(a: int, b: int, c: int, bits: int) -> int:
    """High part of a:b shifted left by c modulo the width."""
    return ((a << bits | b) << (c % bits)) >> bits & ones(bits)


def fshr(a: int, b: int, c: int, bits: int) -> int:
    """Low part of a:b shifted right by c modulo the width."""
    return (a << bits | b) >> (c % bits) & ones(bits)


def bitreverse(a: int, bits: int) -> int:
    """Bit i becomes bit width-1-i."""
    return int(f"{a:0{bits}b}"[::-1], 2)


def bswap(a: int, bits: int) -> int:
    """The bytes in reverse order."""
    return int.from_bytes(a.to_bytes(bits // 8, "little"), "big")


def cttz(a: int, bits: int) -> int:
    """Zeros below the lowest set bit; the width for 0."""
    return (a & -a).bit_length() - 1 if a else bits


def _clamp(value: int, low: int, high: int, bits: int) -> int:
    return min(max(value, low), high) & ones(bits)


def _signed_saturating(exact: Callable[[int, int], int]) -> Callable[[int, int, int], int]:
    def operate(a: int, b: int, bits: int) -> int:
        result = exact(signed(a, bits), signed(b, bits))
        return _clamp(result, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, bits)

    return operate


def _unsigned_saturating(exact: Callable[[int, int], int]) -> Callable[[int, int, int], int]:
    return lambda a, b, bits: _clamp(exact(a, b), 0, ones(bits), bits)


def _signed_overflow(exact: Callable[[int, int], int]) -> Callable[[int, int, int], tuple[int, int]]:
    def operate(a: int, b: int, bits: int) -> tuple[int, int]:
        result = exact(signed(a, bits), signed(b, bits))
        wrapped = result & ones(bits)
        return wrapped, int(signed(wrapped, bits) != result)

    return operate


def _unsigned_overflow(exact: Callable[[int, int], int]) -> Callable[[int, int, int], tuple[int, int]]:
    def operate(a: int, b: int, bits: int) -> tuple[int, int]:
        result = exact(a, b)
        return result & ones(bits), int(result & ones(bits) != result)

    return operate


def _add(a: int, b: int) -> int:
    return a + b


def _sub(a: int, b: int) -> int:
    return a - b


def _mul(a: int, b: int) -> int:
    return a * b


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b, bits: (a + b) & ((1 << bits) - 1),
    "sub": lambda a, b, bits: (a - b) & ((1 << bits) - 1),
    "mul": lambda a, b, bits: (a * b) & ((1 << bits) - 1),
    "udiv": udiv,
    "sdiv": sdiv,
    "urem": urem,
    "srem": srem,
    "shl": shl,
    "lshr": lshr,
    "ashr": ashr,
    "and": lambda a, b, bits: a & b,
    "or": lambda a, b, bits: a | b,
    "xor": lambda a, b, bits: a ^ b,
    "umin": lambda a, b, bits: min(a, b),
    "umax": lambda a, b, bits: max(a, b),
    "smin": lambda a, b, bits: min(a, b, key=lambda value: signed(value, bits)),
    "smax": lambda a, b, bits: max(a, b, key=lambda value: signed(value, bits)),
    "sadd.sat": _signed_saturating(_add),
    "ssub.sat": _signed_saturating(_sub),
    "uadd.sat": _unsigned_saturating(_add),
    "usub.sat": _unsigned_saturating(_sub),
    "sadd.overflow": _signed_overflow(_add),
    "ssub.overflow": _signed_overflow(_sub),
    "smul.overflow": _signed_overflow(_mul),
    "uadd.overflow": _unsigned_overflow(_add),
    "usub.overflow": _unsigned_overflow(_sub),
    "umul.overflow": _unsigned_overflow(_mul),
    "fshl": fshl,
    "fshr": fshr,
    "ctpop": lambda a, bits: a.bit_count(),
    "ctlz": lambda a, bits: bits - a.bit_length(),
    "cttz": cttz,
    "bitreverse": bitreverse,
    "bswap": bswap,
    "abs": lambda a, bits: abs(signed(a, bits)) & ones(bits),
}
"""Opcode -> function(operands..., width)."""

COMPARISONS: dict[str, Callable[[int, int, int], bool]] = {
    "eq": lambda a, b, bits: a == b,
    "ne": lambda a, b, bits: a != b,
    "ugt": lambda a, b, bits: a > b,
    "uge": lambda a, b, bits: a >= b,
    "ult": lambda a, b, bits: a < b,
    "ule": lambda a, b, bits: a <= b,
    "sgt": lambda a, b, bits: signed(a, bits) > signed(b, bits),
    "sge": lambda a, b, bits: signed(a, bits) >= signed(b, bits),
    "slt": lambda a, b, bits: signed(a, bits) < signed(b, bits),
    "sle": lambda a, b, bits: signed(a, bits) <= signed(b, bits),
}
"""Predicate of icmp -> function(a, b, width)."""
