"""The lattice of lane shapes."""

from __future__ import annotations

from itertools import product

import pytest

from anychip.analysis.lane_shape import MAX_ALIGNMENT, Shape, join, local, power_of_two, strided, uniform, varying
from anychip.ir import I32, ConstantInt

HERE, THERE = ConstantInt(I32, 1), ConstantInt(I32, 2)
SHAPES = [uniform(4), uniform(1), strided(4, 64, 8), strided(8, 64, 8), varying(2), local(HERE), local(THERE, 4)]


@pytest.mark.parametrize(
    ("stride", "bits", "expected"),
    [(4, 32, strided(4, 64, 1)), (1 << 32, 32, uniform()), ((1 << 32) - 4, 32, strided(-4, 64, 1)), (1, 1, varying())],
)
def test_strides_are_taken_modulo_the_type(stride: int, bits: int, expected: Shape) -> None:
    assert strided(stride, bits, 1) == expected


@pytest.mark.parametrize(("number", "power"), [(0, MAX_ALIGNMENT), (1, 1), (12, 4), (-8, 8)])
def test_powers_of_two(number: int, power: int) -> None:
    assert power_of_two(number) == power


def test_every_lane_is_as_aligned_as_base_and_stride() -> None:
    assert [strided(stride, 64, 16).lane_alignment for stride in (4, 16, 64, 12)] == [4, 16, 16, 4]


def test_a_join_is_above_both_in_any_order() -> None:
    for first, second, third in product(SHAPES, repeat=3):
        both = join(first, second)
        assert both == join(second, first)
        assert join(both, first) == both
        assert join(join(first, second), third) == join(first, join(second, third))
    assert all(join(shape, shape) == join(shape, None) == shape for shape in SHAPES)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (uniform(4), uniform(16), uniform(4)),
        (strided(4, 64, 8), strided(4, 64, 2), strided(4, 64, 2)),
        (strided(4, 64, 8), strided(8, 64, 8), varying(4)),
        (uniform(8), strided(4, 64, 8), varying(4)),
        (local(HERE), local(HERE, 4), local(HERE, 4)),
        (local(HERE), local(THERE), varying()),
    ],
)
def test_joins(first: Shape, second: Shape, expected: Shape) -> None:
    assert join(first, second) == expected
