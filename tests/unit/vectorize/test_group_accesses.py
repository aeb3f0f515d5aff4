"""Which accesses of a block are done together, and what keeps them apart."""

from __future__ import annotations

import pytest

from anychip.ir import Instruction
from anychip.ir.parser import parse_module
from anychip.vectorize.address_terms import address_of
from anychip.vectorize.group_accesses import group_accesses

HEAD = """
define kernel external void @k(ptr %a, ptr %b, ptr %r [noalias], i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p0 : ptr = gep ptr %a, i64 %w [offset=0, scales=(16)]
  %p4 : ptr = gep ptr %p0 [offset=4, scales=()]
  %v : i64 = add i64 %w, i64 2
  %s : i64 = shl i64 %v, i64 4
  %p8 : ptr = gep ptr %a, i64 %s [offset=-24, scales=(1)]
  %p12 : ptr = gep ptr %a, i64 %w [offset=12, scales=(16)]
  %p16 : ptr = gep ptr %a, i64 %w [offset=16, scales=(16)]
  %q0 : ptr = gep ptr %b, i64 %w [offset=0, scales=(16)]
  %q4 : ptr = gep ptr %q0 [offset=4, scales=()]
  %r0 : ptr = gep ptr %r, i64 %w [offset=0, scales=(16)]
"""
L0, L4, L8, L12 = (f"%l{n} : i32 = load ptr %p{n} [alignment=4]" for n in (0, 4, 8, 12))
S0, S4, S8 = (f"store i32 %t, ptr %p{n} [alignment=4]" for n in (0, 4, 8))
Q0, Q4 = (f"store i32 {value}, ptr %q{n} [alignment=4]" for n, value in ((0, "%t"), (4, "%n")))
M0, M4 = (f"%m{n} : i32 = load ptr %q{n} [alignment=4]" for n in (0, 4))
R0 = "store i32 %t, ptr %r0 [alignment=4]"

CASES: dict[str, tuple[list[str], list[list[int]]]] = {
    "neighbours, also written another way": ([L0, L4, L8, L12], [[0, 1, 2, 3]]),
    "not in order": ([L8, L0, L12], [[0, 1, 2]]),
    "the next lane's": ([L0, L4, "%x : i32 = load ptr %p16 [alignment=4]"], [[0, 1], [2]]),
    "another size": ([L0, "%x : i16 = load ptr %p4 [alignment=2]"], [[0], [1]]),
    "another base": ([L0, M4], [[0], [1]]),
    "a store elsewhere in the structure": ([L0, S8, L4], [[0, 2], [1]]),
    "a store to what a later one loads": ([L0, S4, L4], [[0], [1], [2]]),
    "a store to what an earlier one loads": ([L0, S0, L4], [[0, 2], [1]]),
    "a store who knows where": ([L0, Q0, L4], [[0], [1], [2]]),
    "a restricted store": ([L0, R0, L4], [[0, 2], [1]]),
    "a barrier": ([L0, "barrier i32 0", L4], [[0], [2]]),
    "a volatile load": ([L0, "%x : i32 = load ptr %r0 [alignment=4, volatile]", L4], [[0], [2]]),
    "stores": ([S0, S4, S8], [[0, 1, 2]]),
    "stores, one twice": ([S0, S4, S0], [[0, 1], [2]]),
    "stores with a load of one": ([S0, L0, S4], [[0], [1], [2]]),
    "stores with a load of the next": ([S0, L4, S4], [[0, 2], [1]]),
    "stores and loads of what may be one": ([S0, M0, S4, M4], [[0], [1], [2], [3]]),
    "stores to what may be one": ([S0, Q0, S4, Q4], [[0], [1], [2], [3]]),
    "a load is not brought before a store that is put off": ([S0, L8, S4, L0], [[0, 2], [1], [3]]),
}


def grouped(body: list[str], stride: int | None = 16) -> list[list[int]]:
    """The groups, as positions in the body."""
    text = HEAD + "\n".join(body) + "\n  ret\n}\n"
    function = parse_module(text).functions["k"]
    accesses = function.entry.instructions[-len(body) - 1 : -1]

    def stride_of(access: Instruction) -> int | None:
        return stride

    groups = {id(group): group for group in group_accesses(function, stride_of).values()}
    return sorted([accesses.index(member) for member in group.members] for group in groups.values())


@pytest.mark.parametrize("name", CASES)
def test_groups(name: str) -> None:
    body, expected = CASES[name]
    assert grouped(body) == expected
    assert grouped(body, None) == expected or name == "the next lane's"


def test_one_address_for_all_lanes_makes_no_group() -> None:
    assert grouped([L0, L4], 0) == []


def test_contiguous_accesses_stay_alone() -> None:
    assert grouped([L0, L4], 4) == [[0], [1]]


def test_an_address_is_a_sum() -> None:
    function = parse_module(HEAD + "  ret\n}\n").functions["k"]
    values = {item.name: item for item in function.instructions()}
    first, third = address_of(values["p0"]), address_of(values["p8"])
    assert first.terms == third.terms
    assert (first.offset, third.offset) == (0, 8)
    assert first.root is function.arguments[0]
