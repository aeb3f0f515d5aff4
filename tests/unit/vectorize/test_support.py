"""What is not taken runs one thread per call and says why."""

from __future__ import annotations

import pytest

from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import lane_writer
from anychip.vectorize.report import Report

REFUSED = {
    "some of the block's threads": "  barrier i32 0, i32 64\n  ret",
    "needs groups of 32": "  warp.barrier i32 -1\n  ret",
    "some lanes may reach before others": """  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^j
^a:
  barrier i32 0
  br -> ^j
^j:
  fence [ordering="seq_cst", scope="device"]
  ret""",
    "nothing leaves": "  br -> ^l\n^l:\n  br -> ^l",
    "irreducible": """  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  condbr i1 %c -> ^b, ^z
^b:
  condbr i1 %c -> ^a, ^z
^z:
  ret""",
    "nanosleep": "  nanosleep i32 5\n  ret",
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_not_taken_runs_by_thread_and_says_why(reason: str) -> None:
    module = parse_module(f"define kernel external void @k() {{\n^e:\n{REFUSED[reason]}\n}}\n")
    report = Report()
    write_scalar(module, lookup(), module_symbol="m", hidden=True, write_kernel=lane_writer(16, report))
    assert reason in report.refused["k"]
    assert not report.lanes
