"""The .wir text form: exact round trip and clear errors."""

from __future__ import annotations

import pytest

from anychip.diagnostics import UserError
from anychip.ir import I8, ArrayType, ConstantBytes, ConstantFloat, FunctionType, Instruction
from anychip.ir.parser import parse_module
from anychip.ir.printer import print_module

EVERYTHING = """\
module "a \\22quoted\\22 name.cu"
file 0 "/src/k.cu"
file 1 "/include/h.h"
global @t : [256 x float] shared internal align 4 = zero
global @"odd name\\0a" : [3 x i8] generic private align 1 constant = c"a\\00\\ff"
global @dyn : [0 x float] shared external align 16
global @g : {i32, ptr, <2 x half>, [2 x double]} global external align 8 = [i32 -5, ptr address(@t, 8), \
<2 x half> [half 1.0, half 0x7e00], [2 x double] [double -0.0, double 1e-300]]
global @p : <{i8, i64}> constant external align 1 = [i8 7, i64 address(@helper, 0)]

declare external i32 @vprintf(ptr %format [noalias, readonly], ptr %arguments)

define internal float @helper(float %x, ...) [convergent, noinline] @ 0:3:0 {
^entry:
  %y : float = fma float %x, float 0.10000000149011612, float 0x7fc00001
  ret float %y
}

define kernel external void @k(ptr %s [by_value=type {float, [3 x i32]}, alignment=4, readonly], i32 %n, ptr %0) \
[max_threads=256, min_blocks=2] @ 0:6:0 {
^entry:
  %tid : i32 = sreg [register="tid.x"] @ 1:66:27 < 0:6:70 < 0:1:2
  %a : ptr = alloca [allocated=type [4 x i32], alignment=4]
  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^loop
  %next : i32 = add i32 %i, i32 1 [nsw] @ 0:7:3
  %e : ptr<shared> = gep ptr<shared> @t, i64 %wide [offset=-4, scales=(4, 8), inbounds=false]
  %wide : i64 = sext i32 %i
  %r : float = call ptr @helper, float 1.5 [signature=type float (float, ...)]
  %c : i1 = icmp i32 %next, i32 %n [predicate="slt"]
  %agg : [2 x i32] = insert [2 x i32] zero, i32 1 [indices=(0)]
  %agg2 : [2 x i32] = insert [2 x i32] [i32 1, i32 2], i32 1 [indices=(0)]
  condbr i1 %c -> ^loop, ^"exit block" @ 0:8:1
^"exit block":
  switch i32 %n, i32 -1, i32 7 -> ^done, ^done, ^loop
^done:
  ret
}
"""


def test_text_round_trips_exactly() -> None:
    module = parse_module(EVERYTHING)
    assert print_module(module) == EVERYTHING


def test_values_are_what_the_text_says() -> None:
    module = parse_module(EVERYTHING)
    kernel = module.functions["k"]
    assert kernel.kernel
    assert kernel.attributes == {"max_threads": 256, "min_blocks": 2}
    tid = kernel.entry.instructions[0]
    assert tid.location is not None
    assert tid.location.inlined_at is not None
    assert (tid.location.file, tid.location.line, tid.location.inlined_at.column) == ("/include/h.h", 66, 70)
    phi = next(kernel.blocks[1].phis())
    assert phi.operands[1] is kernel.blocks[1].instructions[1]
    assert phi.targets == kernel.blocks[:2]
    call = kernel.blocks[1].instructions[4]
    assert call.operands[0] is module.functions["helper"]
    assert isinstance(call.attributes["signature"], FunctionType)
    text = module.globals["odd name\n"].initializer
    assert isinstance(text, ConstantBytes)
    assert (text.type, text.data) == (ArrayType(I8, 3), b"a\x00\xff")
    fma = module.functions["helper"].entry.instructions[0]
    assert isinstance(fma, Instruction)
    assert isinstance(fma.operands[2], ConstantFloat)
    assert fma.operands[2].bits == 0x7FC00001


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("^e:\n  %x : i32 = frobnicate", 3, "no opcode 'frobnicate'"),
        ("^e:\n  %x : i32 = add i32 %y, i32 1\n  ret", 3, "%y is not defined"),
        ("^e:\n  br -> ^nowhere", 3, "no block ^nowhere"),
        ("^e:\n  %x : i32 = add i32 1, i32 2\n  %x : i32 = add i32 1, i32 2", 4, "%x is defined twice"),
        ("^e:\n  %x : i32 = add i32 1, i32 2\n  %y : i64 = add i64 %x, i64 2", 4, "%x is of type i32, not i64"),
        ("^e:\n  ret ! 3", 3, "unexpected character '!'"),
        ("^e:\n  %x : i32 = add i32 1.5, i32 2", 3, "'1.5' is no constant of type i32"),
        ("^e:\n  ret @ 4:1:1", 3, "no file 4"),
        ("^e:\n  %x : ptr = call ptr @gone", 3, "no global or function @gone"),
        ("^e:\n^e:\n  ret", 3, "block ^e is defined twice"),
        ("  ret", 2, "before the first block"),
        ("^e:\n  store i32 1, ptr zero [alignment=4] ret", 3, "unexpected 'ret'"),
    ],
)
def test_errors_name_the_line(body: str, line: int, message: str) -> None:
    with pytest.raises(UserError, match=message.replace("^", r"\^")) as raised:
        parse_module(f"define external void @f() {{\n{body}\n}}\n")
    assert raised.value.location is not None
    assert raised.value.location.line == line


def test_a_body_must_be_closed() -> None:
    with pytest.raises(UserError, match="closing brace"):
        parse_module("define external void @f() {\n^e:\n  ret\n")
