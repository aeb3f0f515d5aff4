"""Types of the IR and their sizes in device memory.

Device memory is little endian with 64-bit pointers and natural alignment (PTX ISA, "Fundamental Types"; CUDA
Programming Guide, "Type requirements"). All types are immutable and compare by structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias


class AddressSpace(IntEnum):
    """State spaces as NVPTX numbers them."""

    GENERIC = 0
    GLOBAL = 1
    SHARED = 3
    CONSTANT = 4
    LOCAL = 5


@dataclass(frozen=True, slots=True)
class VoidType:
    """The result type of what yields no value."""

    def __str__(self) -> str:
        return "void"


@dataclass(frozen=True, slots=True)
class IntType:
    """An integer of ``bits`` bits; the sign is in the operation, not in the type."""

    bits: int

    def __str__(self) -> str:
        return f"i{self.bits}"

    @property
    def mask(self) -> int:
        """All ones in this width."""
        return (1 << self.bits) - 1

    def signed(self, number: int) -> int:
        """A number reduced to the width and read as two's complement."""
        number &= self.mask
        return number - (1 << self.bits) if number >> (self.bits - 1) else number


@dataclass(frozen=True, slots=True)
class FloatType:
    """An IEEE 754 binary format, or bfloat; ``name`` is half, bfloat, float or double."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def bits(self) -> int:
        """Width of the format in bits."""
        return {"half": 16, "bfloat": 16, "float": 32, "double": 64}[self.name]


@dataclass(frozen=True, slots=True)
class PointerType:
    """A 64-bit address in one state space."""

    space: AddressSpace = AddressSpace.GENERIC

    def __str__(self) -> str:
        return "ptr" if self.space == AddressSpace.GENERIC else f"ptr<{self.space.name.lower()}>"


@dataclass(frozen=True, slots=True)
class ArrayType:
    """``count`` elements in a row."""

    element: Type
    count: int

    def __str__(self) -> str:
        return f"[{self.count} x {self.element}]"


@dataclass(frozen=True, slots=True)
class StructType:
    """A literal structure; names of structures are not kept."""

    fields: tuple[Type, ...]
    packed: bool = False

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.fields))
        return f"<{{{inner}}}>" if self.packed else f"{{{inner}}}"


@dataclass(frozen=True, slots=True)
class VectorType:
    """A short vector as the language has it (``half2`` arithmetic), not a warp's lanes."""

    element: Type
    count: int

    def __str__(self) -> str:
        return f"<{self.count} x {self.element}>"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """Signature of a function."""

    result: Type
    parameters: tuple[Type, ...]
    variadic: bool = False

    def __str__(self) -> str:
        inner = ", ".join([*map(str, self.parameters), *(["..."] if self.variadic else [])])
        return f"{self.result} ({inner})"


Type: TypeAlias = VoidType | IntType | FloatType | PointerType | ArrayType | StructType | VectorType | FunctionType

VOID = VoidType()
I1, I8, I16, I32, I64, I128 = (IntType(bits) for bits in (1, 8, 16, 32, 64, 128))
HALF, BFLOAT, FLOAT, DOUBLE = (FloatType(name) for name in ("half", "bfloat", "float", "double"))
PTR = PointerType()


def align_up(offset: int, alignment: int) -> int:
    """The least multiple of ``alignment`` that is not below ``offset``."""
    return -(-offset // alignment) * alignment


def align_of(type_: Type) -> int:
    """ABI alignment in bytes. Raises TypeError for a type that has no place in memory."""
    match type_:
        case IntType(bits):
            return min(1 << max(0, (bits - 1).bit_length() - 3), 16)
        case FloatType():
            return type_.bits // 8
        case PointerType():
            return 8
        case ArrayType(element, _):
            return align_of(element)
        case VectorType():
            return 1 << (size_of(type_) - 1).bit_length()
        case StructType(fields, packed):
            return 1 if packed else max(map(align_of, fields), default=1)
        case _:
            raise TypeError(f"{type_} has no alignment")


def size_of(type_: Type) -> int:
    """Bytes from one array element of this type to the next. Raises TypeError for void and functions."""
    match type_:
        case IntType(bits):
            return align_up(-(-bits // 8), align_of(type_))
        case FloatType():
            return type_.bits // 8
        case PointerType():
            return 8
        case ArrayType(element, count):
            return size_of(element) * count
        case VectorType(element, count):
            bits = element.bits if isinstance(element, (IntType, FloatType)) else 64
            return -(-bits * count // 8)
        case StructType(fields, _):
            end = field_offsets(type_)[-1] + size_of(fields[-1]) if fields else 0
            return align_up(end, align_of(type_))
        case _:
            raise TypeError(f"{type_} has no size")


def field_offsets(struct: StructType) -> list[int]:
    """Byte offset of each field."""
    offsets, position = [], 0
    for field in struct.fields:
        if not struct.packed:
            position = align_up(position, align_of(field))
        offsets.append(position)
        position += size_of(field)
    return offsets


def element_type(aggregate: Type, indices: tuple[int, ...]) -> Type:
    """The type reached by ``indices`` inside an aggregate. Raises TypeError if there is none."""
    for index in indices:
        match aggregate:
            case StructType(fields, _) if index < len(fields):
                aggregate = fields[index]
            case ArrayType(element, count) | VectorType(element, count) if index < count:
                aggregate = element
            case _:
                raise TypeError(f"no element {index} in {aggregate}")
    return aggregate
