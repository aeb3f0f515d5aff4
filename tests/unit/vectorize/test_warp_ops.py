"""Votes, shuffles and barriers of a warp in one call, without waiting."""

from __future__ import annotations

from pass_support import excerpt, version

VOTE = """  %c : i1 = icmp i32 %x, i32 3 [predicate="slt"]
  %m : i32 = vote i32 -1, i1 %c [mode="ballot", sync]
  store i32 %m, ptr %p [alignment=4]
  ret"""
SHUFFLE = """  %v : i32 = shuffle i32 -1, i32 %x, i32 1, i32 31 [mode="bfly", sync]
  store i32 %v, ptr %p [alignment=4]
  ret"""
BARRIER = "  warp.barrier i32 -1\n  store i32 %x, ptr %p [alignment=4]\n  ret"
IOTAS = "select .*i32 31>$"


def test_a_ballot_is_the_comparison_s_bits() -> None:
    found = excerpt(version(VOTE, lanes=32), "icmp slt|bitcast|reduce", "%S")
    assert (
        found
        == """\
%t0 = icmp slt <32 x i32> %t1, splat (i32 3)
%t2 = bitcast <32 x i1> %t3 to i32"""
    )


def test_a_butterfly_takes_each_lane_s_value_from_where_its_number_says() -> None:
    lines = version(SHUFFLE, lanes=32)
    assert sum(line.count("= extractelement <32 x i32>") for line in lines) == 64  # a number and a value for each lane
    assert (
        excerpt(lines, "xor <32 x i32> <|icmp|select|, i64 31$", IOTAS)
        == """\
%t0 = xor <0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31>, %t1
%t2 = icmp sle <32 x i32> %t0, %t3
%t4 = extractelement <32 x i32> %t5, i64 31
%t6 = insertelement <32 x i32> %t7, i32 %t8, i64 31"""
    )


def test_a_barrier_of_the_whole_warp_costs_nothing() -> None:
    assert (
        excerpt(version(BARRIER, lanes=32), "resume|switch|ret i32|fence")
        == """\
switch i32 %state, label %bad [ i32 0, label %start  ]
ret i32 -1"""
    )
