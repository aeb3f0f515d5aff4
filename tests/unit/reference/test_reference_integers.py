"""Integer operations against models in plain integers, the special cases of ir.opcodes among them."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from anychip.ir import OPCODES
from anychip.reference.integers import COMPARISONS, OPERATIONS, signed

WIDTHS = (1, 8, 16, 32, 64, 128)


def samples(bits: int, count: int = 12) -> list[int]:
    top = 1 << (bits - 1)
    edges = {0, 1, 2, top, top - 1, top + 1, 2 * top - 1, 2 * top - 2, bits, bits + 1, bits - 1}
    generator = random.Random(bits)
    return sorted({value % (2 * top) for value in edges} | {generator.getrandbits(bits) for _ in range(count)})


@pytest.mark.parametrize("bits", WIDTHS)
def test_division_never_traps(bits: int) -> None:
    ones, minimum = (1 << bits) - 1, 1 << (bits - 1)
    for x in samples(bits):
        assert OPERATIONS["udiv"](x, 0, bits) == ones
        assert OPERATIONS["sdiv"](x, 0, bits) == ones
        assert OPERATIONS["urem"](x, 0, bits) == x
        assert OPERATIONS["srem"](x, 0, bits) == x
    assert OPERATIONS["sdiv"](minimum, ones, bits) == minimum
    assert OPERATIONS["srem"](minimum, ones, bits) == 0


@pytest.mark.parametrize("bits", WIDTHS)
def test_quotients_truncate(bits: int) -> None:
    for a, b in itertools.product(samples(bits), samples(bits)):
        if b == 0:
            continue
        x, y = signed(a, bits), signed(b, bits)
        quotient = int(Fraction(x, y))  # int() of a Fraction truncates
        assert OPERATIONS["sdiv"](a, b, bits) == quotient % (1 << bits)
        assert OPERATIONS["srem"](a, b, bits) == (x - quotient * y) % (1 << bits)
        assert OPERATIONS["udiv"](a, b, bits) == int(Fraction(a, b))
        assert OPERATIONS["urem"](a, b, bits) == a - b * int(Fraction(a, b))


@pytest.mark.parametrize("bits", WIDTHS)
def test_shifts_clamp(bits: int) -> None:
    for a, b in itertools.product(samples(bits), samples(bits)):
        amount = min(b, bits + 1)
        assert OPERATIONS["shl"](a, b, bits) == a * 2**amount % (1 << bits)
        assert OPERATIONS["lshr"](a, b, bits) == a // 2**amount
        assert OPERATIONS["ashr"](a, b, bits) == signed(a, bits) // 2**amount % (1 << bits)


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", ["add", "sub", "mul"])
def test_wrapping_saturation_and_overflow(name: str, bits: int) -> None:
    exact = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}[name]
    top = 1 << (bits - 1)
    for a, b in itertools.product(samples(bits), samples(bits)):
        wide, wide_signed = exact(a, b), exact(signed(a, bits), signed(b, bits))
        wrapped = wide % (1 << bits)
        assert OPERATIONS[name](a, b, bits) == wrapped
        assert OPERATIONS[f"u{name}.overflow"](a, b, bits) == (wrapped, int(not 0 <= wide < 2 * top))
        assert OPERATIONS[f"s{name}.overflow"](a, b, bits) == (wrapped, int(not -top <= wide_signed < top))
        if name != "mul":
            assert OPERATIONS[f"u{name}.sat"](a, b, bits) == max(0, min(2 * top - 1, wide))
            assert OPERATIONS[f"s{name}.sat"](a, b, bits) == max(-top, min(top - 1, wide_signed)) % (2 * top)


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_bit_operations(bits: int) -> None:
    for a in samples(bits):
        text = f"{a:0{bits}b}"
        assert OPERATIONS["ctpop"](a, bits) == text.count("1")
        assert OPERATIONS["ctlz"](a, bits) == len(text) - len(text.lstrip("0"))
        assert OPERATIONS["cttz"](a, bits) == len(text) - len(text.rstrip("0"))
        assert f"{OPERATIONS['bitreverse'](a, bits):0{bits}b}" == text[::-1]
        assert f"{OPERATIONS['bswap'](a, bits):0{bits // 4}x}" == bytes.fromhex(f"{a:0{bits // 4}x}")[::-1].hex()
        assert OPERATIONS["abs"](a, bits) == abs(signed(a, bits))


@pytest.mark.parametrize("bits", [8, 32, 64])
def test_funnel_shifts(bits: int) -> None:
    for a, b, c in itertools.product(samples(bits, 3), samples(bits, 3), [0, 1, bits - 1, bits, bits + 3]):
        joined, amount = f"{a:0{bits}b}{b:0{bits}b}", c % bits
        assert f"{OPERATIONS['fshl'](a, b, c, bits):0{bits}b}" == joined[amount : amount + bits]
        assert f"{OPERATIONS['fshr'](a, b, c, bits):0{bits}b}" == joined[bits - amount : 2 * bits - amount]


def test_signed_and_unsigned_order() -> None:
    assert OPERATIONS["smin"](0xFF, 1, 8) == 0xFF
    assert OPERATIONS["smax"](0xFF, 1, 8) == 1
    assert OPERATIONS["umin"](0xFF, 1, 8) == 1
    assert OPERATIONS["umax"](0xFF, 1, 8) == 0xFF
    outcomes = {name: compare(0xFF, 1, 8) for name, compare in COMPARISONS.items()}
    true = {name for name, outcome in outcomes.items() if outcome}
    assert true == {"ne", "ugt", "uge", "slt", "sle"}
    assert {name for name, compare in COMPARISONS.items() if compare(7, 7, 8)} == {"eq", "uge", "ule", "sge", "sle"}


def test_every_integer_operation_is_an_opcode() -> None:
    assert set(OPERATIONS) <= set(OPCODES)
