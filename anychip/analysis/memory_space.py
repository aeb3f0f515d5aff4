"""Which state space a pointer points into, followed through address arithmetic, casts, selections and phis."""

from __future__ import annotations

from anychip.ir import (
    AddressSpace,
    Argument,
    ConstantAddress,
    Function,
    FunctionRef,
    GlobalVariable,
    Instruction,
    PointerType,
    Value,
)

_POINTER_OPERANDS: dict[str, slice] = {
    "gep": slice(0, 1),
    "space.cast": slice(0, 1),
    "select": slice(1, 3),
    "phi": slice(0, None),
}


def pointer_space(pointer: Value, function: Function) -> AddressSpace:
    """The space all possible roots agree on; GENERIC if they do not, or if one is not known.

    A generic pointer that a kernel gets as argument points into global memory: the host has no other to give.
    """
    spaces = {_space_of_root(root, function) for root in pointer_roots(pointer)}
    return spaces.pop() if len(spaces) == 1 else AddressSpace.GENERIC


def is_private(pointer: Value, function: Function) -> bool:
    """Whether only one worker of the runtime sees what a pointer points at: it runs all threads of a block."""
    return pointer_space(pointer, function) in (AddressSpace.SHARED, AddressSpace.LOCAL)


def pointer_roots(pointer: Value) -> frozenset[Value]:
    """Where a pointer may come from: variables, arguments, allocas, or instructions that are not followed."""
    roots: set[Value] = set()
    seen: set[int] = set()
    work = [pointer]
    while work:
        value = work.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, ConstantAddress):
            work.append(value.base)
        elif isinstance(value, Instruction) and value.opcode in _POINTER_OPERANDS and not _is_named(value):
            work += value.operands[_POINTER_OPERANDS[value.opcode]]
        else:
            roots.add(value)
    return frozenset(roots)


def _is_named(value: Value) -> bool:
    """Whether the pointer's own type tells the space."""
    return isinstance(value.type, PointerType) and value.type.space == AddressSpace.LOCAL


def _space_of_root(root: Value, function: Function) -> AddressSpace:
    if isinstance(root, GlobalVariable):
        return root.space if root.space != AddressSpace.GENERIC else AddressSpace.GLOBAL
    if isinstance(root, Instruction) and root.opcode == "alloca":
        return AddressSpace.LOCAL
    if isinstance(root, Argument) and root.attributes.by_value:
        return AddressSpace.LOCAL
    if isinstance(root, FunctionRef) or not isinstance(root.type, PointerType):
        return AddressSpace.GENERIC
    if root.type.space != AddressSpace.GENERIC:
        return root.type.space
    return AddressSpace.GLOBAL if isinstance(root, Argument) and function.kernel else AddressSpace.GENERIC
