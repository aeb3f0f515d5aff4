"""What the runtime calls: the loop over groups, and the choice of version for a group that waits."""

from __future__ import annotations

from pass_support import excerpt, function_lines, llvm

STORE = "  store i32 %x, ptr %p [alignment=4]\n  ret"
SCHEDULED = "  barrier i32 0\n  barrier i32 1\n" + STORE


def test_rows_run_in_groups_and_narrow_blocks_thread_by_thread() -> None:
    lines = function_lines(llvm(STORE, 16), "d.k.groups")
    assert (
        excerpt(lines, "call|icmp|br i1|and i32")
        == """\
%beside = and i32 %dim.x, 15
%even = icmp eq i32 %beside, 0
%narrow = icmp ult i32 %dim.x, 8
%y.over = and i32 %dim.y, 0
%y.even = icmp eq i32 %y.over, 0
br i1 %narrow, label %threads, label %z.loop
call void @"d.k.block"(ptr %thread)
%wide = icmp ne i32 %whole, 0
br i1 %wide, label %x.loop, label %x.end
call void @"d.k.lanes16.full"(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 16)
%x.more = icmp ult i32 %x.next, %whole
br i1 %x.more, label %x.loop, label %x.end
br i1 %even, label %y.end, label %tail
%some = icmp ult i32 %rest, 16
call void @"d.k.lanes16.part"(ptr %thread, i32 %x.tail, i32 %y, i32 %z, i32 %linear.tail, i32 %existing)
%tail.more = icmp ult i32 %x.after, %dim.x
br i1 %tail.more, label %tail, label %y.end
%y.more = icmp ult i32 %y.next, %dim.y
br i1 %y.more, label %y.loop, label %z.end
%z.more = icmp ult i32 %z.next, %dim.z
br i1 %z.more, label %z.loop, label %done"""
    )


def test_the_version_of_a_waiting_group_is_chosen_by_its_block() -> None:
    lines = function_lines(llvm(SCHEDULED, 16), "d.k.strand")
    assert (
        excerpt(lines, "call|icmp|br i1|and i|ret|select")
        == """\
%whole = icmp uge i32 %rest, 16
%beside = and i32 %dim.x, 15
%rows = icmp eq i32 %beside, 0
%straight = and i1 %rows, %whole
br i1 %straight, label %full, label %any
%full.state = call signext i32 @"d.k.lanes16.full"(ptr %thread, ptr %frame, i32 signext %state, \
i32 %x, i32 %y, i32 %z, i32 %linear, i32 16)
ret i32 %full.state
%more = icmp ugt i32 %rest, 16
%existing = select i1 %more, i32 16, i32 %rest
%any.state = call signext i32 @"d.k.lanes16.part"(ptr %thread, ptr %frame, i32 signext %state, \
i32 %x, i32 %y, i32 %z, i32 %linear, i32 %existing)
ret i32 %any.state"""
    )
