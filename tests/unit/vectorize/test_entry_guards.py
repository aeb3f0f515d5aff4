"""Which tests are made before a group starts, and what may be assumed behind them."""

from __future__ import annotations

from pass_support import excerpt, named, prepared, version

from anychip.vectorize.entry_guards import assume_guards
from anychip.vectorize.shapes import Grouping

INDEX = """  %i : i32 = add i32 %t, i32 %n
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""
LOADED = INDEX.replace("i32 %n", "i32 %m").replace("  %i :", "  %m : i32 = load ptr %in [alignment=4]\n  %i :", 1)


def strides(body: str, grouping: Grouping = Grouping.WHOLE) -> tuple[int | None, int]:
    """The stride of the loaded address, and the number of tests."""
    function = prepared(body)
    shapes, guards = assume_guards(function, grouping, 8)
    return shapes.stride(named(function, "a")), len(guards)


def test_an_index_of_arguments_and_registers_is_tested_at_the_start() -> None:
    assert strides(INDEX) == (4, 1)
    assert strides(INDEX, Grouping.ROW) == (None, 0)


def test_an_index_from_memory_is_not() -> None:
    assert strides(LOADED) == (None, 0)


def test_a_group_that_fails_runs_in_the_version_that_assumes_nothing() -> None:
    lines = version(INDEX)
    assert (
        excerpt(lines, r"icmp|and i1|assured|otherwise|call void|ret|load <8")
        == """\
%t0 = icmp ule i32 %t1, -8
%t2 = and i1 true, %t0
br i1 %t2, label %assured, label %otherwise
otherwise:
call void @"d.k.lanes8.part"(ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing)
ret void
assured:
%t3 = load <8 x i32>, ptr %t4, align 4
%t5 = load <8 x i32>, ptr %t6, align 4
ret void"""
    )
