"""What a group tells at a barrier with a vote, to the scheduler or to the rounds, and the answer it reads."""

from __future__ import annotations

import pytest
from pass_support import excerpt, refusal, version

VOTE = """  %c : i1 = icmp i32 %x, i32 9 [predicate="slt"]
  %v : RESULT = barrier.reduce i32 0, i1 %c [operation="OPERATION"]
  %r : i32 = KIND %v
  store i32 %r, ptr %p [alignment=4]
  ret"""


def vote(operation: str) -> str:
    kind, result = ("add i32 1, i32", "i32") if operation == "popc" else ("zext i1", "i1")
    return VOTE.replace("OPERATION", operation).replace("KIND", kind).replace("RESULT", result)


def test_groups_add_to_sums_of_the_round() -> None:
    lines = version(vote("popc"))
    start = lines.index("resume1:")
    assert (
        excerpt(lines[:start], "icmp slt|ctpop|bitcast|add i64|zext i8|store i64")
        == """\
%t0 = icmp slt <8 x i32> %t1, splat (i32 9)
%t2 = bitcast <8 x i1> %t3 to i8
%t4 = call i8 @ctpop(i8 %t2)
%t5 = zext i8 %t4 to i64
%t6 = add i64 %t7, %t5
store i64 %t6, ptr %t8, align 8
%t9 = bitcast <8 x i1> splat (i1 true) to i8
%t10 = call i8 @ctpop(i8 %t9)
%t11 = zext i8 %t10 to i64
%t12 = add i64 %t13, %t11
store i64 %t12, ptr %t14, align 8"""
    )


@pytest.mark.parametrize(
    ("operation", "answer"),
    [("popc", "trunc i64 YES to i32"), ("and", "icmp eq i64 YES, ALL"), ("or", "icmp ne i64 YES, 0")],
)
def test_the_answer_follows_from_the_sums(operation: str, answer: str) -> None:
    lines = version(vote(operation))
    behind = lines[lines.index("resume1:") :]
    found = excerpt(behind, r"load i64|trunc i64|icmp (eq|ne) i64")
    yes, all_, result = found.splitlines()
    words = {"YES": yes.split()[0], "ALL": all_.split()[0]}
    for word, text in words.items():
        answer = answer.replace(word, text)
    assert result.endswith(f"= {answer}")


def test_lanes_that_name_different_barriers_are_refused() -> None:
    assert "number differs between threads" in refusal("  barrier i32 %x\n  ret")
