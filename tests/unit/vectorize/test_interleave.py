"""Which local arrays may be laid out element by element."""

from __future__ import annotations

import pytest

from anychip.ir.parser import parse_module
from anychip.vectorize.interleave import find_arrays

HEAD = """
define kernel external void @k(ptr %out, i64 %i) {
^e:
  %l : ptr = alloca [allocated=type [8 x i32], alignment=4]
  %p : ptr = gep ptr %l, i64 %i [offset=4, scales=(4)]
  store i32 7, ptr %p [alignment=4]
"""
KEPT = {
    "a load": "%v : float = load ptr %p [alignment=4]",
    "a gep of a gep": "%q : ptr = gep ptr %p, i64 %i [offset=-4, scales=(16)]\n%v : i32 = load ptr %q [alignment=4]",
    "a fill": "memset ptr %l, i8 -1, i64 32",
    "a fill of some elements": "memset ptr %l, i8 1, i64 12",
}
LEFT = {
    "another size": "%v : i64 = load ptr %l [alignment=4]",
    "half an element further": "%q : ptr = gep ptr %p [offset=2, scales=()]\n%v : i32 = load ptr %q [alignment=1]",
    "half indices": "%q : ptr = gep ptr %l, i64 %i [offset=0, scales=(2)]\nstore i32 1, ptr %q [alignment=2]",
    "its address is stored": "store ptr %p, ptr %out [alignment=8]",
    "its address is a number": "%v : i64 = ptrtoint ptr %p",
    "its address is an index": "%v : i64 = ptrtoint ptr %l\n%q : ptr = gep ptr %out, i64 %v [offset=0, scales=(4)]",
    "a choice of addresses": "%q : ptr = select i1 1, ptr %p, ptr %l\n%v : i32 = load ptr %q [alignment=4]",
    "volatile": "%v : i32 = load ptr %p [alignment=4, volatile]",
    "an atomic": '%v : i32 = atomic ptr %p, i32 1 [operation="add", ordering="relaxed", scope="device"]',
    "a copy": "memcpy ptr %l, ptr %out, i64 32",
    "a fill at run time": "memset ptr %l, i8 0, i64 %i",
    "a fill of half an element": "memset ptr %l, i8 0, i64 6",
    "a fill at some index": "memset ptr %p, i8 0, i64 8",
    "a fill beyond the end": "memset ptr %l, i8 0, i64 36",
}


def arrays(body: str) -> tuple[int, set[int]]:
    """How many instructions access interleaved arrays, and the sizes of elements."""
    found = find_arrays(parse_module(f"{HEAD}\n{body}\nret\n}}\n").functions["k"])
    return len(found), {array.unit for array in found.values()}


@pytest.mark.parametrize("name", KEPT)
def test_whole_elements(name: str) -> None:
    assert arrays(KEPT[name]) == (2, {4})


@pytest.mark.parametrize("name", LEFT)
def test_anything_else(name: str) -> None:
    assert arrays(LEFT[name]) == (0, set())
