"""A piece of memory that lies lane after lane, with and without a mask."""

from __future__ import annotations

from pass_support import excerpt, version

COPY = "  store i32 %x, ptr %p [alignment=4]\n  ret"


def test_all_lanes_are_one_plain_vector() -> None:
    assert (
        excerpt(version(COPY), "load <8 x i32>|store <8 x i32>", "%S|zeroinitializer")
        == """\
%t0 = load <8 x i32>, ptr %t1, align 4
store <8 x i32> %t0, ptr %t2, align 4"""
    )


def test_some_lanes_are_a_masked_vector() -> None:
    found = excerpt(version(COPY, "part"), "masked")
    assert (
        found
        == """\
%t0 = call <8 x i32> @masked.load(ptr align 4 %t1, <8 x i1> %t2, <8 x i32> zeroinitializer)
call void @masked.store(<8 x i32> %t0, ptr align 4 %t3, <8 x i1> %t2)"""
    )
