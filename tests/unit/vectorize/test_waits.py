"""What a group does at a barrier: saves what lives on, returns its next state, and finds all that again."""

from __future__ import annotations

from pass_support import SHARED, excerpt, version

BODY = """  %s : ptr<shared> = gep ptr<shared> @buf, i64 %w [offset=0, scales=(4)]
  store i32 %x, ptr<shared> %s [alignment=4]
  barrier i32 0
  %v : i32 = load ptr<shared> @buf [alignment=4]
  %r : i32 = add i32 %v, i32 %x
  store i32 %r, ptr %p [alignment=4]
  ret"""
LOCAL = """  %l : ptr = alloca [allocated=type [4 x i32], alignment=4]
  store i32 %x, ptr %l [alignment=4]
  barrier i32 0
  %v : i32 = load ptr %l [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_what_lives_on_goes_to_the_frame_and_back() -> None:
    assert (
        excerpt(version(BODY, globals_=SHARED), "frame|resume|switch|ret i32")
        == """\
switch i32 %state, label %bad [ i32 0, label %start i32 1, label %resume0 ]
%t0 = getelementptr i8, ptr %frame, i64 32
ret i32 1
resume0:
%t1 = getelementptr i8, ptr %frame, i64 32
ret i32 -1"""
    )


def test_groups_that_lack_lanes_keep_their_mask() -> None:
    lines = version(BODY, "part", globals_=SHARED)
    assert (
        excerpt(lines, "frame|resume|ret i32|bitcast|%M1")
        == """\
%M1 = alloca <8 x i1>
store <8 x i1> zeroinitializer, ptr %M1
switch i32 %state, label %bad [ i32 0, label %start i32 1, label %resume0 ]
%t0 = getelementptr i8, ptr %frame, i64 32
%t1 = bitcast <8 x i1> %t2 to i8
store i8 %t1, ptr %frame, align 8
ret i32 1
resume0:
%t3 = getelementptr i8, ptr %frame, i64 32
%t4 = load i8, ptr %frame, align 8
%t5 = bitcast i8 %t4 to <8 x i1>
store <8 x i1> %t5, ptr %M1
%t6 = load <8 x i1>, ptr %M1
store <8 x i1> zeroinitializer, ptr %M1
ret i32 -1"""
    )


def test_local_memory_lies_in_the_frame() -> None:
    lines = version(LOCAL)
    assert (
        excerpt(lines, "frame|%local")
        == """\
%local0 = getelementptr i8, ptr %frame, i64 64
store <8 x i32> %t0, ptr %local0, align 4
%t1 = load <8 x i32>, ptr %local0, align 4"""
    )
