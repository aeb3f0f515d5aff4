"""What a register holds, and its image in memory.

An integer, pointer or floating-point value is the integer of its bits; a structure, array or vector is the tuple of its
elements. Memory is little endian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anychip.ir import (
    ArrayType,
    Constant,
    ConstantAddress,
    ConstantAggregate,
    ConstantBytes,
    ConstantFloat,
    ConstantInt,
    ConstantZero,
    FloatType,
    FunctionRef,
    GlobalVariable,
    IntType,
    PointerType,
    StructType,
    Type,
    Value,
    VectorType,
    field_offsets,
    size_of,
)

AddressOf = Callable[[Value], int]
"""Gives the device address of a GlobalVariable or Function."""


def bit_width(type_: Type) -> int:
    """Bits of a scalar, or of all elements of a vector. Raises TypeError for other types."""
    match type_:
        case IntType(bits):
            return bits
        case FloatType():
            return type_.bits
        case PointerType():
            return 64
        case VectorType(element, count):
            return bit_width(element) * count
        case _:
            raise TypeError(f"{type_} is not a scalar")


def element_types(type_: Type) -> list[Type]:
    """Types of the elements of a structure, array or vector. Raises TypeError for other types."""
    match type_:
        case StructType(fields, _):
            return list(fields)
        case ArrayType(element, count) | VectorType(element, count):
            return [element] * count
        case _:
            raise TypeError(f"{type_} has no elements")


def to_bits(type_: Type, value: Any) -> int:
    """A scalar or vector as one integer, element 0 lowest."""
    if not isinstance(type_, VectorType):
        return int(value)
    width = bit_width(type_.element)
    return sum(element << index * width for index, element in enumerate(value))


def from_bits(type_: Type, bits: int) -> Any:
    """The scalar or vector whose bits these are; bits beyond its width are dropped."""
    if not isinstance(type_, VectorType):
        return bits & ((1 << bit_width(type_)) - 1)
    width = bit_width(type_.element)
    return tuple(bits >> index * width & ((1 << width) - 1) for index in range(type_.count))


def to_bytes(type_: Type, value: Any) -> bytes:
    """The image of a value in memory, padding zero."""
    if not isinstance(type_, (ArrayType, StructType)):
        return to_bits(type_, value).to_bytes(size_of(type_), "little")
    image = bytearray(size_of(type_))
    for element, offset, part in zip(element_types(type_), _offsets(type_), value, strict=True):
        image[offset : offset + size_of(element)] = to_bytes(element, part)
    return bytes(image)


def from_bytes(type_: Type, image: bytes) -> Any:
    """The value of an image of ``size_of(type_)`` bytes."""
    if not isinstance(type_, (ArrayType, StructType)):
        return from_bits(type_, int.from_bytes(image, "little"))
    return tuple(
        from_bytes(element, image[offset : offset + size_of(element)])
        for element, offset in zip(element_types(type_), _offsets(type_), strict=True)
    )


def reader(type_: Type) -> Callable[[bytes], Any]:
    """``from_bytes`` of one type; whole-byte scalars, which are nearly all there is, take the short way."""
    if _is_whole(type_):
        return lambda image: int.from_bytes(image, "little")
    return lambda image: from_bytes(type_, image)


def writer(type_: Type) -> Callable[[Any], bytes]:
    """``to_bytes`` of one type."""
    size = size_of(type_)
    if _is_whole(type_):
        return lambda value: value.to_bytes(size, "little")
    return lambda value: to_bytes(type_, value)


def _is_whole(type_: Type) -> bool:
    """Whether the values are single integers that fill their bytes."""
    return isinstance(type_, (IntType, FloatType, PointerType)) and bit_width(type_) == 8 * size_of(type_)


def _offsets(type_: ArrayType | StructType) -> list[int]:
    if isinstance(type_, StructType):
        return field_offsets(type_)
    return [index * size_of(type_.element) for index in range(type_.count)]


def zero(type_: Type) -> Any:
    """The value whose bytes are all zero."""
    if isinstance(type_, (ArrayType, StructType, VectorType)):
        return tuple(zero(element) for element in element_types(type_))
    return 0


def constant_value(constant: Value, address_of: AddressOf) -> Any:
    """The value of a constant operand; a global or function is its address. Raises TypeError for other operands."""
    match constant:
        case ConstantInt():
            return constant.value
        case ConstantFloat():
            return constant.bits
        case ConstantZero():
            return zero(constant.type)
        case ConstantAggregate():
            return tuple(constant_value(element, address_of) for element in constant.elements)
        case ConstantBytes():
            return tuple(constant.data)
        case ConstantAddress():
            return from_bits(constant.type, address_of(constant.base) + constant.offset)
        case GlobalVariable() | FunctionRef():
            return address_of(constant)
        case _:
            raise TypeError(f"{constant!r} is not a constant")


def constant_image(type_: Type, constant: Constant, address_of: AddressOf) -> bytes:
    """The bytes a variable of this type and initialiser starts with; large zeros and strings take the short way."""
    if isinstance(constant, ConstantZero):
        return bytes(size_of(type_))
    if isinstance(constant, ConstantBytes):
        return constant.data
    return to_bytes(type_, constant_value(constant, address_of))
