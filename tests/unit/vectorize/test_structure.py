"""The order of blocks: topological, loops in one piece, one latch each; what cannot be ordered is refused."""

from __future__ import annotations

from pass_support import TWO_LATCHES, block, kernel

from anychip.analysis.verifier import verify
from anychip.vectorize.shapes import Grouping, analyse_shapes
from anychip.vectorize.structure import structure_of


def test_a_loop_gets_one_latch_and_stays_together() -> None:
    module, function = kernel(TWO_LATCHES)
    verify(module)
    structure = structure_of(analyse_shapes(function, Grouping.ROW, 32).facts.control)
    (header,) = structure.loops
    latches = [item for item in structure.flow.predecessors[header] if structure.is_back(item, header)]
    assert len(latches) == 1
    positions = sorted(structure.index[item] for item in structure.loops[header].blocks)
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    assert structure.order[-1] is block(function, "z")


def test_order_is_topological() -> None:
    _, function = kernel(TWO_LATCHES)
    structure = structure_of(analyse_shapes(function, Grouping.ROW, 32).facts.control)
    for source in structure.order:
        for target in source.successors:
            assert structure.index[source] < structure.index[target] or structure.is_back(source, target)
