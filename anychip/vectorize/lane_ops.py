"""One operation for all lanes: one table from opcode to writer, and what the strides say for the rest."""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.function_writer import WRITERS
from anychip.ir import Instruction, VoidType
from anychip.vectorize.atomics import write_atomic
from anychip.vectorize.bases import write_base
from anychip.vectorize.each_lane import identify_first, in_turn
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.memory import write_fill, write_load, write_store
from anychip.vectorize.warp_ops import WARP_OPERATIONS, write_warp_operation
from anychip.vectorize.wide_ops import write_wide

LaneWriter = Callable[[LaneEmitter, Instruction], None]


def write_operation(emitter: LaneEmitter, instruction: Instruction) -> None:
    """Write any instruction but phis, allocas and terminators."""
    writer = _WRITERS.get(instruction.opcode)
    if writer:
        writer(emitter, instruction)
    elif emitter.shapes.stride(instruction) is None:
        emitter.define(instruction, vector=write_wide(emitter, instruction))
    else:
        # Lane 0's value follows from those of the operands, whatever the stride.
        emitter.define(instruction, scalar=write_base(emitter, instruction))


def _once(emitter: LaneEmitter, instruction: Instruction) -> None:
    """What lanes in lockstep do together."""
    text = WRITERS[instruction.opcode](emitter, instruction)
    if text:
        emitter.define(instruction, scalar=text)


def _trap(emitter: LaneEmitter, instruction: Instruction) -> None:
    identify_first(emitter)
    _once(emitter, instruction)


def _block_operation(emitter: LaneEmitter, instruction: Instruction) -> None:
    """memcpy and memset: once if all lanes do the same."""
    if write_fill(emitter, instruction):
        return
    if all(emitter.shapes.stride(operand) == 0 for operand in instruction.operands):
        _once(emitter, instruction)
    else:
        in_turn(emitter, instruction)


def _atomic(emitter: LaneEmitter, instruction: Instruction) -> None:
    write_atomic(emitter, instruction, used=instruction in emitter.used)


def _in_turn(emitter: LaneEmitter, instruction: Instruction) -> None:
    emitter.define(instruction, vector=in_turn(emitter, instruction))


def _call(emitter: LaneEmitter, instruction: Instruction) -> None:
    text = in_turn(emitter, instruction, identify=True)
    if not isinstance(instruction.type, VoidType):
        emitter.define(instruction, vector=text)


_WRITERS: dict[str, LaneWriter] = {
    "load": write_load,
    "store": write_store,
    **dict.fromkeys(("memcpy", "memmove", "memset"), _block_operation),
    "atomic": _atomic,
    "cmpxchg": _in_turn,
    "fence": _once,
    "clock": _once,
    "trap": _trap,
    "call": _call,
    **dict.fromkeys(WARP_OPERATIONS, write_warp_operation),
}
