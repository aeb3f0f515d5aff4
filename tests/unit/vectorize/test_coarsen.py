"""Several rows per call: which kernels are taken, and what of them is there once per row."""

from __future__ import annotations

import pytest

from anychip.codegen.module_context import ModuleContext
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.coarsen import Coarse, coarsen
from anychip.vectorize.pipeline import prepare

HEAD = """
define kernel external void @k(ptr %out, ptr %in, i32 %n) {
^e:
  %x : i32 = sreg [register="tid.x"]
  %y : i32 = sreg [register="tid.y"]
  %w : i64 = zext i32 %y
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %u : i32 = load ptr %in [alignment=4]
"""
END = "  store i32 %u, ptr %p [alignment=4]\n  ret\n}\n"
BRANCH = "  condbr i1 %c -> ^t, ^z\n^t:\n  br -> ^z\n^z:\n"
REFUSED = {
    "a side effect": '  %t : i32 = clock [register="clock"]\n',
    "a lane": '  %t : i32 = sreg [register="laneid"]\n',
    "one row's branch": '  %c : i1 = icmp i32 %y, i32 0 [predicate="eq"]\n' + BRANCH,
    "a branch on memory": (
        '  %l : i32 = load ptr %p [alignment=4]\n  %c : i1 = icmp i32 %l, i32 3 [predicate="slt"]\n' + BRANCH
    ),
}


def coarse(body: str) -> Coarse | None:
    module = parse_module(HEAD + body + END)
    return coarsen(*prepare(ModuleContext(module, lookup("native")), next(iter(module.kernels()))))


def test_what_depends_on_the_row_is_there_once_for_each() -> None:
    found = coarse("")
    assert found
    assert (found.rows, found.agreements) == (4, [])
    opcodes = [item.opcode for item in found.function.instructions()]
    wanted = {"sreg": 2, "add": 3, "zext": 4, "gep": 4, "load": 1, "store": 4, "ret": 1}
    assert {opcode: opcodes.count(opcode) for opcode in opcodes} == wanted
    assert set(found.origin) == set(found.function.instructions())


def test_a_bound_is_one_condition_that_rows_agree_on() -> None:
    found = coarse('  %c : i1 = icmp i32 %y, i32 %n [predicate="slt"]\n' + BRANCH)
    assert found
    assert [len(conditions) for conditions in found.agreements] == [4]
    branch = next(item for item in found.function.instructions() if item.opcode == "condbr")
    assert branch.operands[0] is found.agreements[0][0]


@pytest.mark.parametrize("name", REFUSED)
def test_rows_that_may_part_are_left_alone(name: str) -> None:
    assert coarse(REFUSED[name]) is None
