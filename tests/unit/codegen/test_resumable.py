"""Kernels that wait: values saved across yields, barriers in loops, calls and recursion through resumable functions."""

from __future__ import annotations

import numpy as np
import pytest
from scalar_executor import load, pack

PROLOGUE = """  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
"""


def run(text: str, threads: int = 32, dynamic: int = 0, count: int | None = None) -> tuple[list[int], list[str]]:
    """Result of kernel k(out) and the requests it made."""
    out = np.zeros(count or threads, np.uint32)
    program = load(text)
    program.launch("k", pack("=Q", out), threads=(threads, 1, 1), dynamic=dynamic)
    return out.tolist(), program.requests


def kernel(body: str, before: str = "") -> str:
    return f"{before}\ndefine kernel external void @k(ptr %out) {{\n^e:\n{PROLOGUE}{body}\n}}\n"


def test_values_survive_a_barrier_and_threads_see_each_others_stores() -> None:
    text = kernel(
        """  %a : i32 = mul i32 %t, i32 3
  %s : ptr<shared> = gep ptr<shared> @buf, i64 %w [offset=0, scales=(4)]
  store i32 %a, ptr<shared> %s [alignment=4]
  barrier i32 0
  %r : i32 = sub i32 63, i32 %t
  %rw : i64 = zext i32 %r
  %o : ptr<shared> = gep ptr<shared> @buf, i64 %rw [offset=0, scales=(4)]
  %v : i32 = load ptr<shared> %o [alignment=4]
  %x : i32 = mul i32 %v, i32 1000
  %y : i32 = add i32 %x, i32 %a
  store i32 %y, ptr %p [alignment=4]
  ret""",
        "global @buf : [64 x i32] shared internal align 4 = zero",
    )
    out, requests = run(text, 64)
    assert out == [(63 - t) * 3000 + t * 3 for t in range(64)]
    assert requests == ["barrier", "barrier"]


LOOP = """  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %n -> ^e, ^loop
  %a : i32 = phi i32 %t, i32 %b -> ^e, ^loop
  %b : i32 = phi i32 100, i32 %a -> ^e, ^loop
  barrier i32 0
  %n : i32 = add i32 %i, i32 1
  %c : i1 = icmp i32 %n, i32 5 [predicate="ult"]
  condbr i1 %c -> ^loop, ^done
^done:
  %d : i32 = mul i32 %a, i32 1000
  %f : i32 = add i32 %d, i32 %b
  store i32 %f, ptr %p [alignment=4]
  ret"""


@pytest.mark.parametrize("opt_level", [0, 2])
def test_phis_swap_across_a_barrier_in_a_loop(opt_level: int) -> None:
    out = np.zeros(4, np.uint32)
    program = load(kernel(LOOP), opt_level)
    program.launch("k", pack("=Q", out), threads=(4, 1, 1))
    assert out.tolist() == [t * 1000 + 100 for t in range(4)]
    assert program.requests == ["barrier"] * 5


RECURSIVE = """
define internal i32 @down(i32 %n, i64 %salt) {
^e:
  %z : i1 = icmp i32 %n, i32 0 [predicate="eq"]
  condbr i1 %z -> ^base, ^more
^base:
  %q : i32 = trunc i64 %salt
  ret i32 %q
^more:
  %m : i32 = sub i32 %n, i32 1
  barrier i32 0
  %r : i32 = call ptr @down, i32 %m, i64 %salt [signature=type i32 (i32, i64)]
  %s : i32 = shuffle i32 -1, i32 %r, i32 1, i32 31 [mode="bfly", sync]
  %u : i32 = add i32 %s, i32 %n
  ret i32 %u
}
"""


def test_recursion_through_a_resumable_function() -> None:
    text = kernel(
        """  %k : i64 = shl i64 %w, i64 4
  %v : i32 = call ptr @down, i32 4, i64 %k [signature=type i32 (i32, i64)]
  store i32 %v, ptr %p [alignment=4]
  ret""",
        RECURSIVE,
    )
    out, requests = run(text, 8)
    assert out == [t * 16 + 10 for t in range(8)]
    assert requests == ["barrier"] * 4 + ["shuffle"] * 4


POINTERS = """
global @table : [2 x ptr] constant external align 8 constant = [ptr address(@one, 0), ptr address(@two, 0)]
define internal i32 @one(i32 %x) {
^e:
  %r : i32 = add i32 %x, i32 1
  ret i32 %r
}
define internal i32 @two(i32 %x) {
^e:
  %b : i32 = vote i32 -1, i1 1 [mode="ballot", sync]
  %r : i32 = add i32 %x, i32 %b
  ret i32 %r
}
"""


def test_indirect_calls_wait_if_any_function_of_the_signature_does() -> None:
    text = (
        kernel(
            """  %bit : i64 = and i64 %w, i64 1
  %at : ptr = gep ptr<constant> @table, i64 %bit [offset=0, scales=(8)]
  %f : ptr = load ptr %at [alignment=8]
  %v : i32 = call ptr %f, i32 %t [signature=type i32 (i32)]
  store i32 %v, ptr %p [alignment=4]
  ret""",
            POINTERS,
        )
        .replace("%at : ptr =", "%at : ptr<constant> =")
        .replace("load ptr %at", "load ptr<constant> %at")
    )
    out, requests = run(text, 4)
    assert out == [1, 1 + 0b1010, 3, 3 + 0b1010]
    assert requests == ["vote"]


def test_local_arrays_keep_their_contents_and_address_across_yields() -> None:
    text = kernel(
        """  %a : ptr = alloca [allocated=type [8 x i32], alignment=32]
  %e3 : ptr = gep ptr %a [offset=12, scales=()]
  store i32 %t, ptr %e3 [alignment=4]
  %before : i64 = ptrtoint ptr %a
  barrier i32 0
  %l : i32 = load ptr %e3 [alignment=4]
  %after : i64 = ptrtoint ptr %a
  %diff : i64 = sub i64 %after, i64 %before
  %low : i64 = and i64 %after, i64 31
  %bad : i64 = or i64 %diff, i64 %low
  %b : i32 = trunc i64 %bad
  %s : i32 = shl i32 %b, i32 16
  %r : i32 = or i32 %l, i32 %s
  store i32 %r, ptr %p [alignment=4]
  ret"""
    )
    assert run(text, 4)[0] == [0, 1, 2, 3]


WARP = [
    ('shuffle i32 -1, i32 %t, i32 2, i32 31 [mode="down", sync]', [2, 3, 2, 3]),
    ('shuffle i32 %t, i32 1, i32 0 [mode="up"]', [0, 0, 1, 2]),
    ('vote i1 1 [mode="ballot"]', [15] * 4),
    ('warp.reduce i32 15, i32 %t [operation="add"]', [6] * 4),
    ("active_mask", [15] * 4),
    ('match i32 15, i32 7 [mode="any"]', [15] * 4),
    ('barrier.reduce i32 0, i1 1 [operation="popc"]', [4] * 4),
]


@pytest.mark.parametrize(
    ("operation", "expected"), WARP, ids=[row[0].split()[0] + str(i) for i, row in enumerate(WARP)]
)
def test_results_of_requests(operation: str, expected: list[int]) -> None:
    out, _ = run(kernel(f"  %r : i32 = {operation}\n  store i32 %r, ptr %p [alignment=4]\n  ret"), 4)
    assert out == expected


def test_pairs_and_floats_travel_through_a_shuffle() -> None:
    text = kernel(
        """  %f : float = uitofp i32 %t
  %r : {float, i1} = shuffle i32 -1, float %f, i32 1, i32 31 [mode="down", sync, with_predicate]
  %v : float = extract {float, i1} %r [indices=(0)]
  %k : i1 = extract {float, i1} %r [indices=(1)]
  %i : i32 = fptosi float %v
  %z : i32 = zext i1 %k
  %h : i32 = shl i32 %z, i32 8
  %o : i32 = or i32 %i, i32 %h
  store i32 %o, ptr %p [alignment=4]
  ret"""
    )
    out, _ = run(text)
    assert out == [t + 1 + 256 for t in range(31)] + [31]


def test_exit_ends_the_thread_while_others_go_on() -> None:
    text = kernel(
        """  %c : i1 = icmp i32 %t, i32 2 [predicate="ult"]
  condbr i1 %c -> ^out, ^on
^out:
  exit
^on:
  barrier i32 0
  store i32 %t, ptr %p [alignment=4]
  ret"""
    )
    assert run(text, 4)[0] == [0, 0, 2, 3]


def test_by_value_parameters_are_the_callees_own() -> None:
    """The kernel's structure is read in place; the function's copy is written without touching the caller's."""
    text = """
define internal i32 @f(ptr %s [by_value=type {i32, i32}, alignment=4]) {
^e:
  barrier i32 0
  %a : i32 = load ptr %s [alignment=4]
  %b : i32 = add i32 %a, i32 5
  store i32 %b, ptr %s [alignment=4]
  barrier i32 0
  %c : i32 = load ptr %s [alignment=4]
  ret i32 %c
}
define kernel external void @k(i8 %pad, ptr %s [by_value=type {i32, i32}, alignment=4], ptr %out) {
^e:
  %x : i32 = call ptr @f, ptr %s [signature=type i32 (ptr)]
  %a : i32 = load ptr %s [alignment=4]
  %h : i32 = mul i32 %a, i32 100
  %r : i32 = add i32 %h, i32 %x
  store i32 %r, ptr %out [alignment=4]
  ret
}
"""
    out = np.zeros(1, np.uint32)
    load(text).launch("k", pack("=B3xIIIQ", 1, 7, 0, 0, out))
    assert out.tolist() == [712]


def test_dynamic_shared_memory_lies_behind_static() -> None:
    text = kernel(
        """  %s : ptr<shared> = gep ptr<shared> @dyn, i64 %w [offset=0, scales=(4)]
  store i32 %t, ptr<shared> %s [alignment=4]
  store i32 77, ptr<shared> @one [alignment=4]
  barrier i32 0
  %a : i32 = load ptr<shared> %s [alignment=4]
  %b : i32 = load ptr<shared> @one [alignment=4]
  %g : ptr = space.cast ptr<shared> @dyn
  %in : i1 = space.is ptr %g [space="shared"]
  %no : i1 = space.is ptr %out [space="shared"]
  %i : i32 = zext i1 %in
  %n : i32 = zext i1 %no
  %m : i32 = mul i32 %n, i32 1000
  %c : i32 = add i32 %a, i32 %b
  %d : i32 = add i32 %c, i32 %i
  %f : i32 = add i32 %d, i32 %m
  store i32 %f, ptr %p [alignment=4]
  ret""",
        "global @dyn : [0 x i32] shared external align 4\nglobal @one : i32 shared internal align 4 = zero",
    )
    assert run(text, 8, dynamic=64)[0] == [t + 78 for t in range(8)]


def test_a_thread_that_spins_lets_the_one_it_waits_for_run() -> None:
    text = kernel(
        """  %first : i1 = icmp i32 %t, i32 0 [predicate="eq"]
  %flag : ptr = gep ptr %out [offset=8, scales=()]
  condbr i1 %first -> ^spin, ^set
^spin:
  %f : i32 = load ptr %flag [alignment=4, volatile]
  %c : i1 = icmp i32 %f, i32 0 [predicate="eq"]
  condbr i1 %c -> ^spin, ^done
^set:
  store i32 7, ptr %flag [alignment=4, volatile]
  br -> ^done
^done:
  store i32 1, ptr %p [alignment=4]
  ret"""
    )
    out, requests = run(text, 2, count=3)
    assert out == [1, 1, 7]
    assert requests == ["yield"]


def test_a_switch_may_reach_a_block_by_several_cases() -> None:
    text = kernel(
        """  switch i32 %t, i32 1, i32 2, i32 3 -> ^other, ^join, ^join, ^other
^other:
  br -> ^join
^join:
  %r : i32 = phi i32 5, i32 6 -> ^e, ^other
  store i32 %r, ptr %p [alignment=4]
  ret"""
    )
    assert run(text, 4)[0] == [6, 5, 5, 6]
