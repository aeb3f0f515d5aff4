"""Choices between equal values become these."""

from __future__ import annotations

from pass_support import kernel

from anychip.analysis.verifier import verify
from anychip.ir.printer import print_function
from anychip.vectorize.simplify_phis import simplify_phis

EQUAL_AND_OTHER = """define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %wa : i64 = zext i32 %t
  br -> ^j
^b:
  %wb : i64 = zext i32 %t
  %other : i32 = add i32 %t, i32 1
  br -> ^j
^j:
  %w : i64 = phi i64 %wa, i64 %wb -> ^a, ^b
  %same : i32 = phi i32 %n, i32 %n -> ^a, ^b
  %kept : i32 = phi i32 %t, i32 %other -> ^a, ^b
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %sum : i32 = add i32 %same, i32 %kept
  store i32 %sum, ptr %p [alignment=4]
  ret
}"""


def test_equal_arms_become_their_value_and_equal_operations_one() -> None:
    module, function = kernel(EQUAL_AND_OTHER)
    simplify_phis(function, {})
    verify(module)
    phis = [item for item in function.instructions() if item.opcode == "phi"]
    assert [phi.name for phi in phis] == ["kept"]
    meeting = phis[0].block
    assert meeting is not None
    assert [item.opcode for item in meeting.instructions] == ["phi", "zext", "gep", "add", "store", "ret"]
    total = next(item for item in meeting.instructions if item.opcode == "add")
    assert [operand.name for operand in total.operands] == ["n", "kept"]
    assert "phi i64" not in print_function(function)
