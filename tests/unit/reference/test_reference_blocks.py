"""Block barriers, named barriers and the report of a deadlock: docs/design/convergence.md, steps 5 and 6."""

from __future__ import annotations

import pytest
from reference_device import Device, kernel, run_threads

from anychip.reference import LaunchError


def test_barrier_in_a_loop_and_after_threads_have_left() -> None:
    body = """
  %gone : i1 = icmp i32 %tid, i32 40 [predicate="uge"]
  condbr i1 %gone -> ^quit, ^head
^quit:
  exit
^head:
  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %next -> ^head, ^loop
  %old : i32 = atomic ptr<shared> @sum, i32 1 [operation="add", ordering="relaxed", scope="block"]
  barrier i32 0
  %seen : i32 = load ptr<shared> @sum [alignment=4]
  barrier i32 0
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %next, i32 3 [predicate="ult"]
  condbr i1 %more -> ^loop, ^done
^done:
  %value : i32 = add i32 %seen, i32 0"""
    globals_ = "global @sum : i32 shared internal align 4 = zero"
    assert run_threads(body, 48, globals_=globals_) == [120] * 40 + [0] * 8


@pytest.mark.parametrize(
    ("operation", "bound", "expected"), [("popc", 33, 33), ("and", 33, 0), ("and", 40, 1), ("or", 1, 1), ("or", 0, 0)]
)
def test_barrier_reductions(operation: str, bound: int, expected: int) -> None:
    body = f"""
  %p : i1 = icmp i32 %tid, i32 {bound} [predicate="ult"]
  %v : i32 = barrier.reduce i32 0, i1 %p [operation="{operation}"]
  %value : i32 = add i32 %v, i32 0"""
    assert run_threads(body, 40) == [expected] * 40


def test_reduction_meets_a_plain_barrier_of_the_same_id() -> None:
    body = """
  %low : i1 = icmp i32 %tid, i32 3 [predicate="ult"]
  condbr i1 %low -> ^vote, ^plain
^vote:
  %v : i32 = barrier.reduce i32 0, i1 1 [operation="popc"]
  br -> ^join
^plain:
  barrier i32 0
  br -> ^join
^join:
  %value : i32 = phi i32 %v, i32 9 -> ^vote, ^plain"""
    assert run_threads(body, 5) == [3, 3, 3, 9, 9]


def test_named_barriers_with_counts_and_arrivals() -> None:
    """Warp 1 produces twice, one phase ahead; warp 0 consumes; the third warp takes no part."""
    body = """
  %warp : i32 = sreg [register="warpid"]
  switch i32 %warp, i32 0, i32 1 -> ^other, ^consume, ^produce
^produce:
  store i32 7, ptr<shared> @box [alignment=4]
  barrier.arrive i32 1, i32 64
  store i32 8, ptr<shared> @second [alignment=4]
  barrier.arrive i32 1, i32 64
  br -> ^other
^consume:
  barrier i32 1, i32 64
  %a : i32 = load ptr<shared> @box [alignment=4]
  barrier i32 1, i32 64
  %b : i32 = load ptr<shared> @second [alignment=4]
  %sum : i32 = add i32 %a, i32 %b
  br -> ^join
^other:
  br -> ^join
^join:
  %value : i32 = phi i32 %sum, i32 1 -> ^consume, ^other"""
    globals_ = "global @box : i32 shared internal align 4 = zero\nglobal @second : i32 shared internal align 4 = zero"
    assert run_threads(body, 96, globals_=globals_) == [15] * 32 + [1] * 64


def test_every_arrival_counts_once() -> None:
    """Half of the producing warp arrives late; until then the consumers wait, though nobody waits with them."""
    body = """
  %consumer : i1 = icmp i32 %tid, i32 32 [predicate="ult"]
  condbr i1 %consumer -> ^consume, ^produce
^consume:
  barrier i32 1, i32 64
  %seen : i32 = load ptr<shared> @box [alignment=4]
  br -> ^join
^produce:
  %late : i1 = icmp i32 %tid, i32 48 [predicate="uge"]
  condbr i1 %late -> ^sleep, ^arrive
^sleep:
  nanosleep i32 10
  nanosleep i32 10
  store i32 6, ptr<shared> @box [alignment=4]
  br -> ^arrive
^arrive:
  barrier.arrive i32 1, i32 64
  br -> ^join
^join:
  %value : i32 = phi i32 %seen, i32 2 -> ^consume, ^arrive
  barrier i32 0"""
    globals_ = "global @box : i32 shared internal align 4 = zero"
    assert run_threads(body, 64, globals_=globals_) == [6] * 32 + [2] * 32


def test_counted_barrier_completes_while_another_warp_sleeps() -> None:
    body = """
  %warp : i32 = sreg [register="warpid"]
  %sleeper : i1 = icmp i32 %warp, i32 0 [predicate="eq"]
  condbr i1 %sleeper -> ^sleep, ^work
^sleep:
  nanosleep i32 100
  %seen : i32 = load ptr<shared> @flag [alignment=4, volatile]
  %go : i1 = icmp i32 %seen, i32 1 [predicate="eq"]
  condbr i1 %go -> ^join, ^sleep
^work:
  barrier i32 2, i32 64
  store i32 1, ptr<shared> @flag [alignment=4]
  br -> ^join
^join:
  %value : i32 = phi i32 3, i32 4 -> ^sleep, ^work"""
    globals_ = "global @flag : i32 shared internal align 4 = zero"
    assert run_threads(body, 96, globals_=globals_) == [3] * 32 + [4] * 64


COUNTED_TWICE = """
  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %value -> ^entry, ^loop
  barrier i32 3, i32 64
  %value : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %value, i32 2 [predicate="ult"]
  condbr i1 %more -> ^loop, ^last
^last:"""


def test_a_counted_barrier_serves_two_pairs_of_warps() -> None:
    assert run_threads(COUNTED_TWICE, 128) == [2] * 128


def test_a_counted_barrier_leaves_nothing_for_its_next_use() -> None:
    body = f"""{COUNTED_TWICE}
  %first : i1 = icmp i32 %tid, i32 32 [predicate="ult"]
  condbr i1 %first -> ^again, ^elsewhere
^again:
  barrier i32 3, i32 64
  br -> ^join
^elsewhere:
  barrier i32 5, i32 128
  br -> ^join
^join:"""
    with pytest.raises(LaunchError, match=r"(?s)32 thread\(s\).*\(barrier 3\).*96 thread\(s\).*\(barrier 5\)"):
        run_threads(body, 128)


def test_a_count_is_met_by_a_last_warp_that_is_not_full() -> None:
    assert run_threads("  barrier i32 1, i32 64\n  %value : i32 = add i32 %tid, i32 0", 48) == list(range(48))


def test_deadlock_lists_every_line_where_threads_wait() -> None:
    text = kernel("""
  %tid : i32 = sreg [register="tid.x"]
  %low : i1 = icmp i32 %tid, i32 3 [predicate="ult"]
  condbr i1 %low -> ^a, ^b
^a:
  barrier i32 0 @ 0:11:5
  ret
^b:
  barrier i32 1 @ 0:14:5
  ret""")
    with pytest.raises(LaunchError) as error:
        Device(text).launch(grid=(2, 1, 1), block=(40, 1, 1))
    assert error.value.cuda_error_name == "cudaErrorLaunchFailure"
    assert "kernel k, block (0, 0, 0)" in error.value.message
    assert "3 thread(s), the first of them (0, 0, 0), wait at t.cu:11:5 (barrier 0)" in error.value.message
    assert "37 thread(s), the first of them (3, 0, 0), wait at t.cu:14:5 (barrier 1)" in error.value.message
    assert str(error.value.location) == "t.cu:11:5"


def test_barrier_under_divergence_meets_across_lines() -> None:
    body = """
  %odd : i1 = trunc i32 %tid
  condbr i1 %odd -> ^a, ^b
^a:
  barrier i32 0
  br -> ^join
^b:
  barrier i32 0
  br -> ^join
^join:
  %value : i32 = phi i32 1, i32 2 -> ^a, ^b"""
    assert run_threads(body, 3) == [2, 1, 2]


def test_blocks_run_in_index_order() -> None:
    text = kernel(
        """
  %x : i32 = sreg [register="ctaid.x"]
  %y : i32 = sreg [register="ctaid.y"]
  %n : i32 = sreg [register="nctaid.x"]
  %row : i32 = mul i32 %y, i32 %n
  %me : i32 = add i32 %row, i32 %x
  %turn : i32 = atomic ptr<global> @turn, i32 1 [operation="add", ordering="relaxed", scope="device"]
  %i : i64 = zext i32 %me
  %slot : ptr = gep ptr %out, i64 %i [offset=0, scales=(4)]
  store i32 %turn, ptr %slot [alignment=4]
  ret""",
        globals_="global @turn : i32 global internal align 4 = zero",
    )
    device = Device(text)
    device.launch(grid=(3, 2, 1))
    assert device.words(6) == list(range(6))
