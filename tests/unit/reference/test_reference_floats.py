"""Floating-point operations and conversions against exact rationals and known special cases."""

from __future__ import annotations

import itertools
import math
import random
import struct
from fractions import Fraction

import pytest

from anychip.ir import OPCODES
from anychip.reference.arithmetic import OPERATIONS, compare, convert, fptosi, fptoui, sitofp, uitofp
from anychip.reference.floats import BFLOAT_FORMAT, DOUBLE_FORMAT, FLOAT_FORMAT, FORMATS, HALF_FORMAT, Format

ALL_FORMATS = list(FORMATS.values())
EMIN = {"half": -14, "bfloat": -126, "float": -126, "double": -1022}
PRECISION = {"half": 11, "bfloat": 8, "float": 24, "double": 53}


def value_of(bits: int, format_: Format) -> Fraction:
    """The exact value, from the definition of the format and not from the code under test."""
    fraction_bits = PRECISION[format_.name] - 1
    exponent = bits >> fraction_bits & ((1 << (format_.bits - 1 - fraction_bits)) - 1)
    fraction = Fraction(bits & ((1 << fraction_bits) - 1), 1 << fraction_bits)
    emin = EMIN[format_.name]
    magnitude = (
        fraction * Fraction(2) ** emin if exponent == 0 else (1 + fraction) * Fraction(2) ** (emin + exponent - 1)
    )
    return -magnitude if bits >> (format_.bits - 1) else magnitude


def nearest(exact: Fraction, format_: Format) -> int:
    """Bits of the nearest number, ties to even, by search; a result of zero gets no sign."""
    sign, magnitude = (format_.sign_bit, -exact) if exact < 0 else (0, exact)
    low, high = 0, format_.infinity  # patterns of positive numbers are ordered as the numbers
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if value_of(middle, format_) <= magnitude else (low, middle)
    gap_low, gap_high = magnitude - value_of(low, format_), value_of(high, format_) - magnitude
    if high == format_.infinity:  # as if the exponent went on
        top = value_of(low, format_)
        gap_high = top + (top - value_of(low - 1, format_)) - magnitude
    pick = low if gap_low < gap_high or (gap_low == gap_high and low % 2 == 0) else high
    return sign | pick


def finite_samples(format_: Format, count: int) -> list[int]:
    largest, fraction_bits = format_.infinity - 1, PRECISION[format_.name] - 1
    one = nearest(Fraction(1), format_)
    positive = [0, 1, 2, (1 << fraction_bits) - 1, 1 << fraction_bits, one, one + 1, one - 1, largest, largest - 1]
    generator = random.Random(format_.bits + fraction_bits)
    near_one = [
        one + generator.randrange(-(20 << fraction_bits) // 8, (20 << fraction_bits) // 8) for _ in range(count)
    ]
    positive += [generator.randrange(format_.infinity) for _ in range(count)]
    return [bits | sign for bits in positive + [max(bits, 0) for bits in near_one] for sign in (0, format_.sign_bit)]


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
@pytest.mark.parametrize("name", ["fadd", "fsub", "fmul", "fdiv"])
def test_basic_operations_round_once(name: str, format_: Format) -> None:
    exact = {
        "fadd": lambda x, y: x + y,
        "fsub": lambda x, y: x - y,
        "fmul": lambda x, y: x * y,
        "fdiv": lambda x, y: x / y,
    }[name]
    generator = random.Random(7)
    values = finite_samples(format_, 30)
    for _ in range(400):
        a, b = generator.choice(values), generator.choice(values)
        if name == "fdiv" and value_of(b, format_) == 0:
            continue
        expected = nearest(exact(value_of(a, format_), value_of(b, format_)), format_)
        actual = OPERATIONS[name](a, b, format_)
        assert actual == expected or (actual & ~format_.sign_bit) == expected == 0


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_fma_rounds_once(format_: Format) -> None:
    generator = random.Random(11)
    values = finite_samples(format_, 40)
    for _ in range(600):
        a, b, c = (generator.choice(values) for _ in range(3))
        if generator.random() < 0.3:  # cancel the product almost entirely
            c = OPERATIONS["fmul"](a, b, format_) ^ format_.sign_bit
            if c & ~format_.sign_bit >= format_.infinity:
                continue
        exact = value_of(a, format_) * value_of(b, format_) + value_of(c, format_)
        actual = OPERATIONS["fma"](a, b, c, format_)
        if exact:
            assert actual & ~format_.sign_bit == nearest(abs(exact), format_)
            assert bool(actual & format_.sign_bit) == (exact < 0)
        else:
            assert actual & ~format_.sign_bit == 0


def test_fma_special_cases() -> None:
    f = FLOAT_FORMAT
    infinity, zero, minus_zero, one, big = f.infinity, 0, f.sign_bit, 0x3F800000, 0x7F7FFFFF
    fma = OPERATIONS["fma"]
    assert fma(infinity, zero, one, f) == f.nan
    assert fma(infinity, one, infinity | f.sign_bit, f) == f.nan
    assert fma(infinity, one, one, f) == infinity
    assert fma(big, big, infinity | f.sign_bit, f) == infinity | f.sign_bit
    assert fma(f.nan, one, one, f) == f.nan
    assert fma(minus_zero, one, minus_zero, f) == minus_zero
    assert fma(minus_zero, one, zero, f) == zero
    assert fma(one, one, one | f.sign_bit, f) == zero
    assert fma(big, big, one, f) == infinity
    d = DOUBLE_FORMAT
    assert fma(d.infinity - 1, d.infinity - 1, d.infinity | d.sign_bit, d) == d.infinity | d.sign_bit


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_square_root_is_the_nearest(format_: Format) -> None:
    for a in finite_samples(format_, 60):
        result = OPERATIONS["sqrt"](a, format_)
        if a == format_.sign_bit or a == 0:
            assert result == a
        elif a & format_.sign_bit:
            assert result == format_.nan
        else:
            exact, root = value_of(a, format_), value_of(result, format_)
            below = (value_of(result - 1, format_) + root) / 2
            above = (value_of(result + 1, format_) + root) / 2
            assert below * below <= exact <= above * above


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_division_by_zero_and_nan(format_: Format) -> None:
    one, minus = nearest(Fraction(1), format_), format_.sign_bit
    fdiv, frem = OPERATIONS["fdiv"], OPERATIONS["frem"]
    assert fdiv(one, 0, format_) == format_.infinity
    assert fdiv(one, minus, format_) == format_.infinity | minus
    assert fdiv(0, 0, format_) == format_.nan
    assert fdiv(format_.infinity, 0, format_) == format_.infinity
    assert fdiv(format_.infinity, format_.infinity, format_) == format_.nan
    assert frem(one, 0, format_) == format_.nan
    assert frem(format_.infinity, one, format_) == format_.nan
    assert frem(one | minus, format_.infinity, format_) == one | minus


def test_remainder_is_exact() -> None:
    values = [bits for bits in finite_samples(FLOAT_FORMAT, 20) if value_of(bits, FLOAT_FORMAT)]
    for a, b in zip(values, reversed(values), strict=True):
        x, y = value_of(a, FLOAT_FORMAT), value_of(b, FLOAT_FORMAT)
        remainder = x - int(x / y) * y
        assert value_of(OPERATIONS["frem"](a, b, FLOAT_FORMAT), FLOAT_FORMAT) == remainder


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_minimum_and_maximum(format_: Format) -> None:
    minus, nan, one = format_.sign_bit, format_.nan, nearest(Fraction(1), format_)
    for a, b in itertools.permutations([0, minus]):
        assert OPERATIONS["fmin"](a, b, format_) == minus
        assert OPERATIONS["fminimum"](a, b, format_) == minus
        assert OPERATIONS["fmax"](a, b, format_) == 0
        assert OPERATIONS["fmaximum"](a, b, format_) == 0
    for name in ("fmin", "fmax"):
        assert OPERATIONS[name](nan, one, format_) == OPERATIONS[name](one, nan, format_) == one
        assert OPERATIONS[name](nan, nan, format_) == nan
    for name in ("fminimum", "fmaximum"):
        assert OPERATIONS[name](nan, one, format_) == OPERATIONS[name](one, nan, format_) == nan
    assert OPERATIONS["fmin"](one | minus, one, format_) == one | minus
    assert OPERATIONS["fmax"](one | minus, format_.infinity | minus, format_) == one | minus


@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_roundings_to_integral(format_: Format) -> None:
    models = {"floor": math.floor, "ceil": math.ceil, "ftrunc": math.trunc, "rint": round}
    models["round"] = lambda x: int(x + Fraction(1, 2)) if x >= 0 else -int(-x + Fraction(1, 2))
    halves = [nearest(Fraction(n, 2), format_) for n in range(-7, 8)]
    almost_half = nearest(Fraction(1, 2), format_) - 1
    for a in [*finite_samples(format_, 30), *halves, almost_half, almost_half | format_.sign_bit]:
        for name, model in models.items():
            result = OPERATIONS[name](a, format_)
            assert value_of(result, format_) == model(value_of(a, format_))
            assert result & format_.sign_bit == a & format_.sign_bit
    for name in models:
        assert OPERATIONS[name](format_.infinity, format_) == format_.infinity
        assert format_.is_nan(OPERATIONS[name](format_.nan, format_))


def test_comparisons_with_nan() -> None:
    f = FLOAT_FORMAT
    one, two = 0x3F800000, 0x40000000
    for name in ("eq", "ne", "gt", "ge", "lt", "le"):
        assert not compare("o" + name)(f.nan, one, f)
        assert compare("u" + name)(one, f.nan, f)
        for a, b in itertools.product([one, two], repeat=2):
            expected = {"eq": a == b, "ne": a != b, "gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[name]
            assert compare("o" + name)(a, b, f) == compare("u" + name)(a, b, f) == expected
    assert compare("oeq")(0, f.sign_bit, f)
    assert (compare("ord")(one, two, f), compare("ord")(one, f.nan, f)) == (True, False)
    assert (compare("uno")(one, two, f), compare("uno")(f.nan, two, f)) == (False, True)
    assert (compare("true")(f.nan, one, f), compare("false")(one, one, f)) == (True, False)


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_conversion_to_integers_saturates(format_: Format, bits: int) -> None:
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    for a in finite_samples(format_, 40):
        whole = int(value_of(a, format_))
        assert fptosi(a, format_, bits) == max(low, min(high, whole)) % (1 << bits)
        assert fptoui(a, format_, bits) == max(0, min((1 << bits) - 1, whole))
    minus_infinity = format_.infinity | format_.sign_bit
    assert fptosi(format_.infinity, format_, bits) == high
    assert fptosi(minus_infinity, format_, bits) == low % (1 << bits)
    assert fptoui(format_.infinity, format_, bits) == (1 << bits) - 1
    assert fptoui(minus_infinity, format_, bits) == 0
    nan_result = 0 if format_ is not DOUBLE_FORMAT and bits <= 32 else 1 << (bits - 1)
    assert fptosi(format_.nan, format_, bits) == fptoui(format_.nan, format_, bits) == nan_result


@pytest.mark.parametrize("bits", [1, 8, 32, 64, 128])
@pytest.mark.parametrize("format_", ALL_FORMATS, ids=lambda format_: format_.name)
def test_conversion_from_integers_rounds_once(format_: Format, bits: int) -> None:
    generator = random.Random(bits)
    for value in [0, 1, (1 << bits) - 1, 1 << (bits - 1), *(generator.getrandbits(bits) for _ in range(20))]:
        assert uitofp(value, bits, format_) == nearest(Fraction(value), format_)
        as_signed = value - (1 << bits) if value >> (bits - 1) else value
        assert sitofp(value, bits, format_) == nearest(Fraction(as_signed), format_)
    # 2^53+2^29+1 rounds differently when it goes through double first.
    assert uitofp(0x8000008000000001, 64, FLOAT_FORMAT) == 0x5F000001


@pytest.mark.parametrize("source", ALL_FORMATS, ids=lambda format_: format_.name)
@pytest.mark.parametrize("destination", ALL_FORMATS, ids=lambda format_: format_.name)
def test_conversion_between_formats(source: Format, destination: Format) -> None:
    for a in finite_samples(source, 60):
        converted = convert(a, source, destination)
        expected = nearest(abs(value_of(a, source)), destination)
        assert converted & ~destination.sign_bit == expected
        assert bool(converted & destination.sign_bit) == bool(a & source.sign_bit)
    assert (
        convert(source.infinity | source.sign_bit, source, destination) == destination.infinity | destination.sign_bit
    )
    assert destination.is_nan(convert(source.nan, source, destination))


def test_formats_agree_with_struct() -> None:
    for bits in range(0, 1 << 16, 7):
        if not HALF_FORMAT.is_nan(bits):
            assert HALF_FORMAT.decode(bits) == struct.unpack("<e", struct.pack("<H", bits))[0]
            assert HALF_FORMAT.encode(HALF_FORMAT.decode(bits)) == bits
        if not BFLOAT_FORMAT.is_nan(bits):
            assert BFLOAT_FORMAT.encode(BFLOAT_FORMAT.decode(bits)) == bits


def test_signs_are_bits_even_of_nan() -> None:
    nan = 0xFFC01234
    assert OPERATIONS["fneg"](nan, FLOAT_FORMAT) == 0x7FC01234
    assert OPERATIONS["fabs"](nan, FLOAT_FORMAT) == 0x7FC01234
    assert OPERATIONS["copysign"](0x7FC01234, 0x80000000, FLOAT_FORMAT) == nan


def test_every_float_operation_is_an_opcode() -> None:
    assert set(OPERATIONS) <= set(OPCODES)
