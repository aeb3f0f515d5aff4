"""Warp operations and the rule of docs/design/convergence.md, steps 1 to 4."""

from __future__ import annotations

import itertools

import pytest
from reference_device import Device, kernel, per_thread, run_threads

from anychip.reference import LaunchError
from anychip.reference.warp import source_lane

FULL = 0xFFFFFFFF


def ptx_shuffle(lane: int, mode: str, b: int, c: int) -> tuple[int, bool]:
    """The description of shfl in the PTX ISA, transcribed for the test: (source lane, predicate)."""
    bval, cval, mask = b & 0x1F, c & 0x1F, (c >> 8) & 0x1F
    max_lane = (lane & mask) | (cval & ~mask)
    min_lane = lane & mask
    if mode == "up":
        j = lane - bval
        predicate = j >= max_lane
    elif mode == "down":
        j = lane + bval
        predicate = j <= max_lane
    elif mode == "bfly":
        j = lane ^ bval
        predicate = j <= max_lane
    else:
        j = min_lane | (bval & ~mask)
        predicate = j <= max_lane
    return (j if predicate else lane), predicate


def test_source_lane_is_that_of_ptx() -> None:
    for mode, width in itertools.product(["up", "down", "bfly", "idx"], [1, 2, 4, 8, 16, 32]):
        c = (32 - width) << 8 | (0 if mode == "up" else 31)
        for lane, b in itertools.product(range(32), range(40)):
            assert source_lane(lane, mode, b, c) == ptx_shuffle(lane, mode, b, c)


@pytest.mark.parametrize(
    ("mode", "b", "c", "expected"),
    [
        ("down", 1, 31, [*range(1, 32), 31]),
        ("up", 2, 0, [0, 1, *range(30)]),
        ("bfly", 16, 31, [lane ^ 16 for lane in range(32)]),
        ("idx", 5, (32 - 8) << 8 | 31, [lane // 8 * 8 + 5 for lane in range(32)]),
    ],
)
def test_shuffles_of_a_full_warp(mode: str, b: int, c: int, expected: list[int]) -> None:
    body = f'  %value : i32 = shuffle i32 {FULL}, i32 %tid, i32 {b}, i32 {c} [mode="{mode}", sync]'
    assert run_threads(body, 32) == expected


def test_shuffle_with_predicate_and_float_value() -> None:
    body = f"""
  %f : float = uitofp i32 %tid
  %r : {{float, i1}} = shuffle i32 {FULL}, float %f, i32 30, i32 31 [mode="down", sync, with_predicate]
  %v : float = extract {{float, i1}} %r [indices=(0)]
  %p : i1 = extract {{float, i1}} %r [indices=(1)]
  %i : i32 = fptoui float %v
  %p32 : i32 = zext i1 %p
  %high : i32 = mul i32 %p32, i32 100
  %value : i32 = add i32 %high, i32 %i"""
    assert run_threads(body, 32) == [130, 131, *range(2, 32)]


def test_shuffle_from_a_lane_outside_the_mask_or_finished_gives_the_own_value() -> None:
    body = """
  %low : i1 = icmp i32 %tid, i32 4 [predicate="ult"]
  condbr i1 %low -> ^few, ^rest
^few:
  %a : i32 = shuffle i32 15, i32 %tid, i32 2, i32 31 [mode="down", sync]
  br -> ^join
^rest:
  %b : i32 = add i32 %tid, i32 50
  br -> ^join
^join:
  %value : i32 = phi i32 %a, i32 %b -> ^few, ^rest"""
    assert run_threads(body, 6) == [2, 3, 2, 3, 54, 55]
    finished = f"""
  %gone : i1 = icmp i32 %tid, i32 3 [predicate="eq"]
  condbr i1 %gone -> ^quit, ^go
^quit:
  exit
^go:
  %value : i32 = shuffle i32 {FULL}, i32 %tid, i32 1, i32 31 [mode="down", sync]"""
    assert run_threads(finished, 5) == [1, 2, 2, 0, 4]


def test_lanes_meet_from_both_sides_of_a_branch() -> None:
    body = f"""
  %odd : i1 = trunc i32 %tid
  condbr i1 %odd -> ^left, ^right
^left:
  %a : i32 = shuffle i32 {FULL}, i32 %tid, i32 1, i32 31 [mode="bfly", sync]
  br -> ^join
^right:
  %b : i32 = shuffle i32 {FULL}, i32 %tid, i32 1, i32 31 [mode="bfly", sync]
  br -> ^join
^join:
  %value : i32 = phi i32 %a, i32 %b -> ^left, ^right"""
    assert run_threads(body, 32) == [lane ^ 1 for lane in range(32)]


def test_divergent_loops_meet_again_at_a_masked_operation() -> None:
    body = f"""
  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^loop
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %i, i32 %tid [predicate="ult"]
  condbr i1 %more -> ^loop, ^done
^done:
  %value : i32 = warp.reduce i32 {FULL}, i32 %next [operation="add"]"""
    assert run_threads(body, 32) == [32 * 33 // 2] * 32


@pytest.mark.parametrize(
    ("mode", "type_", "predicate", "expected"),
    [
        ("any", "i1", "%none", 0),
        ("any", "i1", "%some", 1),
        ("all", "i1", "%some", 0),
        ("all", "i1", "%every", 1),
        ("uni", "i1", "%none", 1),
        ("uni", "i1", "%some", 0),
        ("ballot", "i32", "%some", 0b11001),
        ("ballot", "i32", "%every", 0b11111),
    ],
)
def test_votes_see_the_lanes_that_exist(mode: str, type_: str, predicate: str, expected: int) -> None:
    result = "%value : i32 = or i32 %v, i32 0" if type_ == "i32" else "%value : i32 = zext i1 %v"
    body = f"""
  %s : i32 = lshr i32 25, i32 %tid
  %some : i1 = trunc i32 %s
  %none : i1 = icmp i32 %tid, i32 99 [predicate="eq"]
  %every : i1 = icmp i32 %tid, i32 99 [predicate="ne"]
  %v : {type_} = vote i32 {FULL}, i1 {predicate} [mode="{mode}", sync]
  {result}"""
    assert run_threads(body, 5) == [expected] * 5


def test_match() -> None:
    values = [lane % 3 for lane in range(8)]
    masks = [sum(1 << other for other in range(8) if values[other] == value) for value in values]
    body = f"""
  %key : i32 = urem i32 %tid, i32 3
  %value : i32 = match i32 {FULL}, i32 %key [mode="any"]"""
    assert run_threads(body, 8) == masks
    for key, expected in (("%tid", 0), ("7", 1000 + 255)):
        body = f"""
  %r : {{i32, i1}} = match i32 255, i32 {key} [mode="all"]
  %m : i32 = extract {{i32, i1}} %r [indices=(0)]
  %p : i1 = extract {{i32, i1}} %r [indices=(1)]
  %p32 : i32 = zext i1 %p
  %high : i32 = mul i32 %p32, i32 1000
  %value : i32 = add i32 %high, i32 %m"""
        assert run_threads(body, 8) == [expected] * 8


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("add", 2), ("min", -2), ("max", 3), ("umin", 0), ("umax", -1), ("and", 0), ("or", -1), ("xor", 0)],
)
def test_warp_reductions(operation: str, expected: int) -> None:
    body = f"""
  %n : i32 = sub i32 %tid, i32 2
  %value : i32 = warp.reduce i32 63, i32 %n [operation="{operation}"]"""
    values = [lane - 2 for lane in range(6)]
    assert sum(values) == 3
    expected = {"add": 3, "xor": values[0] ^ values[1] ^ 0 ^ 1 ^ 2 ^ 3}.get(operation, expected)
    assert run_threads(body, 6) == [expected % 2**32] * 6


def test_active_mask_is_what_converged_at_that_line() -> None:
    body = """
  %odd : i1 = trunc i32 %tid
  condbr i1 %odd -> ^left, ^right
^left:
  %a : i32 = active_mask
  br -> ^join
^right:
  %b : i32 = active_mask
  br -> ^join
^join:
  %mine : i32 = phi i32 %a, i32 %b -> ^left, ^right
  %all : i32 = active_mask
  %high : i32 = shl i32 %all, i32 16
  %value : i32 = or i32 %high, i32 %mine"""
    assert run_threads(body, 6) == [0b111111 << 16 | (0b101010 if lane % 2 else 0b010101) for lane in range(6)]


def test_operations_without_a_mask_take_the_lanes_at_the_lowest_site() -> None:
    body = """
  %few : i1 = icmp i32 %tid, i32 2 [predicate="ult"]
  condbr i1 %few -> ^late, ^join
^late:
  %c : i32 = vote i1 1 [mode="ballot"]
  br -> ^join
^join:
  %first : i32 = phi i32 0, i32 %c -> ^entry, ^late
  %n : i32 = shuffle i32 %tid, i32 0, i32 31 [mode="idx"]
  %high : i32 = shl i32 %first, i32 8
  %value : i32 = add i32 %high, i32 %n"""
    assert run_threads(body, 4) == [0x300, 0x300, 0, 0]


def test_partial_warp_barriers_order_lanes() -> None:
    globals_ = "global @box : [4 x i32] shared internal align 4 = zero"
    body = """
  %tid64_ : i64 = zext i32 %tid
  %mine : ptr<shared> = gep ptr<shared> @box, i64 %tid64_ [offset=0, scales=(4)]
  store i32 %tid, ptr<shared> %mine [alignment=4]
  warp.barrier i32 15
  %j : i64 = sub i64 3, i64 %tid64_
  %other : ptr<shared> = gep ptr<shared> @box, i64 %j [offset=0, scales=(4)]
  %value : i32 = load ptr<shared> %other [alignment=4]"""
    assert run_threads(body, 4, globals_=globals_) == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "operation",
    [
        '%x : i32 = shuffle i32 14, i32 %tid, i32 0, i32 31 [mode="idx", sync]',
        '%x : i1 = vote i32 14, i1 1 [mode="any", sync]',
        '%x : i32 = match i32 14, i32 1 [mode="any"]',
        '%x : i32 = warp.reduce i32 14, i32 1 [operation="add"]',
        "warp.barrier i32 14",
    ],
)
def test_lane_that_is_not_in_its_own_mask(operation: str) -> None:
    text = kernel(f'  %tid : i32 = sreg [register="tid.x"]\n  {operation} @ 0:8:4\n  ret')
    with pytest.raises(LaunchError, match="lane 0 is not in its own mask 0x0000000e") as error:
        Device(text).launch(block=(4, 1, 1))
    assert error.value.cuda_error_name == "cudaErrorIllegalInstruction"
    assert str(error.value.location) == "t.cu:8:4"


def test_lanes_with_different_masks_do_not_meet() -> None:
    text = kernel("""
  %tid : i32 = sreg [register="tid.x"]
  %odd : i1 = trunc i32 %tid
  %mask : i32 = select i1 %odd, i32 3, i32 1
  warp.barrier i32 %mask @ 0:6:2
  warp.barrier i32 7 @ 0:7:2
  ret""")
    with pytest.raises(LaunchError, match="deadlock") as error:
        Device(text).launch(block=(2, 1, 1))
    # Lane 1 waits for lane 0 with mask 3, and lane 0, alone in its first mask, already for lane 1 with mask 7.
    assert "1 thread(s), the first of them (0, 0, 0), wait at t.cu:7:2 (warp barrier, mask 0x00000007)" in str(
        error.value
    )
    assert "1 thread(s), the first of them (1, 0, 0), wait at t.cu:6:2 (warp barrier, mask 0x00000003)" in str(
        error.value
    )


SPIN = """
  %odd : i1 = trunc i32 %tid
  condbr i1 %odd -> ^set, ^spin
^spin:
  {sleep}
  %seen : i32 = load ptr<shared> @flag [alignment=4, volatile]
  %go : i1 = icmp i32 %seen, i32 5 [predicate="eq"]
  condbr i1 %go -> ^join, ^spin
^set:
  store i32 5, ptr<shared> @flag [alignment=4, volatile]
  br -> ^join
^join:
  %value : i32 = phi i32 1, i32 2 -> ^spin, ^set"""


@pytest.mark.parametrize("sleep", ["nanosleep i32 10", 'fence [ordering="seq_cst", scope="device"]'])
def test_a_lane_that_spins_lets_the_others_run(sleep: str) -> None:
    globals_ = "global @flag : i32 shared internal align 4 = zero"
    assert run_threads(SPIN.format(sleep=sleep), 2, globals_=globals_) == [1, 2]


def test_intra_warp_spin_lock() -> None:
    text = per_thread(
        """
  br -> ^try
^try:
  %r : {i32, i1} = cmpxchg ptr<shared> @lock, i32 0, i32 1 [ordering="relaxed", scope="block"]
  %won : i1 = extract {i32, i1} %r [indices=(1)]
  condbr i1 %won -> ^inside, ^try
^inside:
  %old : i32 = load ptr<shared> @count [alignment=4]
  warp.barrier i32 %self
  %new : i32 = add i32 %old, i32 1
  store i32 %new, ptr<shared> @count [alignment=4]
  %zero : i32 = atomic ptr<shared> @lock, i32 0 [operation="xchg", ordering="relaxed", scope="block"]
  barrier i32 0
  %value : i32 = load ptr<shared> @count [alignment=4]""".replace(
            "  br -> ^try\n", '  %self : i32 = sreg [register="lanemask_eq"]\n  br -> ^try\n', 1
        ),
        globals_="\n".join(f"global @{name} : i32 shared internal align 4 = zero" for name in ("lock", "count")),
    )
    device = Device(text)
    device.launch(block=(3, 1, 1))
    assert device.words(3) == [3, 3, 3]
