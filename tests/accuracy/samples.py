"""Arguments to test with: all exponents and signs, the interesting interval, neighbours of special points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .bounds import Bound

Array = npt.NDArray[Any]
SPECIAL = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 10.0, 100.0, 1e10, 2.0**24, 2.0**53, 2.0**63, 1e30, 1e38]


def special_values(single: bool) -> Array:
    """Both signs of zero, subnormals, integers, half-integers, multiples of pi/2, limits, infinity; and NaN."""
    kind = np.float32 if single else np.float64
    info = np.finfo(kind)
    limits = [info.max, info.tiny, info.smallest_subnormal, info.tiny - info.smallest_subnormal, np.inf, info.eps]
    huge = [] if single else [1e300, 6381956970095103.0 * 2.0**797]
    multiples = [k * np.pi / 4 for k in range(1, 64)] + [k / 2 for k in range(1, 400)] + [np.log(2) / 2, 708.0, 88.0]
    centres = np.array([*SPECIAL, *limits, *huge, *multiples], dtype=kind)
    near = [centres]
    up = down = centres
    for _ in range(3):
        up, down = np.nextafter(up, kind(np.inf)), np.nextafter(down, kind(-np.inf))
        near += [up, down]
    positive = np.concatenate(near)
    return np.concatenate([positive, -positive, np.array([np.nan], dtype=kind)])


def _any_bits(random: np.random.Generator, count: int, single: bool) -> Array:
    """Every exponent and sign equally often."""
    if single:
        return random.integers(0, 2**32, count, dtype=np.uint32).view(np.float32)
    return random.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)


def _moderate(random: np.random.Generator, count: int, single: bool) -> Array:
    """Magnitudes 2^-20 to 2^12, both signs."""
    values = np.exp2(random.uniform(-20, 12, count)) * random.choice([-1.0, 1.0], count)
    return values.astype(np.float32 if single else np.float64)


def _column(random: np.random.Generator, count: int, bound: Bound) -> Array:
    quarter = count // 4
    kind = np.float32 if bound.single else np.float64
    focus = random.uniform(*bound.focus, quarter).astype(kind)
    special = random.choice(special_values(bound.single), quarter)
    return np.concatenate(
        [
            _any_bits(random, count - 3 * quarter, bound.single),
            _moderate(random, quarter, bound.single),
            focus,
            special,
        ]
    )


def arguments(bound: Bound, count: int, seed: int = 1) -> list[Array]:
    """One array per parameter; the strata of several parameters are mixed by independent permutation, half of them."""
    random = np.random.default_rng(seed)
    columns = [_column(random, count, bound) for _ in range(bound.arity)]
    half = count // 2
    for column in columns[1:]:
        column[:half] = column[random.permutation(count)[:half]]
    if bound.arity == 1:
        values = special_values(bound.single)[: count // 2]
        columns[0][-len(values) :] = values
    return columns
