"""Structures taken apart and put together by shuffles: the text is run on lists."""

from __future__ import annotations

import re
from typing import Any

import pytest

from anychip.vectorize.interleaving import put_together, reverse, take_apart

_SHUFFLE = re.compile(r"shufflevector <\d+ x i32> (\S+), <\d+ x i32> (\S+), <\d+ x i32> <(.*)>")


class Machine:
    """Takes the place of an emitter and does at once what it is told to write."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.values: dict[str, list[int | None]] = {"poison": [None] * width}
        self.shuffles = 0

    def hold(self, numbers: list[int]) -> str:
        name = f"%v{len(self.values)}"
        self.values[name] = list(numbers)
        return name

    def op(self, text: str) -> str:
        first, second, mask = _SHUFFLE.fullmatch(text).groups()  # type: ignore[union-attr]
        both = self.values[first] + self.values[second]
        places = [item.split()[1] for item in mask.split(", ")]
        self.shuffles += 1
        name = f"%v{len(self.values)}"
        self.values[name] = [None if place == "poison" else both[int(place)] for place in places]
        return name


@pytest.mark.parametrize("width", [8, 16])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 12, 16])
def test_there_and_back(width: int, count: int) -> None:
    machine: Any = Machine(width)
    memory = list(range(width * count))
    vectors = [machine.hold(memory[start : start + width]) for start in range(0, len(memory), width)]
    fields = take_apart(machine, "i32", vectors, range(count))
    assert {place: machine.values[text] for place, text in fields.items()} == {
        place: memory[place::count] for place in range(count)
    }
    again = put_together(machine, "i32", [fields[place] for place in range(count)])
    assert [number for text in again for number in machine.values[text]] == memory


def test_powers_of_two_take_a_step_for_each_factor() -> None:
    machine: Any = Machine(16)
    take_apart(machine, "i32", [machine.hold([0] * 16) for _ in range(8)], range(8))
    assert machine.shuffles == 24


def test_only_what_is_wanted_is_taken() -> None:
    machine: Any = Machine(8)
    fields = take_apart(machine, "i32", [machine.hold(list(range(start, start + 8))) for start in range(0, 32, 8)], [3])
    assert list(fields) == [3]
    assert machine.shuffles == 3


def test_the_last_lane_first() -> None:
    machine: Any = Machine(8)
    assert machine.values[reverse(machine, "i32", machine.hold(list(range(8))))] == list(range(7, -1, -1))
