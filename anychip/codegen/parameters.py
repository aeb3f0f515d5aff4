"""Where a kernel's arguments lie in the launch's parameter buffer, and which by-value ones are only read."""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Argument, Function, Instruction, Type, Value, align_of, align_up, size_of


@dataclass(frozen=True, slots=True)
class Parameter:
    """Byte offset and size in the buffer."""

    offset: int
    size: int


def layout_parameters(kernel: Function) -> tuple[dict[Argument, Parameter], int]:
    """Place of each argument at natural alignment, and the size of the buffer."""
    places: dict[Argument, Parameter] = {}
    position = 0
    for argument in kernel.arguments:
        type_ = argument.attributes.by_value or argument.type
        position = align_up(position, argument_alignment(argument, type_))
        places[argument] = Parameter(position, size_of(type_))
        position += size_of(type_)
    return places, position


def argument_alignment(argument: Argument, type_: Type) -> int:
    """Alignment in the buffer, of the pointee for a by-value argument."""
    declared = argument.attributes.alignment if argument.attributes.by_value else 0
    return max(align_of(type_), declared)


def written_by_values(function: Function) -> frozenset[Argument]:
    """By-value arguments that are not merely loaded from: these need a copy of their own."""
    users = _users(function)
    return frozenset(
        argument for argument in function.arguments if argument.attributes.by_value and not _only_read(argument, users)
    )


def _users(function: Function) -> dict[Value, list[Instruction]]:
    users: dict[Value, list[Instruction]] = {}
    for instruction in function.instructions():
        for operand in instruction.operands:
            users.setdefault(operand, []).append(instruction)
    return users


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
