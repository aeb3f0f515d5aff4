"""Which operations are done once, which on vectors, which lane after lane."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

CASES = {
    "once for all lanes": ("  %v : i32 = mul i32 %n, i32 %n\n", "mul i32"),
    "once, with a stride": ("  %v : i32 = mul i32 %t, i32 12\n", "mul i32"),
    "a vector": ("  %v : i32 = mul i32 %x, i32 %x\n", "mul <8 x i32>"),
    "a fence, once": ('  fence [ordering="seq_cst", scope="device"]\n  %v : i32 = add i32 %x, i32 1\n', "fence"),
}


@pytest.mark.parametrize("name", CASES)
def test_how_often(name: str) -> None:
    operation, expected = CASES[name]
    lines = version(f"{operation}  store i32 %v, ptr %p [alignment=4]\n  ret")
    assert sum(expected in line for line in lines) == 1, excerpt(lines)


def test_a_trap_names_the_first_active_lane() -> None:
    lines = version(
        '  %c : i1 = icmp i32 %x, i32 5 [predicate="eq"]\n  condbr i1 %c -> ^a, ^j\n^a:\n  trap\n'
        "  unreachable\n^j:\n  store i32 1, ptr %p [alignment=4]\n  ret"
    )
    assert (
        excerpt(lines, r"fail|well|cttz|add i32|@|unreachable", "%S")
        == """\
%t0 = call i1 @vector.reduce.or(<8 x i1> %t1)
br i1 %t0, label %fail0, label %well0
fail0:
well0:
%t2 = add i32 %linear, %t3
%t4 = add i32 %tid.x, %t3
call void @anychip_trap(ptr %thread, i32 signext 0)
%t5 = add i32 %linear, %t6
%t7 = add i32 %tid.x, %t6
call void @anychip_trap(ptr %thread, i32 signext 1)
unreachable
%t8 = call i8 @cttz(i8 %t9, i1 true)
%t10 = add i32 %linear, %t11
%t12 = add i32 %tid.x, %t11
call void @anychip_trap(ptr %thread, i32 signext 0)
%t13 = call i8 @cttz(i8 %t14, i1 true)
%t15 = add i32 %linear, %t16
%t17 = add i32 %tid.x, %t16
call void @anychip_trap(ptr %thread, i32 signext 1)
unreachable"""
    )
