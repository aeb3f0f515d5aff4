"""How each value of a kernel is held: the facts of ``analysis.lane_facts`` in the terms of the writers.

A value's *stride* is 0 if one scalar says it for all active lanes, s if lane k has ``base + s*k`` modulo 2^width of
its type, and None if a vector holds it. A value that is strided only under a guard counts as None: ``guards`` finds
its base and the test where an access asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from anychip.analysis.lane_facts import LaneFacts, analyse_lanes
from anychip.analysis.lane_shape import Kind
from anychip.analysis.launch_shape import launch_shape
from anychip.analysis.loops import Loop
from anychip.codegen.frame import array_shape
from anychip.ir import Block, Function, Instruction, Value, align_up

Stride = int | None


class Grouping(Enum):
    """Which threads one call runs."""

    WHOLE = auto()  # consecutive in x, in a block whose extent along x is a multiple of the lanes: none is missing
    ROW = auto()  # consecutive in x from a multiple of the lanes on, the last of a row may be missing
    LINEAR = auto()  # consecutive in linear index from a multiple of the lanes on, the last of a block may be missing


@dataclass
class LaneShapes:
    """``lasting`` values are computed in a loop that lanes leave one by one and used behind it: each lane needs its own
    last one there.
    """

    facts: LaneFacts
    width: int
    strides: dict[Instruction, Stride] = field(default_factory=dict)
    lasting: dict[Instruction, Loop] = field(default_factory=dict)
    lazy: frozenset[Instruction] = frozenset()

    def stride(self, value: Value) -> Stride:
        """The stride of any operand where it is computed."""
        return self.strides[value] if isinstance(value, Instruction) else 0

    def stride_at(self, value: Value, block: Block) -> Stride:
        """The stride that a use in ``block`` sees."""
        return None if self.is_past(value, block) else self.stride(value)

    def is_past(self, value: Value, block: Block) -> bool:
        """Whether a use in ``block`` sees what lanes computed in different rounds of a loop."""
        loop = self.lasting.get(value) if isinstance(value, Instruction) else None
        return loop is not None and block not in loop.blocks

    def guarded_stride(self, value: Value) -> Stride:
        """The stride a value has where its guards hold."""
        shape = self.facts.shape_of(value)
        return shape.stride if shape.is_strided else None


def analyse_shapes(
    function: Function,
    grouping: Grouping,
    width: int,
    assumed: frozenset[Instruction] = frozenset(),
    before: LaneFacts | None = None,
) -> LaneShapes:
    """What is known of the lanes of a group; see ``analyse_lanes`` for ``assumed`` and ``before``."""
    rows, whole = grouping == Grouping.ROW, grouping == Grouping.WHOLE
    facts = analyse_lanes(function, launch_shape(function, width, rows=rows, whole_rows=whole), assumed, before)
    shapes = LaneShapes(facts, width)
    for instruction in function.instructions():
        shapes.strides[instruction] = _stride(facts, instruction)
    for value in facts.latched_values:
        assert value.block is not None
        loops = facts.control.nest.containing(value.block)
        shapes.lasting[value] = next(loop for loop in loops if loop in facts.divergent_loops)
    shapes.lazy = frozenset(item for item in function.instructions() if _is_lazy(shapes, item))
    return shapes


def _stride(facts: LaneFacts, instruction: Instruction) -> Stride:
    if facts.constant_of(instruction) is not None:
        return 0
    shape = facts.shape_of(instruction)
    if shape.kind is Kind.LOCAL:
        return _local_stride(shape.root)
    return shape.stride if shape.has_base and not shape.guards else None


def _local_stride(root: Value | None) -> Stride:
    """Local memory lies lane after lane."""
    if not isinstance(root, Instruction):
        return None
    size, alignment = array_shape(root)
    return align_up(max(size, 1), alignment)


_RECOMPUTED = frozenset({"add", "sub", "mul", "shl", "or", "xor", "select", "gep", "sext", "zext", "trunc"})
_RECOMPUTED |= {"space.cast", "ptrtoint", "inttoptr"}


def _is_lazy(shapes: LaneShapes, instruction: Instruction) -> bool:
    """Whether a value is mostly asked for its guarded base: its vector is computed where it is wanted, if anywhere."""
    return (
        instruction.opcode in _RECOMPUTED
        and instruction not in shapes.lasting
        and shapes.guarded_stride(instruction) is not None
        and shapes.stride(instruction) is None
    )


__all__ = ["Grouping", "LaneShapes", "Stride", "analyse_shapes"]
