"""Which kernels run one thread at a time because lanes would only gather, and what phis of equal values become."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import verify
from anychip.ir import Function, Module
from anychip.ir.parser import parse_module
from anychip.vectorize.clone import clone_kernel, normalize
from anychip.vectorize.gather_bound import is_gather_bound
from anychip.vectorize.shapes import Grouping, analyse_shapes
from anychip.vectorize.simplify_phis import simplify_phis

ROWS = """define kernel external void @k(ptr %starts, ptr %columns, ptr %x, ptr %y, i64 %n) {{
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %starts, i64 %w [offset=0, scales=(8)]
  %first : i64 = load ptr %p [alignment=8]
  %q : ptr = gep ptr %p [offset=8, scales=()]
  %last : i64 = load ptr %q [alignment=8]
  br -> ^l
^l:
  %j : i64 = phi i64 {start}, i64 %j1 -> ^e, ^l
  %s : float = phi float 0.0, float %s1 -> ^e, ^l
  %cp : ptr = gep ptr %columns, i64 %j [offset=0, scales=(8)]
  %c : i64 = load ptr %cp [alignment=8]
  %xp : ptr = gep ptr %x, i64 %c [offset=0, scales=(4)]
  %v : float = load ptr %xp [alignment=4]
  {more}
  %s1 : float = fadd float %s, float %v
  %j1 : i64 = add i64 %j, i64 1
  %go : i1 = icmp i64 {tested}, i64 {end} [predicate="slt"]
  condbr i1 %go -> ^l, ^z
^z:
  %o : ptr = gep ptr %y, i64 %w [offset=0, scales=(4)]
  store float %s1, ptr %o [alignment=4]
  ret
}}
"""
ARITHMETIC = "\n".join(f"  %m{i} : float = fmul float %v, float %v" for i in range(12))
CASES = {
    "rows of a sparse matrix": ({}, True),
    "as many rounds for all lanes": ({"start": "0", "end": "%n"}, False),
    "much arithmetic": ({"more": ARITHMETIC}, False),
    "an exit that depends on what was loaded": ({"tested": "%c"}, False),
    "a store in the loop": ({"more": "store float %v, ptr %xp [alignment=4]"}, False),
}


def prepared(text: str) -> tuple[Module, Function]:
    module = parse_module(text)
    copy, origin = clone_kernel(module.functions["k"], "k.copy")
    normalize(copy)
    simplify_phis(copy, origin)
    module.functions["k.copy"] = copy
    verify(module)
    return module, copy


@pytest.mark.parametrize("name", CASES)
def test_gathers_in_loops_of_different_lengths_leave_little_to_lanes(name: str) -> None:
    changes, expected = CASES[name]
    words = {"start": "%first", "end": "%last", "tested": "%j1", "more": ""} | changes
    _, function = prepared(ROWS.format(**words))
    assert is_gather_bound(function, 16) == expected


def test_an_operation_made_on_two_ways_is_made_where_they_meet() -> None:
    text = """define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 %n [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %wa : i64 = zext i32 %t
  %pa : ptr = gep ptr %out, i64 %wa [offset=0, scales=(4)]
  br -> ^j
^b:
  %wb : i64 = zext i32 %t
  %pb : ptr = gep ptr %out, i64 %wb [offset=0, scales=(4)]
  br -> ^j
^j:
  %w : i64 = phi i64 %wa, i64 %wb -> ^a, ^b
  %kept : i64 = phi i64 1, i64 2 -> ^a, ^b
  %same : i32 = phi i32 %t, i32 %t -> ^a, ^b
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  store i32 %same, ptr %p [alignment=4]
  ret
}"""
    _, function = prepared(text)
    phis = [item for item in function.instructions() if item.opcode == "phi"]
    assert [item.name for item in phis] == ["kept"]
    store = next(item for item in function.instructions() if item.opcode == "store")
    assert analyse_shapes(function, Grouping.WHOLE, 16).stride(store.operands[1]) == 4
