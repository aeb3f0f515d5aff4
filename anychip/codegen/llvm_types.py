"""Types and constants as LLVM text.

All pointers are in LLVM's address space 0: a processor has one. ``half`` and ``bfloat`` are carried as i16, because
LLVM's own lowering of them calls libgcc functions that not every target has and passes them differently per
target; ``narrow_floats`` does their arithmetic.
"""

from __future__ import annotations

import struct

from anychip.diagnostics import InternalError, Unsupported
from anychip.ir import (
    AddressSpace,
    ArrayType,
    Constant,
    ConstantAddress,
    ConstantAggregate,
    ConstantBytes,
    ConstantFloat,
    ConstantInt,
    ConstantZero,
    FloatType,
    Function,
    GlobalVariable,
    IntType,
    PointerType,
    StructType,
    Type,
    Value,
    VectorType,
    VoidType,
)

NARROW = ("half", "bfloat")
_MANGLED = {"float": "f32", "double": "f64", "ptr": "p0"}


def type_text(type_: Type) -> str:
    """The LLVM type a value has in registers and memory."""
    match type_:
        case FloatType(name):
            return "i16" if name in NARROW else name
        case PointerType():
            return "ptr"
        case VoidType() | IntType():
            return str(type_)
        case ArrayType(element, count):
            return f"[{count} x {type_text(element)}]"
        case VectorType(element, count):
            return f"<{count} x {type_text(element)}>"
        case StructType(fields, packed):
            inner = ", ".join(map(type_text, fields))
            return f"<{{ {inner} }}>" if packed else f"{{ {inner} }}"
        case _:
            raise InternalError(f"no LLVM type for a value of type {type_}")


def is_narrow(type_: Type) -> bool:
    """Whether it is half or bfloat."""
    return isinstance(type_, FloatType) and type_.name in NARROW


def symbol(value: Value) -> str:
    """The LLVM name of a device function or variable: prefixed, so that none meets a C function's name."""
    return f'@"d.{escape(value.name)}"'


def escape(name: str) -> str:
    """A name between LLVM's double quotes."""
    return "".join(
        character
        if character.isprintable() and character not in '"\\' and character.isascii()
        else _hex_escape(character)
        for character in name
    )


def bytes_text(data: bytes) -> str:
    """An LLVM string constant."""
    inner = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:02X}" for byte in data)
    return f'c"{inner}"'


def mangled(text: str, lanes: int = 0) -> str:
    """How the name of an overloaded intrinsic spells an LLVM type, or a vector of so many."""
    name = _MANGLED.get(text, text)
    return f"v{lanes}{name}" if lanes else name


def constant_text(constant: Value) -> str:
    """A constant without its type. Raises Unsupported for an address that differs from block to block."""
    match constant:
        case ConstantInt():
            return _int_text(constant)
        case ConstantFloat():
            return _float_text(constant)
        case ConstantZero():
            return _zero_text(constant.type)
        case ConstantBytes(data=data):
            return bytes_text(data)
        case ConstantAggregate(elements=elements):
            return _aggregate_text(constant.type, elements)
        case ConstantAddress():
            return _address_text(constant)
        case GlobalVariable() | Function():
            _refuse_per_block(constant)
            return symbol(constant)
        case _:
            raise InternalError(f"{constant!r} is not a constant")


def per_block(value: Value) -> GlobalVariable | None:
    """The shared variable whose address this constant is; None for all other values."""
    base = value.base if isinstance(value, ConstantAddress) else value
    return base if isinstance(base, GlobalVariable) and base.space == AddressSpace.SHARED else None


def _hex_escape(character: str) -> str:
    return "".join(f"\\{byte:02X}" for byte in character.encode())


def _refuse_per_block(value: Value) -> None:
    if per_block(value):
        raise Unsupported(f"the address of shared variable '{value.name}' in the initialiser of another variable")


def _int_text(constant: ConstantInt) -> str:
    if constant.type == IntType(1):
        return "true" if constant.value else "false"
    return str(constant.signed)


def _zero_text(type_: Type) -> str:
    match type_:
        case PointerType():
            return "null"
        case IntType(1):
            return "false"
        case IntType():
            return "0"
        case FloatType(name):
            return "0" if name in NARROW else "0.0"
        case _:
            return "zeroinitializer"


def _float_text(constant: ConstantFloat) -> str:
    """Hexadecimal: LLVM writes a float as the double of the same value, signalling NaNs included."""
    assert isinstance(constant.type, FloatType)
    bits = constant.bits
    if constant.type.name in NARROW:
        return str(bits)
    if constant.type.name == "double":
        return f"0x{bits:016X}"
    if (bits >> 23) & 0xFF == 0xFF:
        return f"0x{(bits >> 31) << 63 | 0x7FF << 52 | (bits & 0x7FFFFF) << 29:016X}"
    return f"0x{struct.unpack('<Q', struct.pack('<d', constant.number))[0]:016X}"


def _aggregate_text(type_: Type, elements: list[Constant]) -> str:
    inner = ", ".join(f"{type_text(element.type)} {constant_text(element)}" for element in elements)
    match type_:
        case ArrayType():
            return f"[{inner}]"
        case VectorType():
            return f"<{inner}>"
        case StructType(_, packed):
            return f"<{{ {inner} }}>" if packed else f"{{ {inner} }}"
        case _:
            raise InternalError(f"an aggregate constant of type {type_}")


def _address_text(constant: ConstantAddress) -> str:
    _refuse_per_block(constant)
    text = symbol(constant.base)
    if constant.offset:
        text = f"getelementptr (i8, ptr {text}, i64 {constant.offset})"
    return f"ptrtoint (ptr {text} to {type_text(constant.type)})" if isinstance(constant.type, IntType) else text
