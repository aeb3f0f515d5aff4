"""Structures at a constant stride: whole vectors and shuffles."""

from __future__ import annotations

from pass_support import excerpt, version

PAIRS = """  %a : ptr = gep ptr %in, i64 %w [offset=0, scales=(8)]
  %b : ptr = gep ptr %a [offset=4, scales=()]
  %u : i32 = load ptr %a [alignment=8]
  %v : i32 = load ptr %b [alignment=4]
"""
SWAP = """  %c : ptr = gep ptr %out, i64 %w [offset=0, scales=(8)]
  %d : ptr = gep ptr %c [offset=4, scales=()]
  store i32 %v, ptr %c [alignment=8]
  store i32 %u, ptr %d [alignment=4]
  ret"""
HALF = """  %c : ptr = gep ptr %out, i64 %w [offset=0, scales=(8)]
  store i32 %v, ptr %c [alignment=8]
  ret"""
WANTED = "load <|shufflevector|store <|scatter"


def test_pairs_are_taken_apart_and_put_together() -> None:
    assert (
        excerpt(version(PAIRS + SWAP), WANTED, "%S")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = load <8 x i32>, ptr %t3, align 8
%t4 = load <8 x i32>, ptr %t5, align 8
%t6 = shufflevector <8 x i32> %t2, <8 x i32> %t4, <0 2 4 6 8 10 12 14>
%t7 = shufflevector <8 x i32> %t2, <8 x i32> %t4, <1 3 5 7 9 11 13 15>
%t8 = shufflevector <8 x i32> %t7, <8 x i32> %t6, <0 8 1 9 2 10 3 11>
%t9 = shufflevector <8 x i32> %t7, <8 x i32> %t6, <4 12 5 13 6 14 7 15>
store <8 x i32> %t8, ptr %t10, align 8
store <8 x i32> %t9, ptr %t11, align 8"""
    )


def test_a_store_with_gaps_is_masked() -> None:
    found = excerpt(version(PAIRS + HALF), "scatter|masked.store", "%S")
    assert found.count("masked.store") == 2
    assert "scatter" not in found
