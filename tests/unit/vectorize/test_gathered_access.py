"""Accesses wherever each lane has them; neighbours of up to eight bytes at once."""

from __future__ import annotations

from pass_support import excerpt, version

ANYWHERE = """  %i : i64 = sext i32 %x
  %a : ptr = gep ptr %in, i64 %i [offset=0, scales=(8)]
  %b : ptr = gep ptr %a [offset=4, scales=()]
  %u : i32 = load ptr %a [alignment=4]
  %v : i32 = load ptr %b [alignment=4]
  %s : i32 = add i32 %u, i32 %v
  store i32 %s, ptr %p [alignment=4]
  ret"""
SCATTER = """  %i : i64 = sext i32 %x
  %a : ptr = gep ptr %out, i64 %i [offset=0, scales=(4)]
  store i32 %t, ptr %a [alignment=4]
  ret"""


def test_two_neighbours_are_gathered_as_one() -> None:
    assert (
        excerpt(version(ANYWHERE), "gather|shufflevector|bitcast|trunc|lshr")
        == """\
%t0 = call <8 x i64> @masked.gather(<8 x ptr> align 4 %t1, <8 x i1> splat (i1 true), <8 x i64> zeroinitializer)
%t2 = bitcast <8 x i64> %t0 to <16 x i32>
%t3 = shufflevector <16 x i32> %t2, <16 x i32> poison, <0 2 4 6 8 10 12 14>
%t4 = shufflevector <16 x i32> %t2, <16 x i32> poison, <1 3 5 7 9 11 13 15>"""
    )


def test_a_scatter_is_masked() -> None:
    found = excerpt(version(SCATTER, "part"), "scatter")
    assert found == "call void @masked.scatter(<8 x i32> %t0, <8 x ptr> align 4 %t1, <8 x i1> %t2)"
