"""How each value is held: once, by a base and a stride, by a vector, or only where it is asked for."""

from __future__ import annotations

import pytest
from pass_support import shapes_of

from anychip.vectorize.shapes import Grouping


@pytest.mark.parametrize(
    ("operation", "stride"),
    [
        ("add i32 %t, i32 %n", 1),
        ("mul i32 %t, i32 12", 12),
        ("sub i32 7, i32 %t", -1),
        ("shl i32 %t, i32 3", 8),
        ("sub i32 %t, i32 %t", 0),
        ("mul i32 %t, i32 %t", None),
        ("mul i32 %n, i32 %n", 0),
    ],
)
def test_strides(operation: str, stride: int | None) -> None:
    function, _, shapes = shapes_of(f'  %t : i32 = sreg [register="tid.x"]\n  %r : i32 = {operation}\n  ret')
    result = next(item for item in function.instructions() if item.name == "r")
    assert shapes.stride(result) == stride


@pytest.mark.parametrize(
    ("operation", "stride"),
    [
        ("lshr i32 %t, i32 5", 0),
        ("lshr i32 %t, i32 4", None),
        ("and i32 %t, i32 31", 1),
        ("and i32 %t, i32 992", 0),
        ("and i32 %t, i32 7", None),
        ("lshr i32 %off, i32 5", None),
        ("and i32 %four, i32 124", 4),
    ],
)
def test_upper_bits_are_uniform_in_an_aligned_group(operation: str, stride: int | None) -> None:
    body = f"""  %t : i32 = sreg [register="tid.x"]
  %off : i32 = add i32 %t, i32 1
  %four : i32 = shl i32 %t, i32 2
  %r : i32 = {operation}
  ret"""
    function, _, shapes = shapes_of(body, Grouping.WHOLE)
    assert shapes.stride(next(item for item in function.instructions() if item.name == "r")) == stride


@pytest.mark.parametrize(
    ("predicate", "limit", "stride"),
    [("ult", 32, 0), ("slt", 64, 0), ("ugt", 31, 0), ("ult", 31, None), ("eq", 0, None)],
)
def test_whole_warps_compare_alike(predicate: str, limit: int, stride: int | None) -> None:
    body = f"""  %t : i32 = sreg [register="tid.x"]
  %r : i1 = icmp i32 %t, i32 {limit} [predicate="{predicate}"]
  ret"""
    function, _, shapes = shapes_of(body, Grouping.WHOLE)
    assert shapes.stride(next(item for item in function.instructions() if item.name == "r")) == stride


def test_an_extension_of_an_index_that_may_wrap_is_strided_only_under_a_guard() -> None:
    body = '  %t : i32 = sreg [register="tid.x"]\n  %i : i32 = sub i32 %t, i32 1\n  %w : i64 = zext i32 %i\n  ret'
    function, _, shapes = shapes_of(body)
    extension = next(item for item in function.instructions() if item.name == "w")
    assert shapes.stride(extension) is None
    assert shapes.guarded_stride(extension) == 1
    assert shapes.lazy == {extension}


LAST_ROUND = """  %t : i32 = sreg [register="tid.x"]
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^h
  %k1 : i32 = add i32 %k, i32 1
  %c : i1 = icmp i32 %k1, i32 %t [predicate="slt"]
  condbr i1 %c -> ^h, ^z
^z:
  %r : i32 = mul i32 %k1, i32 3
  ret"""


def test_what_is_used_behind_a_divergent_loop_lasts() -> None:
    function, structure, shapes = shapes_of(LAST_ROUND)
    assert {loop.header for loop in shapes.facts.divergent_loops} == set(structure.loops)
    value, behind = (next(item for item in function.instructions() if item.name == name) for name in ("k1", "r"))
    assert value.block is not None
    assert behind.block is not None
    assert set(shapes.lasting) == {value}
    assert shapes.stride_at(value, value.block) == 0
    assert shapes.stride_at(value, behind.block) is None
    assert shapes.stride(behind) is None
