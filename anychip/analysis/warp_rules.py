"""Shapes of what lanes of a warp, or threads of a block, tell each other.

A result that is the same for everyone who takes part is uniform only where lanes cannot be in different rounds of a
loop: there the lanes of one round may have taken part in different exchanges (docs/design/convergence.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from anychip.analysis.lane_shape import Shape
from anychip.analysis.launch_shape import WARP_LANES, LaunchShape
from anychip.ir import Block, ConstantInt, Instruction, Value

_WHOLE_WARP = (1 << WARP_LANES) - 1
_WHOLE_SEGMENT = WARP_LANES - 1  # PTX shfl's c: no segments, clamp at the last lane


class Context(Protocol):
    """What these rules ask about the function."""

    launch: LaunchShape

    def all_lanes_together(self, block: Block) -> bool:
        """Whether all lanes that entered the function run the block together."""

    def in_divergent_loop(self, block: Block) -> bool:
        """Whether lanes may run the block a different number of times."""


def same_for_all(instruction: Instruction, operands: Sequence[Shape], context: Context) -> bool:
    """Whether the result of a convergent operation is the same in all lanes that run it together."""
    block = instruction.block
    assert block is not None
    if context.in_divergent_loop(block):
        return False
    match instruction.opcode:
        case "vote":
            return not instruction.flag("sync") or operands[0].is_uniform
        case "warp.reduce":
            return operands[0].is_uniform
        case "match":
            return instruction.text("mode") == "all" and operands[0].is_uniform
        case "barrier.reduce":
            return operands[0].is_uniform
        case "active_mask":
            return True
        case "shuffle":
            return _broadcast(instruction, operands, context, block)
        case _:
            return False


def _broadcast(instruction: Instruction, operands: Sequence[Shape], context: Context, block: Block) -> bool:
    """Whether a shuffle reads one lane that surely takes part: a lane that does not gives everyone its own value."""
    is_whole = instruction.flag("sync") and _is_constant(instruction.operands[0], _WHOLE_WARP)
    if not is_whole or context.launch.lanes != WARP_LANES or not context.all_lanes_together(block):
        return False
    value, source = operands[1:3]
    if instruction.text("mode") != "idx" or not _is_constant(instruction.operands[3], _WHOLE_SEGMENT):
        return value.is_uniform and not instruction.flag("with_predicate")
    exists = context.launch.full_groups or _is_constant(instruction.operands[2], 0)
    return source.is_uniform and (exists or (value.is_uniform and not instruction.flag("with_predicate")))


def _is_constant(value: Value, number: int) -> bool:
    return isinstance(value, ConstantInt) and value.value == number
