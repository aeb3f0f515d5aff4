"""Addresses of lanes as one base and a vector of offsets."""

from __future__ import annotations

from pass_support import excerpt, version

BODY = """  %i : i64 = sext i32 %x
  %a : ptr = gep ptr %in, i64 %i [offset=12, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_a_base_and_offsets() -> None:
    assert (
        excerpt(version(BODY), "sext|getelementptr .*<8 x i64>|gather")
        == """\
%t0 = sext <8 x i32> %t1 to <8 x i64>
%t2 = getelementptr [4 x i8], ptr %t3, <8 x i64> %t0
%t4 = getelementptr [4 x i8], ptr %t5, <8 x i64> %t0
%t6 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t4, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)"""
    )
