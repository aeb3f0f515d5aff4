"""Integer intrinsics, conversions and directed rounding: exact, against Python's integers and MPFR's rounding modes."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import gmpy2
import numpy as np
import pytest
from gmpy2 import mpfr

from .bounds import Bound
from .call import call
from .samples import arguments

MODES = {"rn": gmpy2.RoundToNearest, "rz": gmpy2.RoundToZero, "ru": gmpy2.RoundUp, "rd": gmpy2.RoundDown}
FORMATS = {
    "f": {"precision": 24, "emin": -148, "emax": 128, "subnormalize": True},
    "d": {"precision": 53, "emin": -1073, "emax": 1024, "subnormalize": True},
}
OPERATIONS = {
    "add": lambda c, a, b: c.add(a, b),
    "sub": lambda c, a, b: c.sub(a, b),
    "mul": lambda c, a, b: c.mul(a, b),
    "div": lambda c, a, b: c.div(a, b),
}


def operands(letter: str, arity: int, count: int = 600, seed: int = 3) -> list[tuple[float, ...]]:
    """Stratified operands, and nearby exponents so that cancellation and ties occur."""
    bound = Bound("", 0, "", arity, letter == "f")
    columns = [c.astype(float).tolist() for c in arguments(bound, count, seed)]
    generator = random.Random(seed)
    small = [[math.ldexp(generator.randint(-99, 99), generator.randint(-9, 9)) for _ in range(200)] for _ in columns]
    least = -149 if letter == "f" else -1074
    tiny = [[math.ldexp(generator.randint(-99, 99), least + k % 9) for k in range(100)] for _ in columns]
    rows = [*zip(*columns, strict=True), *zip(*small, strict=True), *zip(*tiny, strict=True)]
    return [row for row in rows if all(v == v for v in row)]


def equal(ours: float, exact: Any) -> bool:
    other = float(exact)
    return (ours != ours and other != other) or (ours == other and math.copysign(1, ours) == math.copysign(1, other))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("letter", ["f", "d"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_directed_binary(operation: str, letter: str, mode: str) -> None:
    context = gmpy2.context(round=MODES[mode], **FORMATS[letter])
    for a, b in operands(letter, 2):
        ours = call(f"{letter}{operation}_{mode}", letter * 3, a, b)
        exact = OPERATIONS[operation](context, mpfr(a), mpfr(b))
        assert equal(ours, exact), (a.hex(), b.hex(), ours.hex())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("letter", ["f", "d"])
def test_directed_root_reciprocal_fma(letter: str, mode: str) -> None:
    context = gmpy2.context(round=MODES[mode], **FORMATS[letter])
    fused = {"f": ["fmaf", "fmaf_ieee"], "d": ["fma"]}[letter]
    for a, b, c in operands(letter, 3):
        assert equal(call(f"{letter}sqrt_{mode}", letter * 2, a), context.sqrt(mpfr(a))), a.hex()
        assert equal(call(f"{letter}rcp_{mode}", letter * 2, a), context.div(mpfr(1), mpfr(a))), a.hex()
        exact = context.fma(mpfr(a), mpfr(b), mpfr(c))
        for name in fused:
            assert equal(call(f"{name}_{mode}", letter * 4, a, b, c), exact), (a.hex(), b.hex(), c.hex())


def test_reciprocal_root_is_correctly_rounded() -> None:
    context = gmpy2.context(**FORMATS["f"])
    for (a,) in operands("f", 1, 4000):
        if a > 0:
            assert equal(call("frsqrt_rn", "ff", a), context.rec_sqrt(mpfr(a))), a.hex()


ROUND = {"rn": round, "rz": math.trunc, "ru": math.ceil, "rd": math.floor}
INTEGERS = {"int": ("i", -(2**31), 2**31 - 1), "uint": ("u", 0, 2**32 - 1)}
INTEGERS |= {"ll": ("l", -(2**63), 2**63 - 1), "ull": ("q", 0, 2**64 - 1)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("source", ["float", "double"])
@pytest.mark.parametrize("target", INTEGERS)
def test_to_integer(source: str, target: str, mode: str) -> None:
    letter, low, high = INTEGERS[target]
    name, of = f"{source}2{target}_{mode}", source[0]
    for (x,) in operands(of, 1):
        exact = (high if x > 0 else low) if math.isinf(x) else min(max(ROUND[mode](Fraction(x)), low), high)
        assert call(name, letter + of, x) == exact, x.hex()
    nan = 0 if source == "float" and "ll" not in target else (1 << (63 if "ll" in target else 31))
    assert call(name, letter + of, math.nan) & (2**64 - 1 if "ll" in target else 2**32 - 1) == nan


@pytest.mark.parametrize("mode", MODES)
def test_from_integer_and_narrowing(mode: str) -> None:
    generator = random.Random(4)
    single = gmpy2.context(round=MODES[mode], **FORMATS["f"])
    double = gmpy2.context(round=MODES[mode], **FORMATS["d"])
    wide = gmpy2.context(precision=80)
    for source, (letter, low, high) in INTEGERS.items():
        values = [low, high, 0, 1, high - 1, 2**24 + 1, 2**25 - 1, high // 3]
        values += [max(low, min(high, generator.randint(low, high) >> generator.randint(0, 60))) for _ in range(300)]
        for value in values:
            exact = mpfr(value, context=wide)
            assert call(f"{source}2float_{mode}", "f" + letter, value) == float(single.plus(exact)), value
            if "ll" in source:
                assert call(f"{source}2double_{mode}", "d" + letter, value) == float(double.plus(exact)), value
    for (x,) in operands("d", 1, 1500):
        assert equal(call(f"double2float_{mode}", "fd", x), single.plus(mpfr(x))), x.hex()


def test_half_both_ways() -> None:
    every = np.arange(65536, dtype=np.uint16)
    for bits, value in zip(every.tolist(), every.view(np.float16).astype(float).tolist(), strict=True):
        assert equal(call("half2float", "fh", bits), value)
        if value == value:
            assert call("float2half_rn", "hf", value) == bits
    with np.errstate(over="ignore"):
        for (x,) in operands("f", 1, 3000):
            assert call("float2half_rn", "hf", x) == int(np.float16(np.float32(x)).view(np.uint16)), x.hex()


def wrap(value: int, bits: int, signed: bool) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


def low24(x: int, signed: bool) -> int:
    return wrap(x, 24, signed)


U32, U64 = 2**32 - 1, 2**64 - 1
INTEGER_RULES: list[tuple[str, str, Any]] = [
    ("abs", "ii", lambda a: wrap(abs(a), 32, True)),
    ("llabs", "ll", lambda a: wrap(abs(a), 64, True)),
    ("brev", "ii", lambda a: wrap(int(f"{a & U32:032b}"[::-1], 2), 32, True)),
    ("brevll", "ll", lambda a: wrap(int(f"{a & U64:064b}"[::-1], 2), 64, True)),
    ("clz", "ii", lambda a: 32 - (a & U32).bit_length()),
    ("clzll", "il", lambda a: 64 - (a & U64).bit_length()),
    ("ffs", "ii", lambda a: (a & -a & U32).bit_length()),
    ("ffsll", "il", lambda a: (a & -a & U64).bit_length()),
    ("popc", "iu", lambda a: bin(a).count("1")),
    ("popcll", "iq", lambda a: bin(a).count("1")),
    ("mulhi", "iii", lambda a, b: a * b >> 32),
    ("umulhi", "uuu", lambda a, b: a * b >> 32),
    ("mul64hi", "lll", lambda a, b: a * b >> 64),
    ("umul64hi", "qqq", lambda a, b: a * b >> 64),
    ("mul24", "iii", lambda a, b: wrap(low24(a, True) * low24(b, True), 32, True)),
    ("umul24", "uuu", lambda a, b: wrap(low24(a, False) * low24(b, False), 32, False)),
    ("hadd", "iii", lambda a, b: (a + b) >> 1),
    ("rhadd", "iii", lambda a, b: (a + b + 1) >> 1),
    ("uhadd", "iuu", lambda a, b: wrap((a + b) >> 1, 32, True)),
    ("urhadd", "uuu", lambda a, b: (a + b + 1) >> 1),
    ("sad", "iiii", lambda a, b, c: wrap(abs(a - b) + c, 32, True)),
    ("usad", "uuuu", lambda a, b, c: wrap(abs(a - b) + c, 32, False)),
    ("min", "iii", min),
    ("umax", "uuu", max),
    ("llmin", "lll", min),
    ("ullmax", "qqq", max),
    (
        "byte_perm",
        "iiii",
        lambda a, b, s: wrap(
            sum(((((b & U32) << 32 | a & U32) >> 8 * (s >> 4 * i & 7)) & 255) << 8 * i for i in range(4)), 32, True
        ),
    ),
]


@pytest.mark.parametrize(("name", "signature", "rule"), INTEGER_RULES, ids=[row[0] for row in INTEGER_RULES])
def test_integer(name: str, signature: str, rule: Any) -> None:
    generator = random.Random(5)
    limits = {"i": (32, True), "u": (32, False), "l": (64, True), "q": (64, False)}

    def values(letter: str) -> list[int]:
        bits, signed = limits[letter]
        edge = [0, 1, 2, -1, -2, 1 << (bits - 1), (1 << (bits - 1)) - 1]
        drawn = [generator.getrandbits(bits) >> generator.randint(0, bits) for _ in range(150)]
        return [wrap(v, bits, signed) for v in edge + drawn]

    columns = [values(letter) for letter in signature[1:]]
    for column in columns[1:]:
        generator.shuffle(column)
    for row in zip(*columns, strict=True):
        assert call(name, signature, *row) == rule(*row), row


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("vadd2", 0x7FFF0001, 0x00010002, 0x80000003),
        ("vaddss2", 0x7FFF8000, 0x0001FFFF, 0x7FFF8000),
        ("vaddus4", 0xFF01FE02, 0x01010303, 0xFF02FF05),
        ("vsubus4", 0x01020304, 0x02010401, 0x00010003),
        ("vavgu4", 0x01020304, 0x02020202, 0x02020303),
        ("vhaddu4", 0x01020304, 0x02020202, 0x01020203),
        ("vcmpgtu4", 0x01FF0300, 0x02010300, 0x00FF0000),
        ("vcmpgts4", 0x01FF0300, 0x02010300, 0x00000000),
        ("vseteq2", 0x12345678, 0x12340000, 0x00010000),
        ("vmaxs4", 0x80017F00, 0x000000FF, 0x00017F00),
        ("vminu2", 0x80010005, 0x00020006, 0x00020005),
        ("vsadu4", 0x01020304, 0x04030201, 8),
        ("vsads2", 0x8000FFFF, 0x7FFF0001, 65535 + 2),
        ("vabsdiffs4", 0x80000001, 0x7F00FF02, 0xFF000101),
    ],
)
def test_packed(name: str, a: int, b: int, expected: int) -> None:
    assert call(name, "iii", a, b) & U32 == expected
