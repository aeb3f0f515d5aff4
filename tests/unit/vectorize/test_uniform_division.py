"""Divisions by a number that all lanes share."""

from __future__ import annotations

import pytest
from pass_support import excerpt, version

BODY = """  %a : TYPE = sitofp i32 %LEFT
  %b : TYPE = sitofp i32 %RIGHT
  %c : TYPE = fdiv TYPE %a, TYPE %b
  %v : i32 = fptosi TYPE %c
  store i32 %v, ptr %p [alignment=4]
  ret"""


def lines(left: str, right: str, type_: str = "float") -> list[str]:
    return version(BODY.replace("TYPE", type_).replace("LEFT", left).replace("RIGHT", right))


@pytest.mark.parametrize(("left", "right", "looked_at"), [("x", "n", True), ("x", "t", False), ("n", "x", False)])
def test_only_numbers_of_all_lanes_are_looked_at(left: str, right: str, looked_at: bool) -> None:
    found = lines(left, right)
    assert any("fdiv <8 x float>" in line for line in found)
    assert any("fmul <8 x float>" in line for line in found) == looked_at


@pytest.mark.parametrize(
    ("type_", "numbers"),
    [("float", ("8388607", "253", "2130706432")), ("double", (str(2**52 - 1), "2045", str(2046 << 52)))],
)
def test_powers_with_a_normal_reciprocal_are_multiplied_by_it(type_: str, numbers: tuple[str, ...]) -> None:
    found = excerpt(lines("x", "n", type_), r"= and|icmp|= sub|fmul|fdiv|br i1|phi", "%S")
    assert all(number in found for number in numbers)
    assert [word for word in ("br i1", "fmul", "fdiv", "phi") if word not in found] == []
    assert found.index("br i1") < found.index("fmul") < found.index("fdiv") < found.index("phi")
