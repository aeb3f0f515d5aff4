"""The lane analyses on kernels written for one behaviour each."""

from __future__ import annotations

import pytest

from anychip.analysis.guards import Guard
from anychip.analysis.lane_facts import LaneFacts, analyse_lanes
from anychip.analysis.lane_shape import Kind, Shape
from anychip.analysis.launch_shape import LaunchShape, launch_shape
from anychip.analysis.verifier import verify
from anychip.analysis.warp_synchronous import warp_synchronous_accesses
from anychip.ir import AddressSpace, Block, Instruction, Value
from anychip.ir.parser import parse_module

REGISTERS = """\
  %tid : i32 = sreg [register="tid.x"]
  %cta : i32 = sreg [register="ctaid.x"]
  %ntid : i32 = sreg [register="ntid.x"]
  %block : i32 = mul i32 %cta, i32 %ntid
  %gid : i32 = add i32 %block, i32 %tid
"""
WIDE = LaunchShape(32, (256, 1, 1))


class Kernel:
    """A kernel's facts, asked by name."""

    def __init__(self, body: str, launch: LaunchShape = WIDE, *, globals_: str = "", parameters: str = "") -> None:
        parameters = parameters or "ptr %x, i32 %n"
        module = parse_module(
            f"{globals_}\ndefine kernel external void @k({parameters}) {{\n^entry:\n{REGISTERS}{body}\n}}\n"
        )
        verify(module)
        function = module.functions["k"]
        self.facts: LaneFacts = analyse_lanes(function, launch)
        self.values: dict[str, Value] = {i.name: i for i in function.instructions()}
        self.values |= {argument.name: argument for argument in function.arguments}
        self.blocks: dict[str, Block] = {block.name: block for block in function.blocks}

    def shape(self, name: str) -> Shape:
        return self.facts.shape_of(self.values[name])

    def instruction(self, name: str) -> Instruction:
        value = self.values[name]
        assert isinstance(value, Instruction)
        return value

    def names(self, blocks: frozenset[Block]) -> set[str]:
        return {block.name for block in blocks}


def test_the_wrap_case_is_guarded() -> None:
    """``unsigned j = i - 1; if (j < n) x[j]``: lane 0 of the first warp holds 2^32 - 1."""
    kernel = Kernel("""\
  %j : i32 = sub i32 %gid, i32 1
  %c : i1 = icmp i32 %j, i32 %n [predicate="ult"]
  condbr i1 %c -> ^body, ^end
^body:
  %w : i64 = zext i32 %j [nneg]
  %p : ptr = gep ptr %x, i64 %w [offset=0, scales=(4), inbounds]
  %v : float = load ptr %p [alignment=4]
  br -> ^end
^end:
  ret""")
    extension = kernel.instruction("w")
    assert kernel.shape("p") == Shape(Kind.STRIDED, 4, 1, frozenset({extension}))
    assert kernel.facts.guard(extension) == Guard(extension, kernel.values["j"], False, 0, 2**32 - 32)


def test_a_bound_on_both_sides_proves_and_extends_the_base_with_its_sign() -> None:
    """Where lanes of a partial block are known not to be negative, lane 0 may still be: it is not active."""
    kernel = Kernel("""\
  %j : i32 = sub i32 %gid, i32 1
  %low : i1 = icmp i32 %j, i32 -1 [predicate="sgt"]
  %high : i1 = icmp i32 %j, i32 %n [predicate="slt"]
  %c : i1 = and i1 %low, i1 %high
  condbr i1 %c -> ^body, ^end
^body:
  %w : i64 = zext i32 %j
  br -> ^end
^end:
  ret""")
    assert kernel.shape("w") == Shape(Kind.STRIDED, 1, 1)
    assert kernel.facts.base_opcode(kernel.instruction("w")) == "sext"


def test_a_thread_index_extends_without_test() -> None:
    kernel = Kernel("  %w : i64 = zext i32 %tid\n  %s : i64 = sext i32 %tid\n  ret")
    assert kernel.shape("w") == kernel.shape("s") == Shape(Kind.STRIDED, 1, 32)


def test_a_counted_loop_stays_in_its_bounds() -> None:
    kernel = Kernel("""\
  br -> ^head
^head:
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^head
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %next, i32 %n [predicate="slt"]
  condbr i1 %more -> ^head, ^end
^end:
  ret""")
    found = kernel.facts.range_at(kernel.values["i"], kernel.blocks["head"])
    assert (found.low, found.high) == (0, 2**31 - 2)
    assert kernel.shape("i").is_uniform
    assert not kernel.facts.partial_blocks


LANE_LOOP = """\
  br -> ^head
^head:
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^head
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %next, i32 %tid [predicate="slt"]
  condbr i1 %more -> ^head, ^end
^end:
  %after : i32 = add i32 %next, i32 1
  ret"""


def test_a_value_from_a_divergent_loop_is_varying_behind_it() -> None:
    kernel = Kernel(LANE_LOOP)
    assert kernel.shape("next").is_uniform
    assert kernel.shape("after").is_varying
    assert kernel.facts.shape_at(kernel.values["next"], kernel.blocks["end"]).is_varying
    assert kernel.facts.latched_values == {kernel.values["next"]}
    assert {loop.header.name for loop in kernel.facts.divergent_loops} == {"head"}
    assert kernel.names(kernel.facts.partial_blocks) == {"head"}


def test_one_lane_never_diverges() -> None:
    kernel = Kernel(LANE_LOOP, LaunchShape(1))
    assert kernel.shape("after").is_uniform
    assert not kernel.facts.divergent_branches


def test_joins_of_divergent_and_of_uniform_branches() -> None:
    kernel = Kernel("""\
  %odd : i32 = and i32 %tid, i32 1
  %c : i1 = icmp i32 %odd, i32 0 [predicate="eq"]
  %u : i1 = icmp i32 %n, i32 0 [predicate="eq"]
  condbr i1 %c -> ^in, ^out
^in:
  condbr i1 %u -> ^a, ^b
^a:
  br -> ^b
^b:
  %same : i32 = phi i32 1, i32 2 -> ^in, ^a
  br -> ^out
^out:
  %mixed : i32 = phi i32 3, i32 4 -> ^entry, ^b
  ret""")
    assert kernel.shape("same").is_uniform
    assert kernel.shape("mixed").is_varying
    assert kernel.names(kernel.facts.partial_blocks) == {"in", "a", "b"}
    assert kernel.names(kernel.facts.join_blocks) == {"out"}


def test_an_early_return_leaves_the_rest_partial_and_an_assertion_does_not() -> None:
    text = """\
  %c : i1 = icmp i32 %gid, i32 %n [predicate="ult"]
  condbr i1 %c -> ^rest, ^away
^away:
  {leave}
^rest:
  br -> ^last
^last:
  ret"""
    kernel = Kernel(text.format(leave="ret"))
    assert kernel.names(kernel.facts.partial_blocks) == {"away", "rest", "last"}
    kernel = Kernel(text.format(leave="unreachable"))
    assert kernel.names(kernel.facts.partial_blocks) == {"away"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lshr i32 %tid, i32 5", Shape(Kind.UNIFORM)),
        ("and i32 %tid, i32 31", Shape(Kind.STRIDED, 1, 32)),
        ("and i32 %tid, i32 -32", Shape(Kind.UNIFORM, 0, 32)),
        ("and i32 %tid, i32 15", Shape(Kind.VARYING)),
        ("xor i32 %tid, i32 32", Shape(Kind.STRIDED, 1, 32)),
        ("xor i32 %tid, i32 1", Shape(Kind.VARYING)),
        ("xor i32 %tid, i32 -1", Shape(Kind.STRIDED, -1)),
        ("or i32 %tid, i32 1024", Shape(Kind.STRIDED, 1, 32)),
        ("shl i32 %tid, i32 4", Shape(Kind.STRIDED, 16, 512)),
        ("sub i32 %n, i32 %tid", Shape(Kind.STRIDED, -1, 1)),
        ("sub i32 %gid, i32 %tid", Shape(Kind.UNIFORM, 0, 32)),
        ("mul i32 %tid, i32 %n", Shape(Kind.VARYING)),
        ("urem i32 %tid, i32 7", Shape(Kind.VARYING)),
        ("smin i32 %tid, i32 %n", Shape(Kind.VARYING)),
        ("umin i32 %n, i32 %ntid", Shape(Kind.UNIFORM)),
    ],
)
def test_shapes_of_integer_operations(text: str, expected: Shape) -> None:
    assert Kernel(f"  %v : i32 = {text}\n  ret").shape("v") == expected


@pytest.mark.parametrize(
    ("text", "uniform"),
    [
        ('%tid, i32 64 [predicate="ult"]', True),
        ('%tid, i32 63 [predicate="ugt"]', True),
        ('%tid, i32 65 [predicate="ult"]', False),
        ('%tid, i32 %n [predicate="ult"]', False),
        ('%tid, i32 256 [predicate="ult"]', True),
        ('%tid, i32 64 [predicate="eq"]', False),
        ('%tid, i32 %ntid [predicate="slt"]', True),
        ('%gid, i32 64 [predicate="slt"]', True),
    ],
)
def test_comparisons_that_all_lanes_answer_alike(text: str, uniform: bool) -> None:
    assert Kernel(f"  %v : i1 = icmp i32 {text}\n  ret").shape("v").is_uniform == uniform


def test_a_known_comparison_is_a_constant() -> None:
    kernel = Kernel('  %v : i1 = icmp i32 %tid, i32 1000 [predicate="ult"]\n  ret')
    assert kernel.facts.constant_of(kernel.values["v"]) == 1


def test_bits_that_do_not_meet_are_added() -> None:
    kernel = Kernel("  %high : i32 = shl i32 %n, i32 8\n  %v : i32 = or i32 %high, i32 %tid [disjoint]\n  ret")
    assert kernel.shape("v") == Shape(Kind.STRIDED, 1, 32)
    odd = Kernel("""\
  %high : i32 = shl i32 %n, i32 9
  %next : i32 = add i32 %tid, i32 3
  %v : i32 = or i32 %high, i32 %next
  ret""")
    assert odd.shape("v") == Shape(Kind.STRIDED, 1, 1)
    assert odd.facts.base_opcode(odd.instruction("v")) == "add", "where lane 0 is off its bits might meet"
    lie = Kernel("  %high : i32 = shl i32 %n, i32 4\n  %v : i32 = or i32 %high, i32 %tid [disjoint]\n  ret")
    assert lie.shape("v").is_varying, "clang's promise is not enough"


@pytest.mark.parametrize(
    ("block", "x", "y"),
    [
        ((256, 1, 1), Shape(Kind.STRIDED, 1, 32), Shape(Kind.UNIFORM, 0, 2**32)),
        ((None, 1, 1), Shape(Kind.STRIDED, 1, 32), Shape(Kind.UNIFORM, 0, 2**32)),
        ((32, None, None), Shape(Kind.STRIDED, 1, 32), Shape(Kind.UNIFORM)),
        ((16, 16, 1), Shape(Kind.VARYING), Shape(Kind.VARYING)),
        ((1, 64, 1), Shape(Kind.UNIFORM, 0, 2**32), Shape(Kind.STRIDED, 1, 32)),
        ((None, None, None), Shape(Kind.VARYING), Shape(Kind.VARYING)),
    ],
)
def test_thread_indices_by_block_shape(block: tuple[int | None, ...], x: Shape, y: Shape) -> None:
    launch = LaunchShape(32, block)  # type: ignore[arg-type]
    kernel = Kernel('  %tidy : i32 = sreg [register="tid.y"]\n  ret', launch)
    assert (kernel.shape("tid"), kernel.shape("tidy")) == (x, y)
    assert kernel.facts.alignment_of(kernel.values["ntid"]) >= 1


def test_an_unknown_block_size_is_no_multiple_of_a_warp() -> None:
    kernel = Kernel("  ret", LaunchShape(32, (None, 1, 1)))
    assert kernel.facts.alignment_of(kernel.values["block"]) == 1
    assert kernel.shape("gid") == Shape(Kind.STRIDED, 1, 1)
    assert not kernel.facts.launch.full_groups


def test_launch_bounds_limit_the_thread_index() -> None:
    module = parse_module("define kernel external void @k() [max_threads=64] {\n^e:\n  ret\n}\n")
    assert launch_shape(module.functions["k"], 32).extent(0) == (1, 64)
    assert LaunchShape(32, (8, None, 1)).extent(1) == (1, 128)


def test_lanes_must_divide_a_warp() -> None:
    with pytest.raises(ValueError, match="12 lanes"):
        LaunchShape(12)


def test_a_stale_guard_is_not_carried_round_a_loop() -> None:
    """The test is made anew in each round, the value is of the round before."""
    kernel = Kernel("""\
  br -> ^head
^head:
  %carried : i64 = phi i64 0, i64 %w -> ^entry, ^head
  %k : i32 = phi i32 0, i32 %k2 -> ^entry, ^head
  %k2 : i32 = add i32 %k, i32 1
  %j : i32 = add i32 %gid, i32 %k2
  %w : i64 = zext i32 %j
  %c : i1 = icmp i32 %k2, i32 %n [predicate="slt"]
  condbr i1 %c -> ^head, ^end
^end:
  ret""")
    assert kernel.shape("w").guards == {kernel.values["w"]}
    assert kernel.shape("carried").is_varying


def test_guards_from_before_a_loop_are_kept_in_it() -> None:
    kernel = Kernel("""\
  %w : i64 = sext i32 %gid
  br -> ^head
^head:
  %i : i64 = phi i64 %w, i64 %i2 -> ^entry, ^head
  %i2 : i64 = add i64 %i, i64 1024
  %c : i1 = icmp i64 %i2, i64 100000 [predicate="slt"]
  condbr i1 %c -> ^head, ^end
^end:
  ret""")
    assert kernel.shape("i") == Shape(Kind.STRIDED, 1, 32, frozenset({kernel.instruction("w")}))


def test_memory_and_local_addresses() -> None:
    kernel = Kernel(
        """\
  %own : ptr = alloca [allocated=type [8 x i32], alignment=4]
  %slot : ptr = gep ptr %own, i64 3 [offset=0, scales=(4)]
  %mine : i32 = load ptr %slot [alignment=4]
  %all : i32 = load ptr %x [alignment=4]
  %w : i64 = zext i32 %tid
  %far : ptr = gep ptr %own, i64 %w [offset=0, scales=(4)]
  %st : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=4, scales=(8)]
  %old : i32 = atomic ptr %x, i32 1 [operation="add", ordering="relaxed", scope="device"]
  %c : i1 = icmp i32 %n, i32 0 [predicate="eq"]
  %both : ptr = select i1 %c, ptr %slot, ptr %x
  %field : ptr = gep ptr %arg, i64 0 [offset=4, scales=(4)]
  %given : i32 = load ptr %field [alignment=4]
  ret""",
        globals_="global @s : [256 x float] shared internal align 16 = zero",
        parameters="ptr %x, i32 %n, ptr %arg [by_value=type {i32, i32}]",
    )
    assert kernel.shape("slot").kind is Kind.LOCAL
    assert kernel.shape("slot").root is kernel.values["own"]
    assert kernel.shape("mine").is_varying
    assert kernel.shape("all").is_uniform
    assert kernel.shape("far").is_varying
    assert kernel.shape("old").is_varying
    assert kernel.shape("given").is_uniform
    assert kernel.shape("st") == Shape(Kind.STRIDED, 8, 4)
    spaces = {name: kernel.facts.space_of(kernel.values[name]) for name in ("slot", "x", "st", "both", "field")}
    assert spaces == {
        "slot": AddressSpace.LOCAL,
        "x": AddressSpace.GLOBAL,
        "st": AddressSpace.SHARED,
        "both": AddressSpace.GENERIC,
        "field": AddressSpace.LOCAL,
    }


@pytest.mark.parametrize(
    ("text", "uniform"),
    [
        ('i1 = vote i32 -1, i1 %c [mode="any", sync]', True),
        ('i32 = vote i32 %tid, i1 %c [mode="ballot", sync]', False),
        ('i32 = shuffle i32 -1, i32 %tid, i32 %n, i32 31 [mode="idx", sync]', True),
        ('i32 = shuffle i32 -1, i32 %tid, i32 0, i32 7199 [mode="idx", sync]', False),
        ('i32 = shuffle i32 -1, i32 %tid, i32 %tid, i32 31 [mode="idx", sync]', False),
        ('i32 = shuffle i32 15, i32 %tid, i32 0, i32 31 [mode="idx", sync]', False),
        ('i32 = shuffle i32 -1, i32 %tid, i32 1, i32 31 [mode="down", sync]', False),
        ('i32 = warp.reduce i32 -1, i32 %tid [operation="add"]', True),
        ('i32 = match i32 -1, i32 %tid [mode="any"]', False),
        ('i32 = barrier.reduce i32 0, i1 %c [operation="popc"]', True),
        ("i32 = active_mask", True),
    ],
)
def test_exchanges_between_lanes(text: str, uniform: bool) -> None:
    kernel = Kernel(f'  %c : i1 = icmp i32 %tid, i32 7 [predicate="ult"]\n  %v : {text}\n  ret')
    assert kernel.shape("v").is_uniform == uniform


def test_a_broadcast_from_a_lane_that_may_not_exist_is_varying() -> None:
    text = '  %v : i32 = shuffle i32 -1, i32 %tid, i32 {lane}, i32 31 [mode="idx", sync]\n  ret'
    odd = LaunchShape(32, (48, 1, 1))
    assert Kernel(text.format(lane=20), odd).shape("v").is_varying
    assert Kernel(text.format(lane=0), odd).shape("v").is_uniform


def test_an_irreducible_function_is_varying_throughout() -> None:
    text = """\
  %u : i1 = icmp i32 %n, i32 0 [predicate="eq"]
  condbr i1 %u -> ^a, ^b
^a:
  br -> ^b
^b:
  %p : i32 = phi i32 1, i32 2 -> ^entry, ^a
  condbr i1 %u -> ^a, ^end
^end:
  ret"""
    kernel = Kernel(text)
    assert not kernel.facts.reducible
    assert kernel.shape("u").is_varying
    assert kernel.facts.partial_blocks == set(kernel.blocks.values())
    assert not Kernel(text, LaunchShape(1)).facts.partial_blocks


SHARED = "global @s : [256 x float] shared internal align 4 = zero"
EXCHANGE = """\
  %w : i64 = zext i32 %tid
  %p : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=0, scales=(4)]
  %q : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=64, scales=(4)]
  store float 1.0, ptr<shared> %p [alignment=4]
  {between}
  %v : float = load ptr<shared> {from} [alignment=4]
  ret"""


@pytest.mark.parametrize(
    ("between", "source", "count"),
    [
        ("", "%q", 1),
        ("barrier i32 0 [aligned]", "%q", 0),
        ("", "%p", 0),
        ("", "@s", 1),
        ("warp.barrier i32 -1", "%q", 1),
        ("%near : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=4, scales=(4)]", "%near", 1),
        ("%part : ptr<shared> = gep ptr<shared> %p [offset=2, scales=()]", "%part", 1),
        (
            '%o : float = atomic ptr<shared> @s, float 1.0 [operation="fadd", ordering="relaxed", scope="block"]',
            "%p",
            1,
        ),
    ],
)
def test_warp_synchronous_traffic(between: str, source: str, count: int) -> None:
    kernel = Kernel(EXCHANGE.format(between=between, **{"from": source}), globals_=SHARED)
    assert len(warp_synchronous_accesses(kernel.facts)) == count


def test_lanes_that_keep_to_their_own_bytes_are_not_warp_synchronous() -> None:
    kernel = Kernel(
        """\
  %w : i64 = zext i32 %tid
  %p : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=0, scales=(16)]
  %q : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=12, scales=(16)]
  store float 1.0, ptr<shared> %p [alignment=4]
  store float 1.0, ptr<shared> %q [alignment=4]
  %v : float = load ptr<shared> %p [alignment=4]
  %u : float = load ptr<shared> %q [alignment=4]
  ret""",
        globals_=SHARED,
    )
    assert not warp_synchronous_accesses(kernel.facts)


def test_a_called_function_may_run_without_lane_0() -> None:
    module = parse_module("""\
define internal i32 @f(i32 %a) {
^entry:
  %lane : i32 = sreg [register="laneid"]
  %j : i32 = sub i32 %lane, i32 3
  %w : i64 = sext i32 %j
  %u : i64 = zext i32 %lane
  %m : i32 = active_mask
  ret i32 %m
}
""")
    function = module.functions["f"]
    facts = analyse_lanes(function, WIDE)
    named = {i.name: i for i in function.instructions()}
    assert facts.shape_of(function.arguments[0]).is_varying
    assert facts.shape_of(named["m"]).is_varying
    assert facts.shape_of(named["w"]) == Shape(Kind.STRIDED, 1, 1)
    assert facts.base_opcode(named["u"]) == "sext", "lane 0 could be below zero for all that is known"


@pytest.mark.parametrize(("barrier", "count"), [("", 1), ("barrier i32 0", 0)])
def test_the_next_round_may_read_what_another_lane_wrote_in_this_one(barrier: str, count: int) -> None:
    kernel = Kernel(
        f"""\
  %w : i64 = zext i32 %tid
  br -> ^head
^head:
  %i : i64 = phi i64 0, i64 %next -> ^entry, ^head
  %j : i64 = add i64 %w, i64 %i
  %p : ptr<shared> = gep ptr<shared> @s, i64 %j [offset=0, scales=(4)]
  %v : float = load ptr<shared> %p [alignment=4]
  store float 1.0, ptr<shared> %p [alignment=4]
  {barrier}
  %next : i64 = add i64 %i, i64 1
  %c : i1 = icmp i64 %next, i64 9 [predicate="ult"]
  condbr i1 %c -> ^head, ^end
^end:
  ret""",
        globals_=SHARED,
    )
    assert len(warp_synchronous_accesses(kernel.facts)) == count
