"""What the next block along x will read: asked for where the address says by how much it moves, a constant."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

BODY = """  %y : i32 = sreg [register="ROW"]
  %b : i32 = sreg [register="ctaid.x"]
  %r : i32 = mul i32 %y, i32 %n
  %s : i32 = mul i32 %b, i32 FACTOR
  %i : i32 = add i32 %r, i32 %s
  %j : i32 = add i32 %i, i32 %t
  %jw : i64 = sext i32 %j
  %a : ptr = gep ptr %in, i64 %jw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  ret"""
FETCH = "call void @llvm.prefetch.p0(ptr"


def lines_of(factor: str, row: str = "tid.y") -> list[str]:
    return version(BODY.replace("FACTOR", factor).replace("ROW", row))


@pytest.mark.parametrize(("factor", "edge"), [("6", 6 * 4 + 31), ("-6", -6 * 4)])
def test_the_line_that_the_next_blocks_piece_ends_in(factor: str, edge: int) -> None:
    lines = lines_of(factor)
    assert len([line for line in lines if FETCH in line and "i32 0, i32 3, i32 1" in line]) == 1
    assert any(f"i64 {edge}" in line for line in lines)
    assert excerpt(lines, "load <8|prefetch").count("load <8") == 2


@pytest.mark.parametrize(
    ("factor", "row"),
    [("%n", "tid.y"), ("200", "tid.y"), ("0", "tid.y"), ("6", "ctaid.y")],
    ids=["moves by a number of run time", "moves far", "does not move", "one row"],
)
def test_nothing_is_fetched_where_that_is_no_gain(factor: str, row: str) -> None:
    body = BODY.replace("i32 FACTOR", f"i32 {factor}").replace("ROW", row)
    assert not any(FETCH in line for line in version(body))
