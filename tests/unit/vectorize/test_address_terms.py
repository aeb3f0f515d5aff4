"""Addresses as a root, a constant and a sum of values: equal sums are equal places."""

from __future__ import annotations

import pytest
from pass_support import kernel_text

from anychip.ir.parser import parse_module
from anychip.vectorize.address_terms import address_of

BODY = """  %a : ptr = gep ptr %out, i64 %w [offset=8, scales=(16)]
  %b : ptr = gep ptr %a [offset=4, scales=()]
  %three : i64 = add i64 %w, i64 3
  %shifted : i64 = shl i64 %three, i64 4
  %c : ptr = gep ptr %out, i64 %shifted [offset=-36, scales=(1)]
  %d : ptr = gep ptr %out, i64 %w, i64 %w [offset=12, scales=(8,8)]
  %other : ptr = gep ptr %in, i64 %w [offset=12, scales=(16)]
  %more : ptr = gep ptr %out, i64 %w [offset=12, scales=(4)]
  ret"""


@pytest.mark.parametrize(("name", "same"), [("b", True), ("c", True), ("d", True), ("other", False), ("more", False)])
def test_sums_are_compared_by_their_terms(name: str, same: bool) -> None:
    function = parse_module(kernel_text(BODY)).functions["k"]
    values = {item.name: item for item in function.instructions()}
    first, second = address_of(values["a"]), address_of(values[name])
    assert first.offset == 8
    assert second.offset == 12
    assert ((first.root, first.terms) == (second.root, second.terms)) == same
