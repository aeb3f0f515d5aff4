"""Addresses that may be consecutive by what is only known at run time are compared there."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

BODY = """  %i : i32 = OPERATION
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


@pytest.mark.parametrize(
    ("operation", "compared"),
    [
        ("xor i32 %t, i32 %n", True),
        ("urem i32 %t, i32 %n", True),
        ("urem i32 %t, i32 24", False),
        ("and i32 %x, i32 %n", False),
        ("mul i32 %t, i32 %t", False),
    ],
)
def test_what_is_compared(operation: str, compared: bool) -> None:
    lines = version(BODY.replace("OPERATION", operation))
    assert any("icmp eq <8 x ptr>" in line for line in lines) == compared
    assert any("gather" in line for line in lines)


def test_lane_0_and_the_row_it_would_begin() -> None:
    lines = version(BODY.replace("OPERATION", "xor i32 %t, i32 %n"))
    assert (
        excerpt(lines, r"extractelement|getelementptr i8, <|icmp|reduce|br i1|gather|load <8", "%S")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = getelementptr i8, <8 x ptr> %t3, <8 x i64> <0 -4 -8 -12 -16 -20 -24 -28>
%t4 = extractelement <8 x ptr> %t2, i64 0
%t5 = icmp eq <8 x ptr> %t2, %t6
%t7 = call i1 @vector.reduce.and(<8 x i1> %t5)
br i1 %t7, label %straight0, label %general0
%t8 = load <8 x i32>, ptr %t4, align 4
%t9 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t10, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)"""
    )
