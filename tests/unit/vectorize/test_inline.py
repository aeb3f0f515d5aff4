"""Calls become the bodies of what they call, unless that is recursive or too large."""

from __future__ import annotations

from anychip.analysis.verifier import verify
from anychip.ir import Function
from anychip.ir.parser import parse_module
from anychip.vectorize.clone import clone_kernel, normalize
from anychip.vectorize.inline import inline_calls

CALLS = """
define internal i32 @twice(i32 %a) {
^e:
  %c : i1 = icmp i32 %a, i32 3 [predicate="slt"]
  condbr i1 %c -> ^x, ^y
^x:
  %m : i32 = mul i32 %a, i32 2
  ret i32 %m
^y:
  ret i32 %a
}
define internal i32 @endless(i32 %a) {
^e:
  %r : i32 = call ptr @endless, i32 %a [signature=type i32 (i32)]
  ret i32 %r
}
define kernel external void @k(ptr %out) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %a : i32 = call ptr @twice, i32 %t [signature=type i32 (i32)]
  %b : i32 = call ptr @twice, i32 %a [signature=type i32 (i32)]
  store i32 %b, ptr %out [alignment=4]
  ret
}
"""


def test_calls_are_inlined_and_recursion_is_left() -> None:
    module = parse_module(CALLS)
    copy, origin = clone_kernel(module.functions["k"], "k.copy")
    twice, endless = module.functions["twice"], module.functions["endless"]
    callees = {copy: frozenset({twice}), twice: frozenset[Function](), endless: frozenset({endless})}
    inline_calls(copy, origin, callees)
    normalize(copy)
    module.functions["k.copy"] = copy
    verify(module)
    opcodes = [item.opcode for item in copy.instructions()]
    assert "call" not in opcodes
    assert opcodes.count("mul") == 2
    assert all(item in origin for item in copy.instructions() if item.opcode == "mul")
