"""A kernel of its own: switches, latches and barriers in the form the passes work on."""

from __future__ import annotations

from pass_support import kernel

from anychip.analysis.verifier import verify
from anychip.vectorize.clone import split_barriers


def test_a_switch_becomes_comparisons() -> None:
    text = """define kernel external void @k(i32 %n) {
^e:
  switch i32 %n, i32 1, i32 2 -> ^d, ^j, ^j
^d:
  br -> ^j
^j:
  %r : i32 = phi i32 5, i32 6 -> ^e, ^d
  ret
}"""
    module, function = kernel(text)
    verify(module)
    assert not [item for item in function.instructions() if item.opcode == "switch"]
    phi = next(item for item in function.instructions() if item.opcode == "phi")
    assert len(phi.operands) == 3


def test_a_barrier_ends_its_block() -> None:
    module, function = kernel("define kernel external void @k() {\n^e:\n  barrier i32 0\n  barrier i32 0\n  ret\n}")
    split_barriers(function)
    verify(module)
    assert [[item.opcode for item in part.instructions] for part in function.blocks] == [
        ["barrier", "br"],
        ["barrier", "br"],
        ["ret"],
    ]
