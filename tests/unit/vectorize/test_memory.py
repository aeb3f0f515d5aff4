"""How loads and stores are done, by how their addresses lie."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

ACCESSES = {
    "uniform": (
        "  %v : i32 = load ptr %in [alignment=4]\n",
        """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = load i32, ptr %t3, align 4
%t4 = shufflevector <8 x i32> %t5, <8 x i32> poison, <8 x i32> zeroinitializer
store <8 x i32> %t4, ptr %t6, align 4""",
    ),
    "contiguous": (
        "  %v : i32 = load ptr %q [alignment=4]\n",
        """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = load <8 x i32>, ptr %t1, align 4
store <8 x i32> %t2, ptr %t3, align 4""",
    ),
    "strided": (
        "  %a : ptr = gep ptr %in, i64 %w [offset=0, scales=(8)]\n  %v : i32 = load ptr %a [alignment=4]\n",
        """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = load <8 x i32>, ptr %t3, align 4
%t4 = load <8 x i32>, ptr %t5, align 4
%t6 = shufflevector <8 x i32> %t4, <8 x i32> poison, <1 2 3 4 5 6 7 poison>
%t7 = shufflevector <8 x i32> %t2, <8 x i32> %t6, <0 2 4 6 8 10 12 14>
store <8 x i32> %t7, ptr %t8, align 4""",
    ),
    "gathered": (
        "  %i : i64 = sext i32 %x\n"
        "  %a : ptr = gep ptr %in, i64 %i [offset=0, scales=(4)]\n"
        "  %v : i32 = load ptr %a [alignment=4]\n",
        """\
%t0 = load <8 x i32>, ptr %t1, align 4
%t2 = call <8 x i32> @masked.gather(<8 x ptr> align 4 %t3, <8 x i1> splat (i1 true), <8 x i32> zeroinitializer)
store <8 x i32> %t2, ptr %t4, align 4""",
    ),
}
LAST = "  %a : i32 = add i32 %x, i32 0\n  store i32 %x, ptr %out [alignment=4]\n  ret"


@pytest.mark.parametrize("name", ACCESSES)
def test_loads(name: str) -> None:
    access, expected = ACCESSES[name]
    lines = version(access + "  store i32 %v, ptr %p [alignment=4]\n  ret")
    found = excerpt(lines, "load <|load i32|shufflevector|gather|store <|store i32", "zeroinitializer, ptr|icmp")
    assert found == expected


def test_under_a_mask_only_active_lanes_are_touched() -> None:
    lines = version("  store i32 %x, ptr %p [alignment=4]\n  ret", "part")
    assert (
        excerpt(lines, "masked")
        == """\
%t0 = call <8 x i32> @masked.load(ptr align 4 %t1, <8 x i1> %t2, <8 x i32> zeroinitializer)
call void @masked.store(<8 x i32> %t0, ptr align 4 %t3, <8 x i1> %t2)"""
    )


def test_the_last_lane_wins_where_all_store_to_one_place() -> None:
    assert (
        excerpt(version(LAST), "extractelement|store i32")
        == """\
%t0 = extractelement <8 x i32> %t1, i64 7
store i32 %t0, ptr %t2, align 4"""
    )
