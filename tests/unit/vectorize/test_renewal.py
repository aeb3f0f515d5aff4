"""What is kept across a barrier and what is computed anew behind it."""

from __future__ import annotations

from pass_support import SHARED, names, prepared

from anychip.analysis.liveness import live_after
from anychip.vectorize.renewal import split_live
from anychip.vectorize.shapes import Grouping, analyse_shapes

BODY = """  %small : i32 = add i32 %x, i32 3
  %quotient : i32 = sdiv i32 %x, i32 %n
  %deep : i32 = sdiv i32 %quotient, i32 %t
  %group : i32 = lshr i32 %t, i32 3
  barrier i32 0
  %s : ptr<shared> = gep ptr<shared> @buf, i64 %w [offset=0, scales=(4)]
  %v : i32 = load ptr<shared> %s [alignment=4]
  %a : i32 = add i32 %v, i32 %small
  %b : i32 = add i32 %a, i32 %deep
  %c : i32 = add i32 %b, i32 %group
  %d : i32 = add i32 %c, i32 %x
  store i32 %d, ptr %p [alignment=4]
  ret"""


def test_cheap_values_are_computed_anew() -> None:
    function = prepared(BODY, SHARED)
    shapes = analyse_shapes(function, Grouping.WHOLE, 8)
    point = next(item for item in function.instructions() if item.opcode == "barrier")
    (live,) = live_after(function, [point]).values()
    kept, renewed = split_live(shapes, point, live)
    assert names(kept) == ["deep", "x"]  # a load, and two divisions
    assert names(renewed) == ["group", "p", "small", "w"]
