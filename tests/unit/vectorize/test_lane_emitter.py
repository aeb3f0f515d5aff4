"""How values are held: in slots across blocks, as scalars where the stride says the rest, spread where wanted."""

from __future__ import annotations

from pass_support import excerpt, version

BODY = """  %k : i32 = mul i32 %n, i32 3
  %c : i1 = icmp i32 %n, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %v : i32 = add i32 %x, i32 %k
  store i32 %v, ptr %p [alignment=4]
  ret
^b:
  store i32 %t, ptr %p [alignment=4]
  ret"""


def test_slots_hold_one_scalar_for_what_all_lanes_share() -> None:
    assert (
        excerpt(version(BODY), "%S.* = alloca")
        == """\
%S0 = alloca i32
%S1 = alloca ptr
%S2 = alloca <8 x i32>
%S3 = alloca i32"""
    )


def test_a_stride_is_spread_from_lane_0() -> None:
    lines = version("  store i32 %t, ptr %p [alignment=4]\n  ret")
    assert (
        excerpt(lines, "shuffle|insertelement|add <|store <", "%S")
        == """\
%t0 = insertelement <8 x i32> poison, i32 %tid.x, i64 0
%t1 = shufflevector <8 x i32> %t0, <8 x i32> poison, <8 x i32> zeroinitializer
%t2 = add <8 x i32> %t1, <0 1 2 3 4 5 6 7>
store <8 x i32> %t2, ptr %t3, align 4"""
    )
