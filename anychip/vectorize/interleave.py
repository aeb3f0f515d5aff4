"""Analysis: local arrays of which only whole elements are loaded and stored: they lie element by element, and in each
element lane by lane.

So an access with an index that all lanes share is one contiguous vector; elements never indexed at run time become
registers. Pointers into such an array keep the values they have where each lane's array lies in one piece, one lane's
behind the other's; only the accesses translate them.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.users import users_of
from anychip.codegen.frame import array_shape
from anychip.ir import ConstantInt, Function, Instruction, Value, size_of
from anychip.vectorize.address_terms import address_of
from anychip.vectorize.group_accesses import accessed_type, is_plain


@dataclass(frozen=True)
class LocalArray:
    """``alloca``'s elements are of ``unit`` bytes."""

    alloca: Instruction
    unit: int


def find_arrays(function: Function) -> dict[Instruction, LocalArray]:
    """The array that each load, store or fill accesses, of those that can be interleaved."""
    users = users_of(function)
    found: dict[Instruction, LocalArray] = {}
    for instruction in function.instructions():
        accesses = _accesses(instruction, users) if instruction.opcode == "alloca" else None
        units = {size_of(accessed_type(item)) for item in accesses or () if item.opcode != "memset"}
        if accesses and len(units) == 1 and all(_fits(instruction, item, min(units)) for item in accesses):
            found |= dict.fromkeys(accesses, LocalArray(instruction, min(units)))
    return found


def _accesses(alloca: Instruction, users: dict[Value, list[Instruction]]) -> list[Instruction] | None:
    """All accesses through pointers into a variable; None if it can be accessed in other ways too."""
    accesses: list[Instruction] = []
    work = [alloca]
    while work:
        pointer = work.pop()
        for user in users.get(pointer, []):
            if user.opcode == "gep" and pointer not in user.operands[1:]:
                work.append(user)
            elif _is_access(user, pointer):
                accesses.append(user)
            else:
                return None
    return accesses


def _is_access(user: Instruction, pointer: Value) -> bool:
    if user.opcode == "load":
        return is_plain(user)
    if user.opcode == "store":
        return user.operands[1] is pointer and user.operands[0] is not pointer and is_plain(user)
    if user.opcode != "memset" or user.flag("volatile"):
        return False
    return user.operands[0] is pointer and all(isinstance(item, ConstantInt) for item in user.operands[1:])


def _fits(alloca: Instruction, access: Instruction, unit: int) -> bool:
    """Whether an access is one of whole elements, whatever the indices are."""
    address = address_of(access.operands[0 if access.opcode == "memset" else -1])
    places = [factor for value, factor in address.terms if value is not alloca]
    if access.opcode == "memset":
        size = access.operands[2]
        assert isinstance(size, ConstantInt)
        if places or address.offset < 0 or address.offset + size.value > array_shape(alloca)[0]:
            return False
        places = [size.value]
    return not any(place % unit for place in (*places, address.offset, array_shape(alloca)[0]))


__all__ = ["LocalArray", "find_arrays"]
