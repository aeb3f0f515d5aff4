"""What the vectoriser does not take, as a table of reasons."""

from __future__ import annotations

from anychip.analysis.spin_loops import spin_edges
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.module_context import ModuleContext
from anychip.ir import ConstantInt, Function, Instruction
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.warp_ops import WARP_OPERATIONS

_ORDERED_CALLS = frozenset({"vprintf"})


def check_supported(context: ModuleContext, kernel: Function, width: int) -> None:
    """Raise RefusedError for a kernel that must run one thread per call. Its calls have been inlined."""
    for instruction in kernel.instructions():
        _check(context, instruction, width)
    # In a group a warp operation is done on the spot: a loop of votes lets nobody run, as only a barrier does.
    spinning = spin_edges(kernel, lambda instruction: instruction.opcode in BARRIERS)
    if spinning:
        raise RefusedError("a loop that waits for other threads", spinning[0][0].terminator)


def _check(context: ModuleContext, instruction: Instruction, width: int) -> None:
    if instruction.opcode in BARRIERS:
        _check_barrier(instruction)
    elif instruction.opcode in WARP_OPERATIONS:
        _check_warp_operation(instruction, width)
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


def _check_warp_operation(operation: Instruction, width: int) -> None:
    if width != WARP_SIZE:
        raise RefusedError(f"{operation.opcode} needs groups of {WARP_SIZE} threads", operation)
