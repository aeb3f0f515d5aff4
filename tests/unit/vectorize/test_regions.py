"""A loop for each state, for as many states as there may be."""

from __future__ import annotations

import re

from anychip.vectorize.regions import MAX_REGIONS, region_words


def test_each_state_has_a_loop_and_an_arm() -> None:
    words = region_words(3)
    assert words["REGION_CASES"] == "i32 0, label %region.0 i32 1, label %region.1 i32 2, label %region.2"
    assert words["REGION_ANY"].count("%any.") == words["REGION_ALL"].count("%all.") == 3
    assert re.findall(r"^region\.(\d+):", words["REGIONS"], re.M) == ["0", "1", "2"]


def test_further_states_are_left_to_the_general_loop() -> None:
    assert region_words(MAX_REGIONS + 5) == region_words(MAX_REGIONS)


def test_a_loop_goes_along_x_then_y_then_z() -> None:
    text = region_words(1)["REGIONS"]
    turn = text[text.index("region.0.turn:") : text.index("region.0.latch:")]
    assert re.findall(r"store volatile i32 (\S+), ptr (\S+),", turn) == [
        ("%y.0.next", "%idx.y"),
        ("%z.0.next", "%idx.z"),
    ]
    assert "%x.0.next = phi i32 [ %x.0.sum, %region.0.next ], [ 0, %region.0.turn ]" in text
