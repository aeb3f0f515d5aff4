"""An index within bounds: where no active lane meets a bound, the lanes lie where they would without it."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

BODY = """  %j : i32 = add i32 %t, i32 1
  %i : i32 = OPERATION
  %iw : i64 = EXTENSION i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=8, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def lines_of(operation: str, extension: str = "sext") -> list[str]:
    return version(BODY.replace("OPERATION", operation).replace("EXTENSION", extension))


def test_the_bounded_index_is_compared_with_the_plain_one() -> None:
    assert (
        excerpt(lines_of("smin i32 %j, i32 %n"), r"icmp|reduce|and i1|br i1|gather|load <8|i64 8")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = getelementptr i8, <8 x ptr> %t3, i64 8
%t4 = getelementptr i8, ptr %t5, i64 8
%t6 = icmp sle i32 %t7, 2147483640
%t8 = icmp eq <8 x i32> %t9, %t10
%t11 = call i1 @vector.reduce.and(<8 x i1> %t8)
%t12 = and i1 %t6, %t11
br i1 %t12, label %straight0, label %general0
%t13 = load <8 x i32>, ptr %t4, align 4
%t14 = getelementptr i8, ptr %t15, i64 8
%t16 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t17, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)"""
    )


@pytest.mark.parametrize(
    ("operation", "extension", "test"),
    [
        ("smin i32 %j, i32 %n", "sext", "icmp sle i32 %t, 2147483640"),
        ("umax i32 %n, i32 %j", "zext", "icmp ule i32 %t, -8"),
    ],
)
def test_the_row_must_not_wrap(operation: str, extension: str, test: str) -> None:
    kind, _, bound = test.rpartition(" ")
    assert any(
        kind.partition(" %")[0] in line and line.endswith(f" {bound}") for line in lines_of(operation, extension)
    )


def test_an_index_that_is_in_no_row_is_not_compared() -> None:
    assert not any("icmp sle" in line for line in lines_of("smin i32 %x, i32 %n"))
