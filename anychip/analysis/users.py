"""Who uses a value."""

from __future__ import annotations

from anychip.ir import Function, Instruction, Value


def users_of(function: Function) -> dict[Value, list[Instruction]]:
    """For each value that is an operand in a function the instructions it is one of, in order, one for each use."""
    users: dict[Value, list[Instruction]] = {}
    for instruction in function.instructions():
        for operand in instruction.operands:
            users.setdefault(operand, []).append(instruction)
    return users
