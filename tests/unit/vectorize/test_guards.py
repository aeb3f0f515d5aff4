"""Addresses that are strided unless an index wraps: one comparison where the access stands."""

from __future__ import annotations

from pass_support import excerpt, version

BODY = """  %m : i32 = load ptr %in [alignment=4]
  %i : i32 = add i32 %t, i32 %m
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_a_test_chooses_between_one_load_and_a_gather() -> None:
    lines = version(BODY)
    assert (
        excerpt(lines, r"icmp|br i1|gather|load <8|phi|load i32")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = load i32, ptr %t3, align 4
%t4 = icmp ule i32 %t5, -8
br i1 %t4, label %straight0, label %general0
%t6 = load <8 x i32>, ptr %t7, align 4
%t8 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t9, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)
%t10 = phi <8 x i32> [ %t6, %straight0 ], [ %t8, %general0 ]"""
    )
