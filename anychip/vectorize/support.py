"""What the vectoriser does not take, as a table of reasons."""

from __future__ import annotations

from anychip.codegen.module_context import ModuleContext
from anychip.ir import ConstantInt, Function, Instruction
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.linearize import Plan
from anychip.vectorize.refusal import RefusedError

_ORDERED_CALLS = frozenset({"vprintf"})


def check_supported(context: ModuleContext, kernel: Function) -> None:
    """Raise RefusedError for a kernel that must run one thread per call. Its calls have been inlined."""
    for instruction in kernel.instructions():
        _check(context, instruction)


def _check(context: ModuleContext, instruction: Instruction) -> None:
    if instruction.opcode in BARRIERS:
        _check_barrier(instruction)
    elif context.graph.yields(instruction):
        raise RefusedError(f"threads wait for each other ({instruction.opcode})", instruction)
    callee = instruction.operands[0] if instruction.opcode == "call" else None
    if isinstance(callee, Function) and callee.name in _ORDERED_CALLS:
        raise RefusedError("it prints: the order of lines is that of threads", instruction)


def _check_barrier(barrier: Instruction) -> None:
    """Barriers of part of a block count threads, not groups."""
    count = barrier.operands[1:] if barrier.opcode == "barrier" else []
    if any(not isinstance(item, ConstantInt) or item.value for item in count):
        raise RefusedError("a barrier for some of the block's threads", barrier)


def check_barriers(plan: Plan) -> None:
    """Raise RefusedError for a barrier at which lanes of one group may wait while others are elsewhere."""
    for block in plan.structure.order:
        barrier = block.instructions[-2] if len(block.instructions) > 1 else None
        if barrier and barrier.opcode in BARRIERS and plan.pending[block]:
            raise RefusedError("a barrier that some lanes may reach before others", barrier)
