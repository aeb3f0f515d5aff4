"""What the next block along x will want: asked for while this block runs.

A block that reads a tile takes a few short pieces far apart, one a row: no hardware sees a stream there, and each row
waits for memory. The next block along x, which the same worker runs next, mostly wants the same pieces a little farther
on. Where the address says by how much, a constant, a prefetch of the lines that this group does not touch itself costs
one instruction. It is a hint: where the block is the last, it fetches what nobody needs, and it never faults.
"""

from __future__ import annotations

from anychip.analysis.memory_space import is_private
from anychip.ir import ConstantInt, Instruction, PointerType, Value, size_of
from anychip.vectorize.group_accesses import accessed_type
from anychip.vectorize.lane_emitter import LaneEmitter

CACHE_LINE = 64
MAX_STEP = 512
"""Bytes from a block's piece to the next block's; beyond it pieces are rows that hardware follows."""
_DEPTH = 16


def prefetch_next(emitter: LaneEmitter, access: Instruction, base: str) -> None:
    """Where an access of consecutive lanes begins at ``base``: ask for the line that the next block's ends in."""
    step = next_block_step(emitter, access)
    if not step:
        return
    span = size_of(accessed_type(access)) * emitter.width
    edge = step + (span - 1 if step > 0 else 0)
    place = emitter.op(f"getelementptr i8, ptr {base}, i64 {edge}")
    writes = "1" if access.opcode == "store" else "0"
    emitter.call("llvm.prefetch.p0", "void", ("ptr", place), ("i32", writes), ("i32", "3"), ("i32", "1"))


def next_block_step(emitter: LaneEmitter, access: Instruction) -> int:
    """Bytes from what a group reads of a row to what it will read in the next block along x; 0 if that is no gain."""
    pointer, block = access.operands[-1], access.block
    nest = emitter.shapes.facts.control.nest
    if block is None or any(True for _ in nest.containing(block)) or is_private(pointer, emitter.function):
        return 0
    registers: set[str] = set()
    step = _step(pointer, registers, _DEPTH) or 0
    span = size_of(accessed_type(access)) * emitter.width
    apart = registers & {"tid.y", "tid.z"}
    return step if apart and abs(step) <= MAX_STEP and span <= MAX_STEP else 0


def _step(value: Value, registers: set[str], depth: int) -> int | None:
    """By how much a value grows from block to block along x, None if by no constant; what it reads of indices."""
    if not isinstance(value, Instruction):
        return 0
    if value.opcode == "sreg":
        registers.add(value.text("register"))
        return int(value.text("register") == "ctaid.x")
    if not depth or value.opcode == "phi" or (isinstance(value.type, PointerType) and value.opcode != "gep"):
        return None
    steps = [_step(operand, registers, depth - 1) for operand in value.operands]
    if None in steps:
        return None
    known = [step for step in steps if step is not None]
    if not any(known):
        return 0
    return _combined(value, known)


def _combined(value: Instruction, steps: list[int]) -> int | None:
    second = value.operands[-1]
    match value.opcode:
        case "gep":
            scales = value.attributes["scales"]
            assert isinstance(scales, tuple)
            return sum(step * scale for step, scale in zip(steps, (1, *scales), strict=True))
        case "add":
            return steps[0] + steps[1]
        case "sub":
            return steps[0] - steps[1]
        case "sext" | "zext":
            return steps[0]
        case "mul" if isinstance(second, ConstantInt):
            return steps[0] * second.signed
        case "shl" if isinstance(second, ConstantInt) and second.value < 32:
            return steps[0] << second.value
    return None


__all__ = ["next_block_step", "prefetch_next"]
