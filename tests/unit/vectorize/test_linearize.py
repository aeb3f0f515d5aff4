"""Which blocks run under a mask, and where lanes wait meanwhile."""

from __future__ import annotations

from pass_support import block, shapes_of

from anychip.vectorize.linearize import plan_masks


def test_only_the_blocks_between_parting_and_meeting_are_masked() -> None:
    function, structure, shapes = shapes_of(
        """  %t : i32 = sreg [register="tid.x"]
  %c : i1 = icmp i32 %t, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^j
^a:
  store i32 1, ptr %out [alignment=4]
  br -> ^j
^j:
  store i32 2, ptr %out [alignment=4]
  ret"""
    )
    plan = plan_masks(structure, shapes, partial=False)
    assert plan.masked == {block(function, "a")}
    assert plan.pending[block(function, "a")] == {block(function, "j")}
    whole = plan_masks(structure, shapes, partial=True)
    assert whole.masked == set(structure.order)
