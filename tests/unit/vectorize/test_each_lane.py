"""What has no vector form is done for one lane after another."""

from __future__ import annotations

from pass_support import excerpt, version

CALL = """  call ptr @touch, ptr %q [signature=type void (ptr)]
  ret"""
DECLARED = """define internal void @touch(ptr %a) [noinline] {
^e:
  call ptr @touch, ptr %a [signature=type void (ptr)]
  ret
}
"""
STRUCT = """  %s : {i32, i32} = insert {i32, i32} zero, i32 %x [indices=(1)]
  %v : i32 = extract {i32, i32} %s [indices=(1)]
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_a_call_is_made_for_each_active_lane_in_turn() -> None:
    lines = version(CALL, "part", globals_=DECLARED)
    start = next(index for index, line in enumerate(lines) if line.startswith("lane"))
    assert (
        excerpt(lines[start - 1 :], r"phi|cttz|sub|and i8|icmp|br|call|^lane", "existing")
        == """\
br label %lane0
lane0:
%left0 = phi i8 [ %t0, %m.0 ], [ %t1, %lane0 ]
%t2 = call i8 @cttz(i8 %left0, i1 true)
call void @"d.touch"(ptr %thread, ptr %t3)
%t4 = sub i8 %left0, 1
%t1 = and i8 %left0, %t4
%t5 = icmp eq i8 %t1, 0
br i1 %t5, label %lanes0, label %lane0
lanes0:"""
    )


def test_values_that_make_no_vector_are_arrays_of_lanes() -> None:
    lines = version(STRUCT)
    assert sum("insertvalue [8 x {" in line.replace("{ ", "{") for line in lines) == 8
