"""Each rule of the verifier fires on IR that breaks it, and names rule, function and instruction."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import undefined_functions, verify
from anychip.diagnostics import InternalError
from anychip.ir import I32, ConstantInt, Instruction
from anychip.ir.parser import parse_module


def module_with(body: str) -> str:
    return (
        "global @g : i32 global external align 4 = 0\ndeclare external void @callee(i32 %x)\n"
        f"define external i32 @f(i32 %n, ptr %p, i1 %c, float %x) {{\n{body}\n}}\n"
    )


GOOD = """\
^entry:
  %a : i32 = add i32 %n, i32 1
  condbr i1 %c -> ^then, ^join
^then:
  call ptr @callee, i32 %a [signature=type void (i32)]
  br -> ^join
^join:
  %r : i32 = phi i32 %a, i32 0 -> ^then, ^entry
  ret i32 %r
"""


def test_good_ir_passes() -> None:
    verify(parse_module(module_with(GOOD)))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("terminators", "  br -> ^join\n", ""),
        ("terminators", "  br -> ^join\n", "  br -> ^join\n  br -> ^join\n"),
        ("targets", "condbr i1 %c -> ^then, ^join", "condbr i1 %c -> ^then"),
        ("targets", "  br -> ^join", "  br -> ^entry"),
        ("operand_counts", "add i32 %n, i32 1", "add i32 %n"),
        ("attributes", " [signature=type void (i32)]", ""),
        ("attributes", "add i32 %n, i32 1", "add i32 %n, i32 1 [volatile]"),
        ("phis", "phi i32 %a, i32 0 -> ^then, ^entry", "phi i32 %a -> ^then"),
        ("phis", "phi i32 %a, i32 0 -> ^then, ^entry", "phi i32 %a, float %x -> ^then, ^entry"),
        ("phis", "  br -> ^join\n", "  switch i32 %n, i32 1 -> ^join, ^join\n^x:\n  br -> ^join\n"),
        ("types", "%a : i32 = add i32 %n, i32 1", "%b : i64 = zext i32 %n\n  %a : i32 = add i32 %n, i64 %b"),
        ("types", "add i32 %n, i32 1", 'load i32 %n [alignment=4]'),
        ("types", "add i32 %n, i32 1", 'load ptr %p [alignment=3]'),
        ("types", "%a : i32 = add i32 %n, i32 1", '%a : i32 = icmp i32 %n, i32 1 [predicate="eq"]'),
        ("types", "%a : i32 = add i32 %n, i32 1", "%a : i32 = extract {i32, i32} zero [indices=(2)]"),
        ("types", "%a : i32 = add i32 %n, i32 1", "%a : i32 = bitcast i64 0"),
        ("types", "add i32 %n, i32 1", 'warp.reduce i32 1, float 1.0 [operation="add"]'),
        ("returns", "ret i32 %r", "ret"),
        ("call_signatures", "type void (i32)", "type void (i64)"),
        ("dominance", "  ret i32 %r", "  %z : i32 = add i32 %q, i32 1\n  %q : i32 = add i32 1, i32 1\n  ret i32 %r"),
        ("dominance", "phi i32 %a, i32 0 -> ^then, ^entry", "phi i32 %a, i32 %r -> ^then, ^entry"),
    ],
)  # fmt: skip
def test_rules_fire(rule: str, old: str, new: str) -> None:
    assert old in GOOD
    module = parse_module(module_with(GOOD.replace(old, new)))
    with pytest.raises(InternalError, match=f"rule {rule}, function f"):
        verify(module)


def test_values_of_elsewhere_are_found() -> None:
    module, other = parse_module(module_with(GOOD)), parse_module(module_with(GOOD))
    add = module.functions["f"].entry.instructions[0]
    add.operands[0] = other.functions["f"].arguments[0]
    with pytest.raises(InternalError, match=r"known_operands, function f, instruction a = add in block entry"):
        verify(module)
    add.operands[0] = other.functions["f"].entry.instructions[0]
    with pytest.raises(InternalError, match="dominance"):
        verify(module)


def test_names_are_unique_and_present() -> None:
    module = parse_module(module_with(GOOD))
    entry = module.functions["f"].entry
    twin = Instruction("add", I32, [ConstantInt(I32, 1), ConstantInt(I32, 2)], name="a")
    twin.block = entry
    entry.instructions.insert(1, twin)
    for name in ("a", ""):
        twin.name = name
        with pytest.raises(InternalError, match="rule unique_names"):
            verify(module)


def test_complete_modules_call_only_what_exists() -> None:
    module = parse_module(module_with(GOOD))
    with pytest.raises(InternalError, match=r"known_callees.*calls callee, which is defined nowhere"):
        verify(module, complete=True)
    assert {name: use.opcode for name, use in undefined_functions(module).items()} == {"callee": "call"}
    runtime = module_with(GOOD.replace("@callee", "@free")).replace("@callee", "@free")
    verify(parse_module(runtime), complete=True)
    assert undefined_functions(parse_module(runtime)) == {}
