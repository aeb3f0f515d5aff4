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

WIDE = "%nw : i64 = zext i32 %n\n  %iw : i64 = xor i64 %w, i64 %nw"


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
    assert any("reduce.and" in line for line in lines) == compared
    assert any("gather" in line for line in lines)


def test_lane_0_and_the_row_it_would_begin() -> None:
    lines = version(BODY.replace("OPERATION", "xor i32 %t, i32 %n"))
    assert (
        excerpt(lines, r"extractelement|i32 -1, i32 -2|icmp|reduce|and i1|br i1|gather|load <8", "%S")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = add <8 x i32> %t3, <0 -1 -2 -3 -4 -5 -6 -7>
%t4 = extractelement <8 x i32> %t2, i64 0
%t5 = icmp eq <8 x i32> %t2, %t6
%t7 = call i1 @vector.reduce.and(<8 x i1> %t5)
%t8 = icmp ule i32 %t4, -8
%t9 = and i1 %t7, %t8
br i1 %t9, label %straight0, label %general0
%t10 = load <8 x i32>, ptr %t11, align 4
%t12 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t13, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)"""
    )


def test_indices_of_64_bits_are_compared_as_addresses() -> None:
    lines = version(BODY.replace("%i : i32 = OPERATION\n  %iw : i64 = zext i32 %i", WIDE))
    assert (
        excerpt(lines, r"extractelement|i64 -4, i64 -8|icmp|reduce|br i1", "%S")
        == """\
%t0 = getelementptr i8, <8 x ptr> %t1, <8 x i64> <0 -4 -8 -12 -16 -20 -24 -28>
%t2 = extractelement <8 x ptr> %t0, i64 0
%t3 = icmp eq <8 x ptr> %t0, %t4
%t5 = call i1 @vector.reduce.and(<8 x i1> %t3)
br i1 %t5, label %straight0, label %general0"""
    )
