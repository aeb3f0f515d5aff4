"""Kernels that need their warps in lockstep are found, and what they share is read and written by all lanes at once."""

from __future__ import annotations

import numpy as np
import pytest
from scalar_executor import load, pack

from anychip.analysis.warp_synchronous import lockstep_conflict
from anychip.ir.parser import parse_module
from anychip.vectorize.lockstep import make_private_accesses_plain

REVERSE = """global @s : [64 x i32] shared internal align 4 = zero
define kernel external void @k(ptr %out) {{
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr<shared> = gep ptr<shared> @s, i64 %w [offset=0, scales=(4)]
  store i32 %t, ptr<shared> %p [alignment=4{flag}]
  {between}
  %r : i32 = sub i32 31, i32 %t
  %rw : i64 = sext i32 %r
  %q : ptr<shared> = gep ptr<shared> @s, i64 %rw [offset=0, scales=(4)]
  %v : i32 = load ptr<shared> %q [alignment=4{flag}]
  %o : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  store i32 %v, ptr %o [alignment=4{flag}]
  ret
}}
"""


def text(between: str = "", flag: str = ", volatile") -> str:
    return REVERSE.format(between=between, flag=flag)


@pytest.mark.parametrize(
    ("between", "flag", "needs"),
    [
        ("", ", volatile", True),
        ("", "", False),
        ("barrier i32 0", ", volatile", False),
        ("warp.barrier i32 -1", ", volatile", False),
    ],
)
def test_volatile_traffic_without_a_barrier_needs_lockstep(between: str, flag: str, needs: bool) -> None:
    kernel = parse_module(text(between, flag)).functions["k"]
    assert bool(lockstep_conflict(kernel)) == needs


def test_only_shared_memory_becomes_plain() -> None:
    kernel = parse_module(text()).functions["k"]
    make_private_accesses_plain(kernel)
    flags = [item.flag("volatile") for item in kernel.instructions() if item.opcode in ("load", "store")]
    assert flags == [False, False, True]


@pytest.mark.parametrize("lanes", [8, 32])
def test_such_kernels_run_in_whole_warps(lanes: int) -> None:
    out = np.zeros(32, np.int32)
    program = load(text(), lanes=lanes)
    program.launch("k", pack("=Q", out), threads=(32, 1, 1))
    assert program.kernel("k").lanes == 32
    assert out.tolist() == list(range(31, -1, -1))
