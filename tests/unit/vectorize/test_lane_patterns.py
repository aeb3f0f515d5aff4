"""Patterns of lanes: checked against what each lane computes, for bases of all kinds."""

from __future__ import annotations

import pytest
from pass_support import kernel

from anychip.ir import Function, Instruction
from anychip.vectorize.lane_patterns import Pattern, lane_pattern
from anychip.vectorize.shapes import Grouping, analyse_shapes

LANES = 8
TEXT = """define kernel external void @k(ptr %out, i32 %n) {{
^e:
  %t : i32 = sreg [register="tid.x"]
  %d : i32 = shl i32 %t, i32 1
  {operation}
  %w : i64 = {extension} i32 %v
  %p : ptr = gep ptr %out, i64 %w [offset=12, scales=(4)]
  store i32 %t, ptr %p [alignment=4]
  ret
}}
"""


def address_pattern(operation: str, extension: str = "zext") -> Pattern | None:
    _, function = kernel(TEXT.format(operation=operation, extension=extension))
    return pattern_of(function)


def pattern_of(function: Function) -> Pattern | None:
    shapes = analyse_shapes(function, Grouping.WHOLE, LANES)
    store = next(item for item in function.instructions() if item.opcode == "store")
    assert isinstance(store, Instruction)
    assert store.block
    return lane_pattern(shapes, store.operands[1], store.block)


@pytest.mark.parametrize("extension", ["zext", "sext"])
@pytest.mark.parametrize(
    ("operation", "places"),
    [
        ("%v : i32 = xor i32 %t, i32 5", lambda t: t ^ 5),
        ("%v : i32 = and i32 %t, i32 3", lambda t: t & 3),
        ("%v : i32 = or i32 %t, i32 9", lambda t: t | 9),
        ("%v : i32 = lshr i32 %t, i32 2", lambda t: t >> 2),
        ("%a : i32 = and i32 %t, i32 3\n  %v : i32 = sub i32 %d, i32 %a", lambda t: 2 * t - (t & 3)),
        ("%a : i32 = and i32 %t, i32 4\n  %v : i32 = add i32 %d, i32 %a", None),
        ("%a : i32 = and i32 %t, i32 4\n  %v : i32 = add i32 %t, i32 %a", None),
        ("%a : i32 = and i32 %t, i32 2\n  %v : i32 = sub i32 %d, i32 %a", lambda t: 2 * t - (t & 2)),
        ("%a : i32 = xor i32 %t, i32 1\n  %v : i32 = mul i32 %a, i32 3", None),
        ("%a : i32 = and i32 %t, i32 7\n  %v : i32 = mul i32 %a, i32 2", lambda t: 2 * (t & 7)),
        ("%v : i32 = xor i32 %t, i32 %n", None),
        ("%a : i32 = add i32 %t, i32 %n\n  %v : i32 = and i32 %a, i32 3", None),
        ("%a : i32 = add i32 %t, i32 8\n  %v : i32 = xor i32 %a, i32 1", lambda t: (t + 8) ^ 1),
        ("%a : i32 = sub i32 %t, i32 8\n  %v : i32 = xor i32 %a, i32 -2", lambda t: (t - 8) ^ -2),
        ("%a : i32 = add i32 %t, i32 4\n  %v : i32 = xor i32 %a, i32 7", None),
        ("%v : i32 = lshr i32 %t, i32 4", lambda t: t >> 4),
    ],
)
def test_offsets_are_those_of_the_lanes(operation: str, places: object, extension: str) -> None:
    found = address_pattern(operation, extension)
    if places is None:
        assert found is None
        return
    assert found
    assert callable(places)
    for base in (0, LANES, 5 * LANES, 120 * LANES):
        lanes = [places(base + lane) for lane in range(LANES)]
        bits = [number % (1 << 32) for number in lanes]
        if extension == "sext":
            bits = [number - (number >> 31 << 32) for number in bits]
        assert [4 * (number - bits[0]) for number in bits] == [offset - found.offsets[0] for offset in found.offsets]


def test_groups_that_begin_anywhere_have_no_known_bits() -> None:
    _, function = kernel(TEXT.format(operation="%v : i32 = xor i32 %t, i32 5", extension="zext"))
    assert pattern_of(function)
    shapes = analyse_shapes(function, Grouping.LINEAR, LANES)
    store = next(item for item in function.instructions() if item.opcode == "store")
    assert store.block
    assert lane_pattern(shapes, store.operands[1], store.block) is None
