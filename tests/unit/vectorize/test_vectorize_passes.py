"""Each pass on small inputs: what it leaves behind, and what is refused and why."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import verify
from anychip.codegen.scalar import write_scalar
from anychip.ir import Block, Function, Module
from anychip.ir.parser import parse_module
from anychip.targets import TARGETS, lookup
from anychip.vectorize.clone import clone_kernel, normalize, split_barriers
from anychip.vectorize.inline import inline_calls
from anychip.vectorize.linearize import plan_masks
from anychip.vectorize.pipeline import lane_writer
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.report import Report
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes
from anychip.vectorize.structure import Structure, structure_of
from anychip.vectorize.width import choose_width, vector_bits

TWO_LATCHES = """
define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1, i32 %k2 -> ^e, ^a, ^b
  %c : i1 = icmp i32 %k, i32 %t [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %k1 : i32 = add i32 %k, i32 1
  %d : i1 = icmp i32 %k1, i32 %n [predicate="slt"]
  condbr i1 %d -> ^h, ^z
^b:
  %k2 : i32 = add i32 %k, i32 2
  %f : i1 = icmp i32 %k2, i32 50 [predicate="slt"]
  condbr i1 %f -> ^h, ^z
^z:
  ret
}
"""
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


def kernel(text: str) -> tuple[Module, Function]:
    """A module and a copy of its kernel in the vectoriser's form."""
    module = parse_module(text)
    copy, _ = clone_kernel(module.functions["k"], "k.copy")
    normalize(copy)
    module.functions["k.copy"] = copy
    return module, copy


def shapes_of(body: str, grouping: Grouping = Grouping.ROW) -> tuple[Function, Structure, LaneShapes]:
    _, function = kernel(f"define kernel external void @k(ptr %out, i32 %n) {{\n^e:\n{body}\n}}\n")
    shapes = analyse_shapes(function, grouping, 32)
    return function, structure_of(shapes.facts.control), shapes


def block(function: Function, stem: str) -> Block:
    return next(item for item in function.blocks if item.name.startswith(stem))


def test_a_loop_gets_one_latch_and_stays_together() -> None:
    module, function = kernel(TWO_LATCHES)
    verify(module)
    structure = structure_of(analyse_shapes(function, Grouping.ROW, 32).facts.control)
    (header,) = structure.loops
    latches = [item for item in structure.flow.predecessors[header] if structure.is_back(item, header)]
    assert len(latches) == 1
    positions = sorted(structure.index[item] for item in structure.loops[header].blocks)
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    assert structure.order[-1] is block(function, "z")


def test_order_is_topological() -> None:
    _, function = kernel(TWO_LATCHES)
    structure = structure_of(analyse_shapes(function, Grouping.ROW, 32).facts.control)
    for source in structure.order:
        for target in source.successors:
            assert structure.index[source] < structure.index[target] or structure.is_back(source, target)


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


@pytest.mark.parametrize(
    ("operation", "stride"),
    [
        ("add i32 %t, i32 %n", 1),
        ("mul i32 %t, i32 12", 12),
        ("sub i32 7, i32 %t", -1),
        ("shl i32 %t, i32 3", 8),
        ("sub i32 %t, i32 %t", 0),
        ("mul i32 %t, i32 %t", None),
        ("mul i32 %n, i32 %n", 0),
    ],
)
def test_strides(operation: str, stride: int | None) -> None:
    function, _, shapes = shapes_of(f'  %t : i32 = sreg [register="tid.x"]\n  %r : i32 = {operation}\n  ret')
    result = next(item for item in function.instructions() if item.name == "r")
    assert shapes.stride(result) == stride


@pytest.mark.parametrize(
    ("operation", "stride"),
    [
        ("lshr i32 %t, i32 5", 0),
        ("lshr i32 %t, i32 4", None),
        ("and i32 %t, i32 31", 1),
        ("and i32 %t, i32 992", 0),
        ("and i32 %t, i32 7", None),
        ("lshr i32 %off, i32 5", None),
        ("and i32 %four, i32 124", 4),
    ],
)
def test_upper_bits_are_uniform_in_an_aligned_group(operation: str, stride: int | None) -> None:
    body = f"""  %t : i32 = sreg [register="tid.x"]
  %off : i32 = add i32 %t, i32 1
  %four : i32 = shl i32 %t, i32 2
  %r : i32 = {operation}
  ret"""
    function, _, shapes = shapes_of(body, Grouping.WHOLE)
    assert shapes.stride(next(item for item in function.instructions() if item.name == "r")) == stride


@pytest.mark.parametrize(
    ("predicate", "limit", "stride"),
    [("ult", 32, 0), ("slt", 64, 0), ("ugt", 31, 0), ("ult", 31, None), ("eq", 0, None)],
)
def test_whole_warps_compare_alike(predicate: str, limit: int, stride: int | None) -> None:
    body = f"""  %t : i32 = sreg [register="tid.x"]
  %r : i1 = icmp i32 %t, i32 {limit} [predicate="{predicate}"]
  ret"""
    function, _, shapes = shapes_of(body, Grouping.WHOLE)
    assert shapes.stride(next(item for item in function.instructions() if item.name == "r")) == stride


def test_an_extension_of_an_index_that_may_wrap_is_strided_only_under_a_guard() -> None:
    body = '  %t : i32 = sreg [register="tid.x"]\n  %i : i32 = sub i32 %t, i32 1\n  %w : i64 = zext i32 %i\n  ret'
    function, _, shapes = shapes_of(body)
    extension = next(item for item in function.instructions() if item.name == "w")
    assert shapes.stride(extension) is None
    assert shapes.guarded_stride(extension) == 1
    assert shapes.lazy == {extension}


LAST_ROUND = """  %t : i32 = sreg [register="tid.x"]
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^h
  %k1 : i32 = add i32 %k, i32 1
  %c : i1 = icmp i32 %k1, i32 %t [predicate="slt"]
  condbr i1 %c -> ^h, ^z
^z:
  %r : i32 = mul i32 %k1, i32 3
  ret"""


def test_what_is_used_behind_a_divergent_loop_lasts() -> None:
    function, structure, shapes = shapes_of(LAST_ROUND)
    assert {loop.header for loop in shapes.facts.divergent_loops} == set(structure.loops)
    value, behind = (next(item for item in function.instructions() if item.name == name) for name in ("k1", "r"))
    assert value.block is not None
    assert behind.block is not None
    assert set(shapes.lasting) == {value}
    assert shapes.stride_at(value, value.block) == 0
    assert shapes.stride_at(value, behind.block) is None
    assert shapes.stride(behind) is None


def test_only_the_blocks_between_parting_and_meeting_are_masked() -> None:
    function, structure, shapes = shapes_of(
        """  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^j
^a:
  store i32 1, ptr %out [alignment=4]
  br -> ^j
^j:
  store i32 2, ptr %out [alignment=4]
  ret"""
    )
    plan = plan_masks(structure, shapes, partial=False, fast=True)
    assert plan.masked == {block(function, "a")}
    assert plan.pending[block(function, "a")] == {block(function, "j")}
    whole = plan_masks(structure, shapes, partial=True, fast=True)
    assert whole.masked == set(structure.order)


def test_a_barrier_ends_its_block() -> None:
    module, function = kernel("define kernel external void @k() {\n^e:\n  barrier i32 0\n  barrier i32 0\n  ret\n}")
    split_barriers(function)
    verify(module)
    assert [[item.opcode for item in part.instructions] for part in function.blocks] == [
        ["barrier", "br"],
        ["barrier", "br"],
        ["ret"],
    ]


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


def test_width_follows_the_processor_and_the_kernel() -> None:
    _, plain = kernel("define kernel external void @k() {\n^e:\n  ret\n}")
    _, warp = kernel("define kernel external void @k() {\n^e:\n  warp.barrier i32 -1\n  ret\n}")
    _, square = kernel('define kernel external void @k() {\n^e:\n  %y : i32 = sreg [register="tid.y"]\n  ret\n}')
    assert [choose_width(plain, bits) for bits in (128, 256, 512)] == [8, 16, 32]
    assert [choose_width(square, bits) for bits in (128, 256, 512)] == [8, 8, 16]
    assert choose_width(warp, 128) == 32
    with pytest.raises(RefusedError, match="no vector registers"):
        choose_width(plain, 0)
    bits = {name: vector_bits(TARGETS[name]) for name in ("x86_64-v2", "x86_64-v4", "aarch64", "riscv64")}
    assert bits == {"x86_64-v2": 128, "x86_64-v4": 512, "aarch64": 128, "riscv64": 0}


def test_the_report_tells_of_every_access() -> None:
    text = """define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %out, i64 %w [offset=0, scales=(12)]
  %v : i32 = load ptr %out [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  store i32 %v, ptr %q [alignment=4]
  ret
}"""
    report = Report()
    module = parse_module(text)
    write_scalar(module, lookup(), module_symbol="m", hidden=True, write_kernel=lane_writer(16, report))
    assert report.lanes == {"k": 16}
    found = report.text()
    assert "k: 16 lanes" in found
    for words in ("load, uniform", "store, contiguous", "store, gathered"):
        assert words in found
