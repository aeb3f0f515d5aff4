"""Kernels with barriers in rounds: which are taken, the text of run_block, and that groups meet as threads do."""

from __future__ import annotations

import numpy as np
import pytest
from scalar_executor import load, pack

from anychip.codegen.module_context import ModuleContext
from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import lane_writer, prepare
from anychip.vectorize.rounds import frame_stride, runs_in_rounds

HEAD = """
global @flag : i32 global internal align 4 = zero
global @seen : i32 shared internal align 4 = zero
define kernel external void @k(ptr %out, ptr %in) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %q [alignment=4]
"""
END = "  store i32 %x, ptr %p [alignment=4]\n  ret\n}\n"


def repeated(step: str, test: str = '%s : i1 = icmp i32 %j, i32 9 [predicate="slt"]') -> str:
    """A loop with a barrier, a further instruction and a test."""
    return f"""  br -> ^h
^h:
  %i : i32 = phi i32 0, i32 %j -> ^e, ^h
  %j : i32 = add i32 %i, i32 1
  barrier i32 0 [aligned]
  {step}
  {test}
  condbr i1 %s -> ^h, ^z
^z:
"""


TAKEN = {
    "no barrier": "",
    "one": "  barrier i32 0 [aligned]\n",
    "all of another number": "  barrier i32 3 [aligned]\n  barrier i32 3 [aligned]\n",
    "a plain one and a vote": '  barrier i32 0\n  %v : i1 = barrier.reduce i32 0, i1 1 [operation="and"]\n',
    "a loop that reads": repeated("%v : i32 = load ptr %q [alignment=4]"),
    "a loop that adds": repeated('%v : i32 = atomic ptr %q, i32 1 [operation="add", ordering="relaxed"]'),
    "shared memory": repeated("%v : i32 = load ptr<shared> @seen [alignment=4, volatile]"),
}
SPIN = '%s : i1 = icmp i32 %v, i32 9 [predicate="slt"]'
LEFT = {
    "two numbers": "  barrier i32 0\n  barrier i32 1\n",
    "a number that varies": "  barrier i32 %t\n",
    "a loop that may wait for another block": repeated("%v : i32 = load ptr %q [alignment=4, volatile]", SPIN),
    "a loop that takes work": repeated('%v : i32 = atomic ptr %q, i32 1 [operation="add", ordering="relaxed"]', SPIN),
}


def is_taken(body: str) -> bool:
    module = parse_module(HEAD + body + END)
    context = ModuleContext(module, lookup("native"))
    copy, _ = prepare(context, next(iter(module.kernels())))
    return runs_in_rounds(copy)


@pytest.mark.parametrize("name", TAKEN)
def test_rounds_serve_one_barrier(name: str) -> None:
    assert is_taken(TAKEN[name])


@pytest.mark.parametrize("name", LEFT)
def test_what_needs_the_scheduler_is_left_to_it(name: str) -> None:
    assert not is_taken(LEFT[name])
    program = load(HEAD + LEFT[name] + END, lanes=8)
    kernel = program.kernel("k")
    assert (bool(kernel.run_block), bool(kernel.run_strand)) == (False, True)


def text_of(body: str, lanes: int = 16) -> list[str]:
    """The lines of run_block."""
    text = write_scalar(
        parse_module(HEAD + body + END),
        lookup("x86_64"),
        module_symbol="m",
        hidden=False,
        write_kernel=lane_writer(lanes),
    )
    start = text.index('define internal void @"d.k.rounds"')
    return [line.partition(", !dbg")[0].strip() for line in text[start : text.index("\n}\n", start)].splitlines()]


def test_each_state_has_a_loop_that_calls_the_full_version() -> None:
    lines = text_of(TAKEN["one"])
    assert "switch i32 %common, label %general [ i32 0, label %region.0 i32 1, label %region.1 ]" in lines
    start = lines.index("region.1:")
    assert lines[start + 1 : start + 15] == [
        "%frame.1 = phi ptr [ %frames, %choose ], [ %frame.1.next, %region.1.latch ]",
        "%state.at.1 = phi ptr [ %states, %choose ], [ %state.at.1.next, %region.1.latch ]",
        "%x.1 = phi i32 [ 0, %choose ], [ %x.1.next, %region.1.latch ]",
        "%linear.1 = phi i32 [ 0, %choose ], [ %linear.1.next, %region.1.latch ]",
        "%any.1 = phi i32 [ 0, %choose ], [ %any.1.next, %region.1.latch ]",
        "%all.1 = phi i32 [ -1, %choose ], [ %all.1.next, %region.1.latch ]",
        "store volatile i32 %x.1, ptr %idx.x, align 4",
        "store volatile i32 %linear.1, ptr %linear.at, align 4",
        '%state.1 = call signext i32 @"d.k.lanes16.full"(ptr %thread, ptr %frame.1, i32 signext 1, i32 %x.1, '
        "i32 0, i32 0, i32 %linear.1, i32 16) alwaysinline",
        "store i32 %state.1, ptr %state.at.1, align 4",
        "%any.1.next = or i32 %any.1, %state.1",
        "%all.1.next = and i32 %all.1, %state.1",
        "%linear.1.next = add i32 %linear.1, 16",
        "%more.1 = icmp ult i32 %linear.1.next, %count",
    ]
    assert not any("votes = load" in line for line in lines)


def test_votes_are_handed_on_between_rounds() -> None:
    lines = text_of(TAKEN["a plain one and a vote"])
    start = lines.index("answer:")
    assert lines[start + 3 : start + 6] == [
        "%votes = load <2 x i64>, ptr %first.votes, align 8",
        "store <2 x i64> %votes, ptr %first.answer, align 8",
        "call void @llvm.memset.p0.i64(ptr align 8 %first.votes, i8 0, i64 16, i1 false)",
    ]


def test_a_kernel_without_barriers_has_one_frame() -> None:
    vote = '  %v : i1 = vote i32 -1, i1 1 [mode="any", sync]\n'
    assert "%place = mul i64 %index, 0" in text_of(vote, lanes=32)
    assert "%place = mul i64 %index, 192" in text_of(TAKEN["one"])


def test_frames_lie_on_an_odd_number_of_cache_lines() -> None:
    assert [frame_stride(size) for size in (0, 8, 64, 65, 128, 4096)] == [64, 64, 64, 192, 192, 4160]


EXITS = """
  %b : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %group : i32 = lshr i32 %t, i32 5
  br -> ^h
^h:
  %i : i32 = phi i32 0, i32 %j -> ^e, ^m
  %a : i32 = phi i32 0, i32 %d -> ^e, ^m
  %stays : i1 = icmp i32 %i, i32 %group [predicate="sle"]
  condbr i1 %stays -> ^m, ^z
^m:
  %j : i32 = add i32 %i, i32 1
  %odd : i32 = and i32 %x, i32 1
  %yes : i1 = icmp i32 %odd, i32 0 [predicate="ne"]
  %c : i32 = barrier.reduce i32 0, i1 %yes [operation="popc"]
  %o : i1 = barrier.reduce i32 0, i1 %yes [operation="or"]
  %n : i1 = barrier.reduce i32 0, i1 %yes [operation="and"]
  %o1 : i32 = zext i1 %o
  %n1 : i32 = zext i1 %n
  %c1 : i32 = mul i32 %c, i32 100
  %f : i32 = mul i32 %o1, i32 10
  %g : i32 = add i32 %c1, i32 %f
  %l : i32 = add i32 %g, i32 %n1
  %r : i32 = mul i32 %a, i32 7
  %d : i32 = add i32 %r, i32 %l
  br -> ^h
^z:
  store i32 %a, ptr %b [alignment=4]
  ret
}
"""


@pytest.mark.parametrize("lanes", [8, 16, 32])
@pytest.mark.parametrize("threads", [(256, 1, 1), (100, 1, 1), (33, 1, 1), (31, 1, 1), (1, 1, 1)])
def test_warps_that_end_early_no_longer_vote(lanes: int, threads: tuple[int, int, int]) -> None:
    program = load(HEAD + EXITS, lanes=lanes)
    kernel = program.kernel("k")
    assert kernel.run_block
    count = threads[0]
    values = (np.arange(256, dtype=np.int32) * 5 % 3 > 0).astype(np.int32)
    values[224:] = 1
    found = np.zeros(256, dtype=np.int32)
    program.launch("k", pack("PP", found, values), threads=threads)
    expected = []
    for thread in range(count):
        total = 0
        for round_ in range(thread // 32 + 1):
            there = values[round_ * 32 : count]
            total = total * 7 + int(there.sum()) * 100 + int(there.any()) * 10 + int(there.all())
        expected.append(np.int64(total).astype(np.int32))
    assert found[:count].tolist() == expected
