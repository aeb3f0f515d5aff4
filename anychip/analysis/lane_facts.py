"""Everything the vectoriser asks about a kernel: one entry point, one result.

``analyse_lanes`` runs divergence, shapes, ranges and memory space together for one launch shape. Nothing here changes
IR, and every claim holds without trusting clang's ``nsw``, ``nuw``, ``nneg``, ``disjoint`` and ``inbounds``.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.divergence import ControlDivergence
from anychip.analysis.guards import Guard
from anychip.analysis.lane_shape import VARYING, Shape
from anychip.analysis.launch_shape import LaunchShape
from anychip.analysis.loops import Loop, LoopNest
from anychip.analysis.memory_space import pointer_space
from anychip.analysis.ranges import Ranges
from anychip.analysis.shapes import ShapeAnalysis
from anychip.analysis.value_range import Range
from anychip.ir import AddressSpace, Block, Function, Instruction, IntType, Value


@dataclass(frozen=True)
class LaneFacts:
    """Facts about one function for one launch shape; blocks that cannot be reached have none.

    ``order``             the loop-compact topological order
    ``reducible``         False: the graph has cycles with several entries, and all below is as bad as can be
    ``divergent_branches``  blocks whose terminator may send active lanes to different targets
    ``partial_blocks``    blocks that may run with fewer lanes than entered the function
    ``join_blocks``       blocks whose phis choose lane by lane; elsewhere all lanes come by the same edge
    ``divergent_loops``   loops that some lanes may leave while others stay
    ``latched_values``    computed in a divergent loop, used behind it: each lane needs its own last value
    """

    function: Function
    launch: LaunchShape
    order: list[Block]
    loops: LoopNest
    reducible: bool
    divergent_branches: frozenset[Block]
    partial_blocks: frozenset[Block]
    join_blocks: frozenset[Block]
    divergent_loops: frozenset[Loop]
    latched_values: frozenset[Instruction]
    control: ControlDivergence
    ranges: Ranges
    _shapes: ShapeAnalysis

    def shape_of(self, value: Value) -> Shape:
        """The shape where the value is computed (and inside the divergent loops it is computed in)."""
        return self._shapes.shape(value) or VARYING

    def shape_at(self, value: Value, block: Block) -> Shape:
        """The shape as seen by a use in ``block`` (of a phi: the phi's block, not the incoming one)."""
        return self._shapes.shape_at(value, block) or VARYING

    def base_opcode(self, instruction: Instruction) -> str:
        """The operation that gives a uniform or strided result's base from the operands' bases.

        Mostly the instruction's own. An ``or`` that adds is ``add``; a ``zext`` whose base may be negative in lanes
        that are not active is ``sext``.
        """
        return self._shapes.base_opcodes.get(instruction, instruction.opcode)

    def guard(self, extension: Instruction) -> Guard:
        """The run-time test of a zext or sext that stands in some shape's ``guards``. Raises KeyError for others."""
        return self._shapes.guards[extension]

    @property
    def guarded(self) -> frozenset[Instruction]:
        """The extensions that have a run-time test; those in no shape's ``guards`` need none."""
        return frozenset(self._shapes.guards)

    def range_at(self, value: Value, block: Block) -> Range:
        """Bounds of an integer as a use in ``block`` sees it. Raises TypeError for other types."""
        return self.ranges.at(value, block)

    def constant_of(self, value: Value) -> int | None:
        """The one number (read unsigned) an integer can have where it is computed. Such a value is uniform, and must
        be taken from here: computed from the bases of strided operands it could come out wrong.
        """
        return self.ranges.at_definition(value).constant if isinstance(value.type, IntType) else None

    def alignment_of(self, value: Value) -> int:
        """A power of two that divides the value (bytes for pointers) in every lane."""
        return self.shape_of(value).lane_alignment

    def space_of(self, pointer: Value) -> AddressSpace:
        """The state space a pointer points into; GENERIC if not known."""
        return pointer_space(pointer, self.function)


def analyse_lanes(
    function: Function,
    launch: LaunchShape,
    assumed: frozenset[Instruction] = frozenset(),
    before: LaneFacts | None = None,
) -> LaneFacts:
    """Analyse a function that has a body.

    ``assumed`` extensions keep their stride: the caller tests their guards, for all lanes, before anything is run.
    ``before`` are facts of the same function, unchanged since, for other groups of the same blocks: its graph and the
    ranges of its values are taken from there.
    """
    control = ControlDivergence(function, launch.lanes, before.control.graph if before else None)
    if before and (before.launch.block, before.launch.max_threads) == (launch.block, launch.max_threads):
        ranges = before.ranges
    else:
        ranges = Ranges(function, launch, control)
    shapes = ShapeAnalysis(function, launch, control, ranges, assumed)
    shapes.run()
    return LaneFacts(
        function,
        launch,
        control.order,
        control.nest,
        control.reducible,
        frozenset(control.branches),
        frozenset(control.partial),
        frozenset(control.joins),
        frozenset(control.loops),
        _latched(control),
        control,
        ranges,
        shapes,
    )


def _latched(control: ControlDivergence) -> frozenset[Instruction]:
    return frozenset(
        operand
        for block in control.order
        for instruction in block.instructions
        for operand in instruction.operands
        if isinstance(operand, Instruction) and control.is_temporal(operand, block)
    )
