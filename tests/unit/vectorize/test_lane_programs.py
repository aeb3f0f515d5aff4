"""Kernels in groups of lanes give what they give one thread at a time, whole groups or not."""

from __future__ import annotations

import numpy as np
import pytest
from scalar_executor import load, pack

PROLOGUE = """
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %q [alignment=4]
"""
SHARED = "global @buf : [80 x i32] shared internal align 4 = zero\n"

SUMS = 40
MANY_SUMS = "\n".join(
    [
        "  br -> ^l",
        "^l:",
        "  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^l",
        *(f"  %s{i} : i32 = phi i32 {i}, i32 %n{i} -> ^e, ^l" for i in range(SUMS)),
        "  %kw : i64 = zext i32 %k",
        "  %lp : ptr = gep ptr %in, i64 %kw [offset=0, scales=(4)]",
        "  %lv : i32 = load ptr %lp [alignment=4]",
        "  %m : i32 = mul i32 %lv, i32 %x",
        *(f"  %a{i} : i32 = mul i32 %s{i}, i32 {2 * i + 3}" for i in range(SUMS)),
        *(f"  %n{i} : i32 = add i32 %a{i}, i32 %m" for i in range(SUMS)),
        "  %k1 : i32 = add i32 %k, i32 1",
        '  %go : i1 = icmp i32 %k1, i32 13 [predicate="slt"]',
        "  condbr i1 %go -> ^l, ^z",
        "^z:",
        "  %x0 : i32 = xor i32 %n0, i32 %m",
        *(f"  %x{i} : i32 = xor i32 %x{i - 1}, i32 %{'s' if i % 3 else 'n'}{i}" for i in range(1, SUMS)),
        f"  store i32 %x{SUMS - 1}, ptr %p [alignment=4]",
        "  ret",
    ]
)

PROGRAMS = {
    "more sums than registers": MANY_SUMS,
    "index that is clamped here and there": """
  %lq : ptr = gep ptr %in [offset=4, scales=()]
  %last : i32 = load ptr %lq [alignment=4]
  %far : i32 = mul i32 %last, i32 7
  %n : i32 = add i32 %t, i32 1
  %i : i32 = smin i32 %n, i32 %last
  %iw : i64 = sext i32 %i
  %ip : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %a : i32 = load ptr %ip [alignment=4]
  %j : i32 = smin i32 %n, i32 %far
  %jw : i64 = sext i32 %j
  %jp : ptr = gep ptr %in, i64 %jw [offset=0, scales=(4)]
  %b : i32 = load ptr %jp [alignment=4]
  %s : i32 = add i32 %a, i32 %b
  %d : i32 = mul i32 %s, i32 1000
  %r : i32 = add i32 %d, i32 %x
  store i32 %r, ptr %p [alignment=4]
  ret""",
    "clamped index of some lanes, from the second on": """
  %lq : ptr = gep ptr %in [offset=4, scales=()]
  %first : i32 = load ptr %in [alignment=4]
  %last : i32 = load ptr %lq [alignment=4]
  %m : i32 = add i32 %t, i32 -1
  %i : i32 = smax i32 %m, i32 %first
  %odd : i32 = and i32 %x, i32 1
  %c : i1 = icmp i32 %odd, i32 0 [predicate="ne"]
  condbr i1 %c -> ^a, ^z
^a:
  %iw : i64 = sext i32 %i
  %ip : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %ip [alignment=4]
  %g : i1 = icmp i32 %t, i32 %last [predicate="sgt"]
  %u : i32 = add i32 %t, i32 1
  %k : i32 = select i1 %g, i32 %u, i32 %t
  %kw : i64 = sext i32 %k
  %kp : ptr = gep ptr %in, i64 %kw [offset=0, scales=(4)]
  %w2 : i32 = load ptr %kp [alignment=4]
  %d : i32 = mul i32 %w2, i32 1000
  %r : i32 = add i32 %d, i32 %v
  store i32 %r, ptr %p [alignment=4]
  br -> ^z
^z:
  ret""",
    "one address by two ways": """
  %c : i1 = icmp i32 %x, i32 9 [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %wa : i64 = zext i32 %t
  br -> ^j
^b:
  %wb : i64 = zext i32 %t
  br -> ^j
^j:
  %f : i32 = phi i32 3, i32 5 -> ^a, ^b
  %wj : i64 = phi i64 %wa, i64 %wb -> ^a, ^b
  %o : ptr = gep ptr %out, i64 %wj [offset=0, scales=(4)]
  %r : i32 = mul i32 %x, i32 %f
  store i32 %r, ptr %o [alignment=4]
  ret""",
    "choice": """
  %c : i1 = icmp i32 %x, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %m : i32 = mul i32 %x, i32 7
  br -> ^j
^b:
  %d : i32 = sdiv i32 100, i32 %t
  br -> ^j
^j:
  %r : i32 = phi i32 %m, i32 %d -> ^a, ^b
  store i32 %r, ptr %p [alignment=4]
  ret""",
    "loop that lanes leave one after another": """
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^l
  %s : i32 = phi i32 %x, i32 %s1 -> ^e, ^l
  %c : i1 = icmp i32 %k, i32 %x [predicate="slt"]
  condbr i1 %c -> ^l, ^z
^l:
  %s1 : i32 = add i32 %s, i32 %k
  %k1 : i32 = add i32 %k, i32 1
  br -> ^h
^z:
  %r : i32 = mul i32 %s, i32 1000
  %r2 : i32 = add i32 %r, i32 %k
  store i32 %r2, ptr %p [alignment=4]
  ret""",
    "break out of two loops": """
  br -> ^o
^o:
  %i : i32 = phi i32 0, i32 %i1 -> ^e, ^ol
  %s : i32 = phi i32 0, i32 %s2 -> ^e, ^ol
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^o, ^l
  %u : i32 = phi i32 %s, i32 %u1 -> ^o, ^l
  %u1 : i32 = add i32 %u, i32 %k
  %c : i1 = icmp i32 %u1, i32 %x [predicate="sgt"]
  condbr i1 %c -> ^z, ^l
^l:
  %k1 : i32 = add i32 %k, i32 1
  %d : i1 = icmp i32 %k1, i32 3 [predicate="slt"]
  condbr i1 %d -> ^h, ^ol
^ol:
  %s2 : i32 = add i32 %u1, i32 1
  %i1 : i32 = add i32 %i, i32 1
  %f : i1 = icmp i32 %i1, i32 4 [predicate="slt"]
  condbr i1 %f -> ^o, ^z
^z:
  %r : i32 = phi i32 %u1, i32 -1 -> ^h, ^ol
  store i32 %r, ptr %p [alignment=4]
  ret""",
    "nobody left after a return": """
  %v : i32 = and i32 %x, i32 3
  switch i32 %v, i32 0, i32 1, i32 2, i32 3 -> ^never, ^a, ^b, ^b, ^a
^a:
  store i32 11, ptr %p [alignment=4]
  ret
^b:
  store i32 22, ptr %p [alignment=4]
  ret
^never:
  unreachable""",
    "an index that wraps in lane 0": """
  %i : i32 = sub i32 %t, i32 1
  %c : i1 = icmp i32 %i, i32 30 [predicate="ult"]
  condbr i1 %c -> ^a, ^z
^a:
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  br -> ^z
^z:
  ret""",
    "one address for all": """
  %c : i1 = icmp i32 %x, i32 9 [predicate="slt"]
  condbr i1 %c -> ^a, ^z
^a:
  store i32 %t, ptr %out [alignment=4]
  br -> ^z
^z:
  ret""",
    "atomics": """
  %a : i32 = atomic ptr %out, i32 %x [operation="add", ordering="relaxed", scope="device"]
  %o : ptr = gep ptr %out [offset=4, scales=()]
  %b : i32 = atomic ptr %o, i32 1 [operation="add", ordering="relaxed", scope="device"]
  %bw : i64 = zext i32 %b
  %s : ptr = gep ptr %out, i64 %bw [offset=8, scales=(4)]
  store i32 %t, ptr %s [alignment=4]
  ret""",
    "local array": """
  %l : ptr = alloca [allocated=type [8 x i32], alignment=4]
  %i : i32 = and i32 %x, i32 7
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %l, i64 %iw [offset=0, scales=(4)]
  %f : ptr = gep ptr %l [offset=12, scales=()]
  store i32 5, ptr %f [alignment=4]
  store i32 %t, ptr %a [alignment=4]
  %v : i32 = load ptr %f [alignment=4]
  %u : i32 = load ptr %a [alignment=4]
  %r : i32 = add i32 %u, i32 %v
  store i32 %r, ptr %p [alignment=4]
  ret""",
}
WAITING = {
    "reverse": """
  %s : ptr<shared> = gep ptr<shared> @buf, i64 %w [offset=0, scales=(4)]
  store i32 %x, ptr<shared> %s [alignment=4]
  barrier i32 0
  %n : i32 = sreg [register="ntid.x"]
  %r : i32 = sub i32 %n, i32 %t
  %rw : i64 = zext i32 %r
  %o : ptr<shared> = gep ptr<shared> @buf, i64 %rw [offset=-4, scales=(4)]
  %v : i32 = load ptr<shared> %o [alignment=4]
  %y : i32 = sub i32 %v, i32 %x
  store i32 %y, ptr %p [alignment=4]
  ret""",
    "count": """
  %c : i1 = icmp i32 %x, i32 9 [predicate="slt"]
  %n : i32 = barrier.reduce i32 0, i1 %c [operation="popc"]
  %y : i32 = mul i32 %n, i32 %x
  store i32 %y, ptr %p [alignment=4]
  ret""",
}


def run(body: str, lanes: int, threads: int, *, globals_: str = "") -> tuple[int, list[int]]:
    """The lanes of the kernel that was made, and what it writes."""
    text = f"{globals_}\ndefine kernel external void @k(ptr %out, ptr %in) {{\n^e:{PROLOGUE}{body}\n}}\n"
    out = np.full(80, 0, np.uint32)
    in_ = (np.arange(80, dtype=np.uint32) * 37) % 23
    program = load(text, lanes=lanes)
    program.launch("k", pack("=2Q", out, in_), threads=(threads, 1, 1))
    return program.kernel("k").lanes, out.tolist()


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("lanes", [8, 32])
def test_lanes_give_what_threads_give(name: str, lanes: int) -> None:
    for threads in (64, 45):
        taken, found = run(PROGRAMS[name], lanes, threads)
        assert taken == lanes
        assert found == run(PROGRAMS[name], 1, threads)[1]


@pytest.mark.parametrize("name", WAITING)
@pytest.mark.parametrize("lanes", [8, 32])
def test_groups_wait_for_each_other(name: str, lanes: int) -> None:
    for threads in (64, 45):
        taken, found = run(WAITING[name], lanes, threads, globals_=SHARED)
        assert taken == lanes
        assert found == run(WAITING[name], 1, threads, globals_=SHARED)[1]


def test_meetings_that_only_whole_rows_allow_leave_other_blocks_to_threads() -> None:
    body = """
  %first : i1 = icmp i32 %t, i32 32 [predicate="ult"]
  condbr i1 %first -> ^a, ^z
^a:
  %v : i32 = shuffle i32 -1, i32 %x, i32 1, i32 31 [mode="bfly", sync]
  store i32 %v, ptr %p [alignment=4]
  br -> ^z
^z:
  warp.barrier i32 -1
  ret"""
    text = f"define kernel external void @k(ptr %out, ptr %in) {{\n^e:{PROLOGUE}{body}\n}}\n"
    taken, found = run(body, 32, 64)
    assert taken == 32
    assert found == run(body, 1, 64)[1]
    assert load(text, lanes=32).kernel("k").rows_only
    assert not load(text, lanes=1).kernel("k").rows_only
