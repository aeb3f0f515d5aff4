"""What the block's shape says of groups: by linear index, by rows, and by rows of whole groups."""

from __future__ import annotations

import pytest

from anychip.analysis.launch_shape import LaunchShape, launch_shape
from anychip.ir.parser import parse_module

Extents = tuple[int | None, int | None, int | None]
UNKNOWN: Extents = (None, None, None)


@pytest.mark.parametrize(
    ("shape", "full", "aligned", "axis", "uniform"),
    [
        (LaunchShape(8), False, True, None, [False, False, False]),
        (LaunchShape(8, rows=True), False, False, 0, [False, True, True]),
        (LaunchShape(8, rows=True, whole_rows=True), True, True, 0, [False, True, True]),
        (LaunchShape(8, (16, None, None)), True, True, 0, [False, True, True]),
        (LaunchShape(8, (12, 1, 1)), False, True, 0, [False, True, True]),
        (LaunchShape(8, (12, 2, 1)), True, True, None, [False, False, True]),
        (LaunchShape(8, (1, 16, 2)), True, True, 1, [True, False, True]),
        (LaunchShape(8, (12, 1, 1), rows=True), False, False, 0, [False, True, True]),
        (LaunchShape(1), True, True, None, [True, True, True]),
    ],
)
def test_groups(shape: LaunchShape, full: bool, aligned: bool, axis: int | None, uniform: list[bool]) -> None:
    assert (shape.full_groups, shape.aligned, shape.contiguous_axis) == (full, aligned, axis)
    assert [shape.is_uniform(number) for number in range(3)] == uniform


@pytest.mark.parametrize(
    ("block", "extents"),
    [
        (UNKNOWN, [(1, 1024), (1, 1024), (1, 1024)]),
        ((32, None, None), [(32, 32), (1, 32), (1, 32)]),
        ((32, 8, None), [(32, 32), (8, 8), (1, 4)]),
    ],
)
def test_what_is_known_of_one_axis_bounds_the_others(block: Extents, extents: list[tuple[int, int]]) -> None:
    shape = LaunchShape(32, block)
    assert [shape.extent(axis) for axis in range(3)] == extents


@pytest.mark.parametrize(("bound", "limit"), [("", 1024), (" [max_threads=256]", 256), (" [max_threads=4096]", 1024)])
def test_launch_bounds(bound: str, limit: int) -> None:
    kernel = parse_module(f"define kernel external void @k(){bound} {{\n^e:\n  ret\n}}\n").functions["k"]
    assert launch_shape(kernel, 32).max_threads == limit


def test_whole_rows_are_rows() -> None:
    kernel = parse_module("define kernel external void @k() {\n^e:\n  ret\n}\n").functions["k"]
    assert launch_shape(kernel, 16, whole_rows=True) == LaunchShape(16, rows=True, whole_rows=True)
