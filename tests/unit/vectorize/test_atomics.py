"""Atomics of a group of lanes leave in memory, and give each lane, what threads in their order do."""

from __future__ import annotations

import numpy as np
import pytest
from scalar_executor import load, pack

INTEGERS = ["add", "sub", "and", "or", "xor", "max", "min", "umax", "umin", "xchg", "inc_wrap"]
GLOBAL = ("global @c : [32 x TYPE] global external align 8 = zero", "")
SHARED = (
    "global @c : [32 x TYPE] shared internal align 8 = zero",
    "  memset ptr<shared> @c, i8 63, i64 256\n  barrier i32 0\n",
)
ALL = "  br -> ^a\n^z:\n  ret\n^a:\n"
SOME = '  %few : i1 = icmp i32 %t, i32 11 [predicate="ult"]\n  condbr i1 %few -> ^z, ^a\n^z:\n  ret\n^a:\n'


def run(
    lanes: int, memory: tuple[str, str], who: str, operation: str, kind: str, index: str, *, used: bool = True
) -> tuple[int, bytes]:
    """The lanes taken; the old values (if used) of 70 threads, then what the memory holds in the end."""
    size = {"i32": 4, "i16": 2, "i64": 8, "float": 4, "double": 8, "half": 2}[kind]
    definition, start = memory
    space = "shared" if "shared" in definition else "global"
    old = f"  store {kind} %old, ptr %p [alignment={size}]\n" if used else ""
    text = f"""{definition.replace("TYPE", kind).replace("32 x", f"{256 // size} x")}
define kernel external void @k(ptr %out, ptr %in) {{
^e:
{start}  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=({size})]
  %q : ptr = gep ptr %in, i64 %w [offset=0, scales=({size})]
  %v : {kind} = load ptr %q [alignment={size}]
  %i7 : i32 = mul i32 %t, i32 7
  %i3 : i32 = lshr i32 %i7, i32 3
  %scattered : i32 = and i32 %i3, i32 15
  %own : i32 = and i32 %t, i32 31
  %i : i32 = add i32 {index}, i32 0
  %iw : i64 = zext i32 %i
  %place : ptr<{space}> = gep ptr<{space}> @c, i64 %iw [offset=0, scales=({size})]
{who}  %old : {kind} = atomic ptr<{space}> %place, {kind} %v [operation="{operation}", ordering="relaxed"]
{old}  %last : i1 = icmp i32 %t, i32 69 [predicate="eq"]
  condbr i1 %last -> ^copy, ^z
^copy:
  %end : ptr = gep ptr %out [offset={70 * size}, scales=()]
  memcpy ptr %end, ptr<{space}> @c, i64 256
  ret
}}
"""
    types = {"float": np.float32, "double": np.float64, "half": np.float16}
    numbers = (np.arange(70) * 2654435761) % 1000003 - 400000
    values = (numbers / 997).astype(types[kind]) if kind in types else numbers.astype(f"i{size}")
    out = np.zeros(70 * size + 256, np.uint8)
    program = load(text, lanes=lanes)
    program.launch("k", pack("=2Q", out, values), threads=(70, 1, 1))
    return program.kernel("k").lanes, out.tobytes()


def check(memory: tuple[str, str], who: str, operation: str, kind: str, index: str, *, used: bool) -> None:
    one, expected = run(1, memory, who, operation, kind, index, used=used)
    assert one == 1
    assert any(expected)
    for lanes in (8, 32):
        taken, found = run(lanes, memory, who, operation, kind, index, used=used)
        assert taken == lanes
        assert found == expected


@pytest.mark.parametrize("operation", INTEGERS)
@pytest.mark.parametrize("who", [ALL, SOME], ids=["all", "some"])
def test_integers_on_one_address(operation: str, who: str) -> None:
    check(SHARED, who, operation, "i32", "3", used=True)


@pytest.mark.parametrize("kind", ["i16", "i64"])
def test_integers_of_other_widths(kind: str) -> None:
    for operation in ("max", "xor", "sub"):
        check(GLOBAL, SOME, operation, kind, "3", used=True)


@pytest.mark.parametrize("kind", ["float", "double", "half"])
@pytest.mark.parametrize("memory", [GLOBAL, SHARED], ids=["global", "shared"])
def test_floats_are_added_in_order(memory: tuple[str, str], kind: str) -> None:
    for who in (ALL, SOME):
        for used in (True, False):
            check(memory, who, "fadd", kind, "3", used=used)


@pytest.mark.parametrize("index", ["%scattered", "%own"])
@pytest.mark.parametrize("memory", [GLOBAL, SHARED], ids=["global", "shared"])
def test_addresses_that_differ(memory: tuple[str, str], index: str) -> None:
    for operation, kind in (("add", "i32"), ("fadd", "float"), ("umax", "i16"), ("xchg", "double")):
        for who in (ALL, SOME):
            check(memory, who, operation, kind, index, used=kind in ("i32", "double"))
