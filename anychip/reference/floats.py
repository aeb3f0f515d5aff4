"""The four floating-point formats as bit patterns, and the one exact rounding to them.

A floating-point value of the executor is the integer of its bits, so that moving it never changes it. A finite value is
also ``(negative, magnitude, exponent)``: magnitude * 2**exponent with integers, which nothing rounds.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import cached_property

from anychip.ir import FloatType


@dataclass(frozen=True)
class Format:
    """An IEEE 754 binary format; ``precision`` counts the hidden bit (IEEE 754-2019, table 3.5)."""

    name: str
    bits: int
    precision: int

    @cached_property
    def sign_bit(self) -> int:
        """The bit that makes a number negative."""
        return 1 << (self.bits - 1)

    @cached_property
    def infinity(self) -> int:
        """Bits of +infinity."""
        return self.sign_bit - (1 << (self.precision - 1))

    @cached_property
    def nan(self) -> int:
        """Bits of the quiet NaN that all operations give."""
        return self.infinity | 1 << (self.precision - 2)

    @cached_property
    def least_exponent(self) -> int:
        """The least positive number is 2 to this power: -149 for float."""
        bias = (1 << (self.bits - self.precision - 1)) - 1
        return 2 - bias - self.precision

    @cached_property
    def _codec(self) -> tuple[struct.Struct, struct.Struct]:
        number, integer = {"half": ("<e", "<H"), "float": ("<f", "<I"), "double": ("<d", "<Q")}[self.name]
        return struct.Struct(number), struct.Struct(integer)

    def is_nan(self, bits: int) -> bool:
        """Whether the pattern is a NaN."""
        return bits & ~self.sign_bit > self.infinity

    def decode(self, bits: int) -> float:
        """The number as a Python float, exact (the payload of a NaN apart)."""
        if self.name == "bfloat":
            return FLOAT_FORMAT.decode(bits << 16)
        number, integer = self._codec
        return float(number.unpack(integer.pack(bits))[0])

    def encode(self, number: float) -> int:
        """Bits of the value nearest to ``number``, ties to even; infinity beyond the range."""
        if number != number:
            return self.nan
        if self.name == "bfloat":
            return self._encode_exactly(number)
        packed, integer = self._codec
        try:
            return int(integer.unpack(packed.pack(number))[0])
        except OverflowError:
            return self.infinity | (self.sign_bit if number < 0 else 0)

    def _encode_exactly(self, number: float) -> int:
        if math.isinf(number):
            return self.infinity | (self.sign_bit if number < 0 else 0)
        return self.round(*DOUBLE_FORMAT.split(DOUBLE_FORMAT.encode(number)))

    def split(self, bits: int) -> tuple[bool, int, int]:
        """(negative, magnitude, exponent) of a finite value."""
        fraction_bits = self.precision - 1
        rest = bits & ~self.sign_bit
        biased, fraction = rest >> fraction_bits, rest & ((1 << fraction_bits) - 1)
        negative = bool(bits & self.sign_bit)
        if biased == 0:
            return negative, fraction, self.least_exponent
        return negative, fraction | 1 << fraction_bits, self.least_exponent + biased - 1

    def round(self, negative: bool, magnitude: int, exponent: int) -> int:
        """Bits of the value nearest to (-1)**negative * magnitude * 2**exponent, ties to even."""
        sign = self.sign_bit if negative else 0
        if magnitude == 0:
            return sign
        lowest = max(magnitude.bit_length() + exponent - self.precision, self.least_exponent)
        kept = _shift_right_to_even(magnitude, lowest - exponent)
        # A carry out of the fraction moves into the exponent field by itself, which is what rounding up means.
        pattern = kept + ((lowest - self.least_exponent) << (self.precision - 1))
        return sign | min(pattern, self.infinity)


def _shift_right_to_even(value: int, amount: int) -> int:
    """value / 2**amount rounded to the nearest integer, ties to even."""
    if amount <= 0:
        return value << -amount
    kept, rest, half = value >> amount, value & ((1 << amount) - 1), 1 << (amount - 1)
    return kept + (rest > half or (rest == half and kept & 1 == 1))


HALF_FORMAT = Format("half", 16, 11)
BFLOAT_FORMAT = Format("bfloat", 16, 8)
FLOAT_FORMAT = Format("float", 32, 24)
DOUBLE_FORMAT = Format("double", 64, 53)
FORMATS = {format_.name: format_ for format_ in (HALF_FORMAT, BFLOAT_FORMAT, FLOAT_FORMAT, DOUBLE_FORMAT)}


def format_of(type_: FloatType) -> Format:
    """The format of an IR type."""
    return FORMATS[type_.name]
