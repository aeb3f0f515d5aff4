"""Branches, returns and calls as LLVM text."""

from __future__ import annotations

from anychip.codegen.emitter import Emitter
from anychip.codegen.llvm_types import type_text
from anychip.codegen.suspend import write_end, write_resumable_call
from anychip.codegen.thread_ops import RUNTIME_CALLS, write_trap
from anychip.diagnostics import ONE_UNIT_HINT, UserError
from anychip.ir import Function, FunctionType, Instruction, VoidType


def write_branch(emitter: Emitter, instruction: Instruction) -> str:
    """Go to one block."""
    emitter.emit(f"br label %{emitter.labels[instruction.targets[0]]}")
    return ""


def write_conditional(emitter: Emitter, instruction: Instruction) -> str:
    """Go to one of two blocks."""
    yes, no = (emitter.labels[target] for target in instruction.targets)
    emitter.emit(f"br i1 {emitter.operand(instruction.operands[0])}, label %{yes}, label %{no}")
    return ""


def write_switch(emitter: Emitter, instruction: Instruction) -> str:
    """Go to the block of the case that matches, else to the default."""
    value, *cases = instruction.operands
    default, *labels = (emitter.labels[target] for target in instruction.targets)
    arms = " ".join(f"{emitter.typed(case)}, label %{label}" for case, label in zip(cases, labels, strict=True))
    emitter.emit(f"switch {emitter.typed(value)}, label %{default} [ {arms} ]")
    return ""


def write_return(emitter: Emitter, instruction: Instruction) -> str:
    """ret: a kernel's thread ends, a function goes back to its caller."""
    result = instruction.operands[0] if instruction.operands else None
    if emitter.resumable:
        write_end(emitter, result)
    elif result is None:
        emitter.emit("ret void")
    else:
        emitter.emit(f"ret {emitter.typed(result)}")
    return ""


def write_exit(emitter: Emitter, instruction: Instruction) -> str:
    """The end of the thread, which in a kernel is a return."""
    if not emitter.function.kernel:
        raise emitter.unsupported("ending the thread (PTX exit) inside a called function", instruction)
    return write_return(emitter, instruction)


def write_unreachable(emitter: Emitter, instruction: Instruction) -> str:
    """A thread that gets here after all traps."""
    write_trap(emitter, instruction)
    emitter.emit("unreachable")
    return ""


def write_call(emitter: Emitter, instruction: Instruction) -> str:
    """Direct, indirect, resumable and runtime calls."""
    callee = instruction.operands[0]
    signature = instruction.attributes["signature"]
    assert isinstance(signature, FunctionType)
    if isinstance(callee, Function):
        _check_callee(emitter, instruction, callee)
        if callee.name in RUNTIME_CALLS and callee.is_declaration:
            texts = [emitter.operand(operand) for operand in instruction.operands[1:]]
            return RUNTIME_CALLS[callee.name](emitter, instruction, texts)
    if emitter.context.graph.call_yields(instruction):
        return write_resumable_call(emitter, instruction)
    arguments = ", ".join(["ptr %thread", *map(emitter.typed, instruction.operands[1:])])
    call = f"call {type_text(signature.result)} {emitter.operand(callee)}({arguments})"
    if isinstance(signature.result, VoidType):
        emitter.emit(call)
        return ""
    return emitter.op(call)


def _check_callee(emitter: Emitter, instruction: Instruction, callee: Function) -> None:
    place = instruction.location or emitter.function.location
    if callee.is_declaration and callee.name not in RUNTIME_CALLS:
        raise UserError(f"device function '{callee.name}' is called but not defined", place, ONE_UNIT_HINT)
    if callee.kernel:
        raise emitter.unsupported(f"the call of kernel '{callee.name}' from device code", instruction)
    if callee.function_type.variadic:
        raise emitter.unsupported(f"the call of variadic device function '{callee.name}'", instruction)
