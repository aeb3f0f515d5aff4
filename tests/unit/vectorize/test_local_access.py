"""Local arrays element by element, lane after lane."""

from __future__ import annotations

from pass_support import excerpt, version

ARRAY = "  %l : ptr = alloca [allocated=type [8 x i32], alignment=4]\n"
SAME = f"""{ARRAY}  %nw : i64 = zext i32 %n
  %a : ptr = gep ptr %l, i64 %nw [offset=0, scales=(4)]
  store i32 %x, ptr %a [alignment=4]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""
OWN = SAME.replace("zext i32 %n", "zext i32 %x")


def test_one_index_for_all_lanes_is_one_vector() -> None:
    lines = version(SAME)
    assert (
        excerpt(lines, r"alloca \[|store <8|load <8|gather|scatter|mul|shl", "%S")
        == """\
%a0 = alloca [256 x i8], align 64
%t0 = load <8 x i32>, ptr %t1, align 4
store <8 x i32> %t0, ptr %t2, align 4
%t3 = load <8 x i32>, ptr %t4, align 4
store <8 x i32> %t3, ptr %t5, align 4"""
    )


def test_indices_that_differ_are_gathered() -> None:
    lines = version(OWN)
    assert (
        excerpt(lines, r"alloca \[|store <8|load <8|gather|scatter|mul|shl", "%S")
        == """\
%a0 = alloca [256 x i8], align 64
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = mul <8 x i32> %t3, splat (i32 32)
call void @masked.scatter(<8 x i32> %t0, <8 x ptr> align 4 %t4, <8 x i1> splat (i1 true))
%t5 = mul <8 x i32> %t6, splat (i32 32)
%t7 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t8, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)
store <8 x i32> %t7, ptr %t9, align 4"""
    )
