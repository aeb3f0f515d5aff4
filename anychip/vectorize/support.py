"""What the vectoriser does not take, as a table of reasons."""

from __future__ import annotations

from anychip.codegen.module_context import ModuleContext
from anychip.ir import Function, Instruction
from anychip.vectorize.refusal import RefusedError

_ORDERED_CALLS = frozenset({"vprintf"})


def check_supported(context: ModuleContext, kernel: Function) -> None:
    """Raise RefusedError for a kernel that must run one thread per call. Its calls have been inlined."""
    for instruction in kernel.instructions():
        _check(context, instruction)


def _check(context: ModuleContext, instruction: Instruction) -> None:
    if context.graph.yields(instruction):
        raise RefusedError(f"threads wait for each other ({instruction.opcode})", instruction)
    callee = instruction.operands[0] if instruction.opcode == "call" else None
    if isinstance(callee, Function) and callee.name in _ORDERED_CALLS:
        raise RefusedError("it prints: the order of lines is that of threads", instruction)
