"""Pass: small block copies and fills become loads and stores, which lanes can do together.

requires: nothing; provides: no ``memcpy``, ``memmove`` or ``memset`` of at most MAX_BYTES, unless volatile;
breaks: nothing.
Structures are copied that way. All is loaded before anything is stored, so that overlapping is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from anychip.ir import (
    PTR,
    VOID,
    ArrayType,
    ConstantInt,
    Function,
    Instruction,
    IntType,
    PointerType,
    StructType,
    Type,
    Value,
    VectorType,
    size_of,
)
from anychip.vectorize.address_terms import address_of

MAX_BYTES = 64
_WORD = 8


def expand_copies(function: Function, origin: dict[Instruction, Instruction]) -> None:
    """Rewrite a function in place; ``origin`` gains the new instructions as the old ones' equals."""
    for block in function.blocks:
        old, block.instructions = block.instructions, []
        for instruction in old:
            for item in _expanded(instruction):
                block.append(item)
                if item is not instruction:
                    origin[item] = origin.get(instruction, instruction)


def _expanded(instruction: Instruction) -> list[Instruction]:
    if instruction.opcode not in ("memcpy", "memmove", "memset") or instruction.flag("volatile"):
        return [instruction]
    target, source, size = instruction.operands
    if not isinstance(size, ConstantInt) or size.value > MAX_BYTES:
        return [instruction]
    if instruction.opcode == "memset":
        return (
            list(_fill(instruction, target, source, size.value)) if isinstance(source, ConstantInt) else [instruction]
        )
    return _copy(instruction, target, source, size.value)


def _largest_piece(*pointers: Value) -> int:
    """Bytes of what is copied at once: elements, where local arrays are concerned, so that these keep to elements."""
    pieces = [_WORD]
    for pointer in pointers:
        root = address_of(pointer).root
        if isinstance(root, Instruction) and root.opcode == "alloca":
            type_ = root.attributes["allocated"]
            assert not isinstance(type_, (int, str, tuple))
            pieces.append(_smallest(type_))
    return min(pieces)


def _smallest(type_: Type) -> int:
    """Bytes of a type's smallest scalar."""
    if isinstance(type_, StructType):
        return min(map(_smallest, type_.fields), default=1)
    return _smallest(type_.element) if isinstance(type_, (ArrayType, VectorType)) else size_of(type_)


def _pieces(size: int, largest: int) -> Iterator[tuple[int, int]]:
    """Offset and bytes of equal pieces, as large as they go."""
    piece = min(size & -size, _WORD, largest) if size else 1
    return ((offset, piece) for offset in range(0, size, piece))


def _copy(copy: Instruction, target: Value, source: Value, size: int) -> list[Instruction]:
    loads, stores = [], []
    for offset, piece in _pieces(size, _largest_piece(target, source)):
        place = _place(copy, source, offset)
        loaded = _instruction(copy, "load", IntType(piece * 8), [place])
        loads += [place, loaded]
        place = _place(copy, target, offset)
        stores += [place, _instruction(copy, "store", VOID, [loaded, place])]
    return loads + stores


def _fill(fill: Instruction, target: Value, byte: ConstantInt, size: int) -> Iterator[Instruction]:
    for offset, piece in _pieces(size, _largest_piece(target)):
        place = _place(fill, target, offset)
        value = ConstantInt(IntType(piece * 8), int.from_bytes(bytes([byte.value & 255] * piece), "little"))
        yield place
        yield _instruction(fill, "store", VOID, [value, place])


def _instruction(at: Instruction, opcode: str, type_: Type, operands: list[Value]) -> Instruction:
    return Instruction(opcode, type_, operands, attributes={"alignment": 1}, location=at.location)


def _place(at: Instruction, base: Value, offset: int) -> Instruction:
    type_ = base.type if isinstance(base.type, PointerType) else PTR
    return Instruction("gep", type_, [base], attributes={"offset": offset, "scales": ()}, location=at.location)


__all__ = ["expand_copies"]
