"""Groups of several rows: together if their guards hold and the rows agree, else row by row."""

from __future__ import annotations

from pass_support import TARGET, excerpt, function_lines

from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.vectorize.pipeline import lane_writer

ROWS = """define kernel external void @k(ptr %out, i32 %n) {
^e:
  %x : i32 = sreg [register="tid.x"]
  %y : i32 = sreg [register="tid.y"]
  %c : i1 = icmp i32 %y, i32 %n [predicate="slt"]
  condbr i1 %c -> ^a, ^z
^a:
  %r : i32 = mul i32 %y, i32 %n
  %i : i32 = add i32 %r, i32 %x
  %w : i64 = zext i32 %i
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  store i32 %n, ptr %p [alignment=4]
  br -> ^z
^z:
  ret
}
"""


def text() -> str:
    module = parse_module(ROWS)
    return write_scalar(module, TARGET, module_symbol="m", hidden=True, write_kernel=lane_writer(16))


def test_rows_that_do_not_agree_run_one_by_one() -> None:
    lines = function_lines(text(), "d.k.lanes16.rows4.choice")
    assert (
        excerpt(lines, "call|br i1|store")
        == """\
%holds = call i1 @"d.k.lanes16.rows4.holds"(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 %existing)
br i1 %holds, label %together, label %apart
store volatile i32 4, ptr %rows.at, align 4
call void @"d.k.lanes16.rows4"(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 %existing)
store volatile i32 0, ptr %rows.at, align 4
store volatile i32 %row.y, ptr %idx.y, align 4
store volatile i32 %row.linear, ptr %linear.at, align 4
call void @"d.k.lanes16.full"(ptr %thread, i32 %x, i32 %row.y, i32 %z, i32 %row.linear, i32 %existing)
br i1 %more, label %row, label %end
store volatile i32 %y, ptr %idx.y, align 4"""
    )


def test_the_rows_must_agree_and_no_index_wrap() -> None:
    lines = function_lines(text(), "d.k.lanes16.rows4.holds")
    assert (
        excerpt(lines, "icmp|ret")
        == """\
%t0 = icmp ule i32 %t1, -16
%t2 = icmp ule i32 %t3, -16
%t4 = icmp ule i32 %t5, -16
%t6 = icmp ule i32 %t7, -16
%t8 = icmp slt i32 %tid.y, %t9
%t10 = icmp slt i32 %t11, %t9
%t12 = icmp eq i1 %t8, %t10
%t13 = icmp slt i32 %t14, %t9
%t15 = icmp eq i1 %t8, %t13
%t16 = icmp slt i32 %t17, %t9
%t18 = icmp eq i1 %t8, %t16
ret i1 %t19"""
    )
