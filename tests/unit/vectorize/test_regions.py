"""A loop for each state, for as many states as there may be."""

from __future__ import annotations

import re

from anychip.vectorize.regions import ALWAYS_INLINED, INLINE_THRESHOLD, MAX_REGIONS, region_words


def test_each_state_has_a_loop_and_an_arm() -> None:
    words = region_words(3, rows=True)
    assert words["REGION_CASES"] == "i32 0, label %region.0 i32 1, label %region.1 i32 2, label %region.2"
    assert words["REGION_ANY"].count("%any.") == words["REGION_ALL"].count("%all.") == 3
    assert re.findall(r"^region\.(\d+):", words["REGIONS"], re.M) == ["0", "1", "2"]


def test_further_states_are_left_to_the_general_loop() -> None:
    assert region_words(MAX_REGIONS + 5, rows=True) == region_words(MAX_REGIONS, rows=True)


def test_a_loop_goes_down_the_rows_of_one_place_along_x() -> None:
    text = region_words(1, rows=True)["REGIONS"]
    column, row = text.index("region.0:"), text.index("region.0.row:")
    latch, over = text.index("region.0.latch:"), text.index("region.0.over:")
    assert re.findall(r"store volatile i32 (\S+), ptr (\S+),", text[column:row]) == [("%x.0", "%idx.x")]
    assert re.findall(r"store volatile i32 (\S+), ptr (\S+),", text[row:latch]) == [
        ("%y.0", "%idx.y"),
        ("%z.0", "%idx.z"),
        ("%linear.0", "%linear.at"),
    ]
    assert "getelementptr i8, ptr %frame.0, i64 %row.frames" in text[latch:over]
    assert "%x.0.next = add i32 %x.0, WIDTH" in text[over:]


def test_only_few_states_are_inlined_whatever_it_takes() -> None:
    assert region_words(ALWAYS_INLINED, rows=True)["INLINE"] == "alwaysinline"
    assert region_words(ALWAYS_INLINED + 1, rows=True)["INLINE"] == f'"function-inline-threshold"="{INLINE_THRESHOLD}"'


def test_without_y_and_z_a_loop_goes_along_the_threads() -> None:
    text = region_words(1, rows=False)["REGIONS"]
    turn = text[text.index("region.0.turn:") : text.index("region.0.latch:")]
    assert re.findall(r"store volatile i32 (\S+), ptr (\S+),", turn) == [
        ("%y.0.next", "%idx.y"),
        ("%z.0.next", "%idx.z"),
    ]
    assert "i32 %x.0, i32 0, i32 0, i32 %linear.0, i32 WIDTH)" in text
