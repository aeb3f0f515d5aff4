"""Pass: phis that choose between equal values become these.

requires: a verified function; provides: no phi all of whose arms bring one value, nor the same operation on the same
operands; breaks: nothing.
Of ``phi [zext i32 %tid, ...], [zext i32 %tid, ...]`` behind a branch that parts lanes nothing would be known; the
extension itself is strided. Inlined calls leave phis with one arm.
"""

from __future__ import annotations

from anychip.ir import Function, Instruction, Value


def simplify_phis(function: Function, origin: dict[Instruction, Instruction]) -> None:
    """Replace such phis in place; ``origin`` gains the operations that take their place."""
    while _pass(function, origin):
        pass


def _pass(function: Function, origin: dict[Instruction, Instruction]) -> bool:
    replaced: dict[Value, Value] = {}
    for block in function.blocks:
        for phi in list(block.phis()):
            values = [operand for operand in dict.fromkeys(phi.operands) if operand is not phi]
            if any(value in replaced for value in values):
                continue  # the next pass sees it with its new operands
            if len(values) == 1:
                block.instructions.remove(phi)
                replaced[phi] = values[0]
            elif _is_same_operation(values):
                block.instructions.remove(phi)
                replaced[phi] = _place(phi, values[0], origin)
    for instruction in function.instructions():
        instruction.operands = [_final(operand, replaced) for operand in instruction.operands]
    return bool(replaced)


def _final(value: Value, replaced: dict[Value, Value]) -> Value:
    while value in replaced:
        value = replaced[value]
    return value


def _is_same_operation(values: list[Value]) -> bool:
    """Whether all are made alike from the same. What these are made from dominates each arm, so the phi too."""
    first = values[0]
    if not isinstance(first, Instruction) or not first.operands or not first.is_pure:
        return False
    return all(
        isinstance(other, Instruction)
        and other.opcode == first.opcode
        and other.type == first.type
        and other.operands == first.operands
        and other.attributes == first.attributes
        for other in values[1:]
    )


def _place(phi: Instruction, model: Value, origin: dict[Instruction, Instruction]) -> Instruction:
    """The operation anew, behind the phis of the block."""
    block = phi.block
    assert isinstance(model, Instruction)
    assert block is not None
    fresh = model.twin(list(model.operands))
    fresh.name = phi.name
    fresh.block = block
    block.instructions.insert(len(list(block.phis())), fresh)
    if model in origin:
        origin[fresh] = origin[model]
    return fresh


__all__ = ["simplify_phis"]
