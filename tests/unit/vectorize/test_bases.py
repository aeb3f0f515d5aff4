"""Lane 0's value by a scalar operation, mostly the one that stands there."""

from __future__ import annotations

from pass_support import excerpt, version

BODY = """  %two : i32 = shl i32 %t, i32 1
  %odd : i32 = or i32 %two, i32 1
  %ow : i64 = sext i32 %odd
  %a : ptr = gep ptr %in, i64 %ow [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_bases_are_scalars() -> None:
    assert (
        excerpt(version(BODY), r"shl|or i32|add i32|[sz]ext i32|getelementptr \[")
        == """\
%t0 = zext i32 %tid.x to i64
%t1 = getelementptr [4 x i8], ptr %t2, i64 %t0
%t3 = getelementptr [4 x i8], ptr %t4, i64 %t0
%t5 = shl i32 %tid.x, %t6
%t7 = or i32 %t8, 1
%t9 = sext i32 %t7 to i64
%t10 = getelementptr [4 x i8], ptr %t4, i64 %t9"""
    )
