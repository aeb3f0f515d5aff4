"""Which kernels run one thread at a time because each searches by a stack of its own."""

from __future__ import annotations

import pytest
from pass_support import kernel

from anychip.vectorize.search_bound import is_search_bound

SEARCH = """define kernel external void @k(ptr %out, ptr %in, i32 %n) {{
^e:
  %stack : ptr = alloca [allocated=type [16 x i32], alignment=4]
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %ip : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %first : i32 = load ptr %ip [alignment=4]
  store i32 %first, ptr %stack [alignment=4]
  br -> ^h
^h:
  %depth : i32 = phi i32 0, i32 %less, i32 %more -> ^e, ^up, ^down
  %wide : i64 = sext i32 {index}
  %p : ptr = gep ptr %stack, i64 %wide [offset=0, scales=(4)]
  %bits : i32 = load ptr %p [alignment=4]
  %empty : i1 = icmp i32 {tested}, i32 0 [predicate="eq"]
  condbr i1 %empty -> ^up, ^down
^down:
  %rest : i32 = lshr i32 %bits, i32 1
  %q : ptr = gep ptr %p [offset=4, scales=()]
  {write}
  {extra}
  %more : i32 = add i32 %depth, i32 1
  br -> ^h
^up:
  %less : i32 = sub i32 %depth, i32 1
  %go : i1 = icmp i32 %less, i32 0 [predicate="sge"]
  condbr i1 %go -> ^h, ^z
^z:
  %o : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  store i32 %depth, ptr %o [alignment=4]
  ret
}}
"""
CASES = {
    "a stack of the thread's own": ({}, True),
    "the array is only read": ({"write": ""}, False),
    "one place for all lanes": ({"index": "%n"}, False),
    "no lanes part inside": ({"tested": "%n"}, False),
    "arithmetic that lanes are good at": ({"extra": "%f : float = sitofp i32 %bits"}, False),
    "values from other lanes": ({"extra": "warp.barrier i32 -1"}, False),
}


@pytest.mark.parametrize("name", CASES)
def test_searches_by_a_stack_leave_little_to_lanes(name: str) -> None:
    changes, expected = CASES[name]
    write = "store i32 %rest, ptr %q [alignment=4]"
    words = {"index": "%depth", "tested": "%bits", "write": write, "extra": ""} | changes
    _, function = kernel(SEARCH.format(**words))
    assert is_search_bound(function, 16) == expected
