"""Pass: calls of device functions become their bodies.

requires: a kernel copied by ``clone``; provides: no direct call of a function with a body, unless it is recursive or
the kernel would grow beyond MAX_INSTRUCTIONS; breaks: nothing of what ``clone`` provides but the shape of switches
and loops, which is restored after.
"""

from __future__ import annotations

from dataclasses import replace

from anychip.diagnostics import SourceLocation
from anychip.ir import (
    I64,
    VOID,
    Block,
    ConstantInt,
    ConstantZero,
    Function,
    Instruction,
    Value,
    VoidType,
    align_of,
    size_of,
)
from anychip.vectorize.clone import copy_blocks, split_after

MAX_INSTRUCTIONS = 20_000


def inline_calls(
    kernel: Function, origin: dict[Instruction, Instruction], callees: dict[Function, frozenset[Function]]
) -> None:
    """Inline in place; ``origin`` gains the new instructions. ``callees`` says who calls whom."""
    recursive = {function for function in callees if _reaches_itself(function, callees)}
    size = sum(1 for _ in kernel.instructions())
    work = list(kernel.blocks)
    while work:
        block = work.pop()
        call = next((item for item in block.instructions if _is_inlinable(item, recursive)), None)
        if call is None:
            continue
        callee = call.operands[0]
        assert isinstance(callee, Function)
        size += sum(1 for _ in callee.instructions())
        if size > MAX_INSTRUCTIONS:
            return
        work += _inline(kernel, block, call, callee, origin)


def _is_inlinable(instruction: Instruction, recursive: set[Function]) -> bool:
    callee = instruction.operands[0] if instruction.opcode == "call" else None
    if not isinstance(callee, Function) or callee.is_declaration or callee.kernel or callee in recursive:
        return False
    return len(instruction.operands) - 1 == len(callee.arguments)


def _reaches_itself(function: Function, callees: dict[Function, frozenset[Function]]) -> bool:
    seen: set[Function] = set()
    work = list(callees[function])
    while work:
        item = work.pop()
        if item is function:
            return True
        if item not in seen:
            seen.add(item)
            work += callees[item]
    return False


def _inline(
    kernel: Function, block: Block, call: Instruction, callee: Function, origin: dict[Instruction, Instruction]
) -> list[Block]:
    """Replace one call; returns the blocks in which further calls may stand."""
    after = split_after(kernel, block, call)
    del block.instructions[-2:]  # the call and the branch
    values: dict[Value, Value] = dict(zip(callee.arguments, call.operands[1:], strict=True))
    for argument in callee.arguments:
        pointee = argument.attributes.by_value
        if pointee is None:
            continue
        alignment = max(align_of(pointee), argument.attributes.alignment)
        local = Instruction("alloca", argument.type, [], attributes={"allocated": pointee, "alignment": alignment})
        _place_at_entry(kernel, local)
        size = ConstantInt(I64, size_of(pointee))
        block.append(Instruction("memcpy", VOID, [local, values[argument], size], location=call.location))
        values[argument] = local
    first = len(kernel.blocks)
    copied = copy_blocks(callee, kernel, values)
    fresh = kernel.blocks[first:]
    origin.update(copied)
    block.append(Instruction("br", VOID, [], targets=fresh[:1], location=call.location))
    for instruction in copied:
        instruction.location = _inlined(instruction.location, call.location)
        if instruction.opcode == "alloca":
            assert instruction.block is not None
            instruction.block.instructions.remove(instruction)
            _place_at_entry(kernel, instruction)
    _return_to(after, fresh, call)
    return [*fresh, after]


def _return_to(after: Block, blocks: list[Block], call: Instruction) -> None:
    """Returns go on behind the call, their values to a phi there. Without a return that place is never reached."""
    values, sources = [], []
    for block in blocks:
        if block.terminator.opcode != "ret":
            continue
        values += block.terminator.operands
        sources.append(block)
        block.instructions.pop()
        block.append(Instruction("br", VOID, [], targets=[after], location=call.location))
    if isinstance(call.type, VoidType):
        return
    result: Value = Instruction("phi", call.type, values, targets=sources, location=call.location)
    if not sources:
        result = ConstantZero(call.type)
    elif isinstance(result, Instruction):
        result.block = after
        after.instructions.insert(0, result)
    assert call.block is not None
    function = after.function
    assert function is not None
    for instruction in function.instructions():
        if call in instruction.operands:
            instruction.operands = [result if operand is call else operand for operand in instruction.operands]


def _place_at_entry(kernel: Function, local: Instruction) -> None:
    local.block = kernel.entry
    kernel.entry.instructions.insert(0, local)


def _inlined(place: SourceLocation | None, outer: SourceLocation | None) -> SourceLocation | None:
    """The place inside the callee, said to have been inlined where the call stood."""
    if place is None or outer is None:
        return outer
    inner = _inlined(place.inlined_at, outer) if place.inlined_at else outer
    return replace(place, inlined_at=inner)
