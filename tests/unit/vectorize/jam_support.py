"""Kernels for the tests of sections and parts, and how many instructions of a kind there are."""

from __future__ import annotations

from collections import Counter

from anychip.codegen.module_context import ModuleContext
from anychip.ir import Function, Instruction
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import prepare

HEAD = """
define kernel external void @k(ptr %out, ptr %in, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %p [alignment=4]
"""
BRANCH = """  %c : i1 = icmp i32 %x, i32 3 [predicate="slt"]
  condbr i1 %c -> ^a, ^z
^a:
  %y : i32 = add i32 %x, i32 %n
  br -> ^z
^z:
  %r : i32 = phi i32 %x, i32 %y -> ^e, ^a
  store i32 %r, ptr %p [alignment=4]
  ret
}
"""
LOOP = """  br -> ^l
^l:
  %i : i32 = phi i32 %t, i32 %j -> ^e, ^l
  %j : i32 = add i32 %i, i32 %n
  %c : i1 = icmp i32 %j, i32 100 [predicate="slt"]
  condbr i1 %c -> ^l, ^z
^z:
  store i32 %i, ptr %p [alignment=4]
  ret
}
"""
ALIKE = """  %c : i1 = icmp i32 %n, i32 3 [predicate="slt"]
  condbr i1 %c -> ^a, ^z
^a:
  store i32 %n, ptr %p [alignment=4]
  br -> ^z
^z:
  ret
}
"""
BARRIER = BRANCH.replace("  br -> ^z\n^z:", "  barrier i32 0\n  br -> ^z\n^z:")


def prepared(text: str) -> tuple[Function, dict[Instruction, Instruction]]:
    module = parse_module(HEAD + text)
    return prepare(ModuleContext(module, lookup("native")), next(iter(module.kernels())))


def opcodes(function: Function) -> Counter[str]:
    return Counter(item.opcode for item in function.instructions())
