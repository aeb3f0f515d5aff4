"""Sections: where parts of a lane may go different ways, and that there is one way in and one way out."""

from __future__ import annotations

import pytest
from jam_support import ALIKE, BARRIER, BRANCH, LOOP, prepared

from anychip.analysis.cfg import control_flow
from anychip.ir import Function
from anychip.vectorize.parts import Parts
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.sections import Sections, find_sections, unite_ends

PARTS = Parts("x", 32, 2)


def sections(text: str) -> tuple[Function, Sections]:
    kernel, _ = prepared(text)
    unite_ends(kernel)
    return kernel, find_sections(kernel, PARTS, set(kernel.blocks), set())


@pytest.mark.parametrize("text", [BRANCH, LOOP], ids=["branch", "loop"])
def test_one_way_in_and_one_way_out(text: str) -> None:
    kernel, found = sections(text)
    (section,) = found.by_head.values()
    before = control_flow(kernel).predecessors
    assert [block for block in before[section.head] if block not in section.blocks] == [kernel.entry]
    assert set(before[section.join]) <= section.blocks
    leaving = {target for block in section.blocks for target in block.successors} - section.blocks
    assert leaving == {section.join}


def test_the_head_of_a_branch_is_nothing_else() -> None:
    _, found = sections(BRANCH)
    (section,) = found.by_head.values()
    assert [item.opcode for item in section.head.instructions] == ["condbr"]
    assert not section.is_loop
    assert [phi.name for phi in section.join.phis()] != []


def test_what_a_loop_leaves_behind_comes_out_by_its_join() -> None:
    kernel, found = sections(LOOP)
    (section,) = found.by_head.values()
    assert section.is_loop
    assert section.latch is section.head
    store = next(item for item in kernel.instructions() if item.opcode == "store")
    assert store.operands[0] in list(section.join.phis())


def test_threads_that_agree_need_none() -> None:
    assert not sections(ALIKE)[1].by_head


def test_no_barrier_in_a_section() -> None:
    with pytest.raises(RefusedError, match="a barrier where parts of a lane"):
        sections(BARRIER)
