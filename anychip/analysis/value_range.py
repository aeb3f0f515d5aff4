"""Intervals of integers of a given width, read unsigned and signed at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache


@dataclass(frozen=True)
class Range:
    """Inclusive bounds of a value read unsigned (``low``, ``high``) and signed."""

    bits: int
    low: int
    high: int
    signed_low: int
    signed_high: int

    @property
    def constant(self) -> int | None:
        """The value read unsigned, if there is only one."""
        return self.low if self.low == self.high else None

    def bounds(self, *, signed: bool) -> tuple[int, int]:
        """Least and greatest value."""
        return (self.signed_low, self.signed_high) if signed else (self.low, self.high)

    def join(self, other: Range) -> Range:
        """Whatever is in one of both."""
        return make(
            self.bits,
            (min(self.low, other.low), max(self.high, other.high)),
            (min(self.signed_low, other.signed_low), max(self.signed_high, other.signed_high)),
        )

    def meet(self, other: Range) -> Range:
        """Whatever is in both; this range if nothing is (the code cannot be reached then)."""
        return make(
            self.bits,
            (max(self.low, other.low), min(self.high, other.high)),
            (max(self.signed_low, other.signed_low), min(self.signed_high, other.signed_high)),
            self,
        )


@cache
def full(bits: int) -> Range:
    """Every value of a width."""
    half = 1 << (bits - 1)
    return Range(bits, 0, 2 * half - 1, -half, half - 1)


@lru_cache(1 << 12)
def constant(bits: int, value: int) -> Range:
    """One value, given in any reading."""
    value &= (1 << bits) - 1
    number = value - (value >> (bits - 1) << bits)
    return Range(bits, value, value, number, number)


def unsigned(bits: int, low: int, high: int) -> Range:
    """From unsigned bounds, both inside the width."""
    everything = full(bits)
    return make(bits, (low, high), (everything.signed_low, everything.signed_high))


def signed(bits: int, low: int, high: int) -> Range:
    """From signed bounds, both inside the width."""
    everything = full(bits)
    return make(bits, (everything.low, everything.high), (low, high))


def make(bits: int, plain: tuple[int, int], negative: tuple[int, int], fallback: Range | None = None) -> Range:
    """Both readings, each narrowed by the other; ``fallback`` (else every value) if they contradict."""
    low, high = plain
    signed_low, signed_high = negative
    half, modulus = 1 << (bits - 1), 1 << bits
    # Within one half of the circle both readings differ by a constant.
    if high < half or low >= half:
        shift = modulus if low >= half else 0
        signed_low, signed_high = max(signed_low, low - shift), min(signed_high, high - shift)
    if signed_low >= 0 or signed_high < 0:
        shift = modulus if signed_high < 0 else 0
        low, high = max(low, signed_low + shift), min(high, signed_high + shift)
    if low > high or signed_low > signed_high:
        return fallback or full(bits)
    return Range(bits, low, high, signed_low, signed_high)


def from_exact(bits: int, plain: tuple[int, int], negative: tuple[int, int]) -> Range:
    """From bounds of the exact results in both readings: where all of them wrap alike, they are shifted back."""
    everything = full(bits)
    return make(
        bits,
        _wrapped(plain, everything.low, everything.high),
        _wrapped(negative, everything.signed_low, everything.signed_high),
    )


def _wrapped(bounds: tuple[int, int], least: int, greatest: int) -> tuple[int, int]:
    modulus = greatest - least + 1
    turns = (bounds[0] - least) // modulus
    low, high = bounds[0] - turns * modulus, bounds[1] - turns * modulus
    return (low, high) if high <= greatest else (least, greatest)
