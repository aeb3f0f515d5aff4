"""Which by-value arguments of a function are only read, so that all threads may share one copy."""

from __future__ import annotations

from anychip.analysis.users import users_of
from anychip.ir import Argument, Function, Instruction, Value


def written_by_values(function: Function) -> frozenset[Argument]:
    """By-value arguments that are not merely loaded from: these need a copy of their own."""
    users = users_of(function)
    return frozenset(
        argument for argument in function.arguments if argument.attributes.by_value and not _only_read(argument, users)
    )


def _only_read(pointer: Value, users: dict[Value, list[Instruction]]) -> bool:
    """Whether every use is a load, a copy from it, or an address computation that is itself only read."""
    return all(_reads(user, pointer, users) for user in users.get(pointer, []))


def _reads(user: Instruction, pointer: Value, users: dict[Value, list[Instruction]]) -> bool:
    match user.opcode:
        case "load":
            return True
        case "gep" | "space.cast":
            return _only_read(user, users)
        case "memcpy" | "memmove":
            return user.operands[0] is not pointer
        case _:
            return False
