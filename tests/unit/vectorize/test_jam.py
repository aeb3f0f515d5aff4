"""Several threads per lane: what is there how often, and that the kernels that come out are well formed."""

from __future__ import annotations

import pytest
from jam_support import ALIKE, BRANCH, LOOP, opcodes, prepared

from anychip.analysis.verifier import verify_function
from anychip.ir import Module
from anychip.vectorize.jam import fold_blocks, jam
from anychip.vectorize.parts import Parts
from anychip.vectorize.refusal import RefusedError

PARTS = Parts("x", 32, 3)


@pytest.mark.parametrize("text", [ALIKE, BRANCH, LOOP], ids=["alike", "branch", "loop"])
def test_the_result_is_well_formed(text: str) -> None:
    jammed = jam(*prepared(text), PARTS)
    verify_function(Module(), jammed.function)


def test_a_branch_that_threads_agree_on_is_there_once() -> None:
    counts = opcodes(jam(*prepared(ALIKE), PARTS).function)
    assert (counts["condbr"], counts["store"], counts["load"], counts["sreg"]) == (1, 3, 3, 1)


def test_a_branch_that_parts_them_is_there_for_each() -> None:
    counts = opcodes(jam(*prepared(BRANCH), PARTS).function)
    assert (counts["condbr"], counts["store"]) == (3, 3)


def test_a_loop_runs_for_all_together_and_ends_for_each() -> None:
    function = jam(*prepared(LOOP), PARTS).function
    counts = opcodes(function)
    # One loop with its end for all; for each a branch to what is left of its loop, and that loop's.
    assert counts["condbr"] == 1 + 2 * 3
    assert counts["and"] == 2
    header = next(block for block in function.blocks if len(list(block.phis())) == 3)
    assert header in header.successors


def test_side_effects_are_refused() -> None:
    with pytest.raises(RefusedError, match="clock in several parts"):
        jam(*prepared('  %k : i32 = clock [register="clock"]\n' + ALIKE), PARTS)


def test_folding_leaves_barriers_at_the_ends_of_blocks() -> None:
    kernel, _ = prepared("  br -> ^b\n^b:\n  barrier i32 0\n  br -> ^z\n^z:\n  ret\n}\n")
    fold_blocks(kernel)
    assert len(kernel.blocks) == 2
    assert [block.instructions[-2].opcode for block in kernel.blocks[:1]] == ["barrier"]


def test_a_loop_whose_header_does_not_branch() -> None:
    text = LOOP.replace("  %j : i32", "  br -> ^m\n^m:\n  %j : i32").replace("i32 %j -> ^e, ^l", "i32 %j -> ^e, ^m")
    verify_function(Module(), jam(*prepared(text), PARTS).function)
