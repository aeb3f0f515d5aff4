"""Operations without effects on vectors of all lanes."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

CASES = {
    "add i32 %x, i32 %n": """\
%t0 = icmp slt <8 x i32> %t1, splat (i32 9)
%t2 = shufflevector <8 x i32> %t3, <8 x i32> poison, <8 x i32> zeroinitializer
%t4 = add <8 x i32> %t1, %t2
store <8 x i32> %t4, ptr %t5, align 4""",
    "select i1 %c, i32 %x, i32 7": """\
%t0 = icmp slt <8 x i32> %t1, splat (i32 9)
%t2 = select <8 x i1> %t0, <8 x i32> %t1, <8 x i32> splat (i32 7)
store <8 x i32> %t2, ptr %t3, align 4""",
}


@pytest.mark.parametrize("operation", CASES)
def test_one_vector_operation(operation: str) -> None:
    body = f"""  %c : i1 = icmp i32 %x, i32 9 [predicate="slt"]
  %v : i32 = {operation}
  store i32 %v, ptr %p [alignment=4]
  ret"""
    found = excerpt(version(body), r"icmp|add <|select|shufflevector|store <", "%S|alloca|zeroinitializer, ptr")
    assert found == CASES[operation]


def test_thread_indices_of_groups_across_rows() -> None:
    body = """  %y : i32 = sreg [register="tid.y"]
  barrier i32 0
  store i32 %y, ptr %p [alignment=4]
  ret"""
    lines = version(body, "part")
    assert (
        excerpt(lines, r"urem|udiv")
        == """\
%t0 = urem <8 x i32> %t1, %t2
%t3 = udiv <8 x i32> %t4, %t5
%t6 = urem <8 x i32> %t3, %t7
%t8 = urem <8 x i32> %t9, %t10
%t11 = udiv <8 x i32> %t12, %t13
%t14 = urem <8 x i32> %t11, %t15"""
    )
