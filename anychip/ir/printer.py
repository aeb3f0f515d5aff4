"""The ``.wir`` text form of a module; ``parser`` reads it back exactly.

    module "saxpy.cu"
    file 0 "/home/user/saxpy.cu"
    global @tile : [256 x float] shared internal align 4 = zero
    define kernel external void @saxpy(ptr %x [noalias], i32 %n) [max_threads=256] @ 0:3:0 {
    ^entry:
      %i : i32 = sreg [register="tid.x"] @ 0:4:11 < 0:3:5
      condbr i1 %c -> ^body, ^exit
    }

A value's type stands before it, attributes in brackets behind the operands, successors behind ``->``, the position
(file number, line, column, then the call sites it was inlined at) behind ``@``.
"""

from __future__ import annotations

import math
import re
import struct

from anychip.diagnostics import InternalError, SourceLocation
from anychip.ir.module import AttributeValue, Function, Instruction, Module
from anychip.ir.types import VOID, FloatType, IntType
from anychip.ir.values import (
    Argument,
    ConstantAddress,
    ConstantAggregate,
    ConstantBytes,
    ConstantFloat,
    ConstantInt,
    ConstantZero,
    FunctionRef,
    GlobalVariable,
    ParameterAttributes,
    Value,
)

_PLAIN_NAME = re.compile(r"[-\w$.]+", re.ASCII)
_PACKING = {"half": ("<e", "<H"), "float": ("<f", "<I"), "double": ("<d", "<Q")}


def print_module(module: Module) -> str:
    """The module as text. Raises InternalError for an operand that is no IR value."""
    return _Printer().module(module)


def print_function(function: Function) -> str:
    """One function as text, for people: file numbers refer to no table."""
    return "\n".join(_Printer().function(function)) + "\n"


def quote_name(name: str) -> str:
    """A name as it stands behind a sigil: bare where possible, otherwise a quoted string."""
    return name if _PLAIN_NAME.fullmatch(name) else quote(name)


def quote(text: str) -> str:
    """A string literal: what is not printable ASCII as backslash and two hexadecimal digits per UTF-8 byte."""
    return quote_bytes(text.encode("utf-8", "surrogateescape"))


def quote_bytes(data: bytes) -> str:
    """Bytes as a string literal."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:02x}" for b in data) + '"'


class _Printer:
    """Collects the file table while it prints."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}

    def module(self, module: Module) -> str:
        body = [self.global_variable(variable) for variable in module.globals.values()]
        for function in module.functions.values():
            body += ["", *self.function(function)]
        head = [f"module {quote(module.name)}"]
        head += [f"file {number} {quote(name)}" for name, number in self.files.items()]
        return "\n".join(head + body) + "\n"

    def global_variable(self, variable: GlobalVariable) -> str:
        space = variable.space.name.lower()
        constant = " constant" if variable.constant else ""
        managed = " managed" if variable.managed else ""
        text = f"global @{quote_name(variable.name)} : {variable.value_type} {space} {variable.linkage}"
        text += f" align {variable.alignment}{constant}{managed}"
        return text if variable.initializer is None else f"{text} = {literal(variable.initializer)}"

    def function(self, function: Function) -> list[str]:
        head = "declare" if function.is_declaration else "define"
        kernel = " kernel" if function.kernel else ""
        parameters = [self.parameter(argument) for argument in function.arguments]
        parameters += ["..."] if function.function_type.variadic else []
        line = f"{head}{kernel} {function.linkage} {function.function_type.result} @{quote_name(function.name)}"
        line += f"({', '.join(parameters)}){attributes_text(function.attributes)}{self.position(function.location)}"
        if function.is_declaration:
            return [line]
        lines = [line + " {"]
        for block in function.blocks:
            lines.append(f"^{quote_name(block.name)}:")
            lines += [self.instruction(instruction) for instruction in block.instructions]
        return [*lines, "}"]

    def parameter(self, argument: Argument) -> str:
        return f"{argument.type} %{quote_name(argument.name)}{_parameter_attributes(argument.attributes)}"

    def instruction(self, instruction: Instruction) -> str:
        result = ""
        if instruction.name or instruction.type != VOID:
            result = f"%{quote_name(instruction.name)} : {instruction.type} = "
        text = f"  {result}{instruction.opcode}"
        if instruction.operands:
            text += " " + ", ".join(map(operand_text, instruction.operands))
        text += attributes_text(instruction.attributes)
        if instruction.targets:
            text += " -> " + ", ".join(f"^{quote_name(block.name)}" for block in instruction.targets)
        return text + self.position(instruction.location)

    def position(self, location: SourceLocation | None) -> str:
        chain = []
        while location is not None:
            number = self.files.setdefault(location.file, len(self.files))
            chain.append(f"{number}:{location.line}:{location.column}")
            location = location.inlined_at
        return f" @ {' < '.join(chain)}" if chain else ""


def operand_text(value: Value) -> str:
    """An operand with its type."""
    return f"{value.type} {literal(value)}"


def literal(value: Value) -> str:
    """An operand without its type. Raises InternalError for a value that has no text form."""
    match value:
        case Instruction() | Argument():
            return f"%{quote_name(value.name)}"
        case GlobalVariable() | FunctionRef():
            return f"@{quote_name(value.name)}"
        case ConstantInt():
            return str(value.value if value.type == IntType(1) else value.signed)
        case ConstantFloat():
            return _float_text(value)
        case ConstantZero():
            return "zero"
        case ConstantBytes():
            return "c" + quote_bytes(value.data)
        case ConstantAggregate():
            return f"[{', '.join(map(operand_text, value.elements))}]"
        case ConstantAddress():
            return f"address(@{quote_name(value.base.name)}, {value.offset})"
        case _:
            raise InternalError(f"{value!r} has no text form")


def _float_text(value: ConstantFloat) -> str:
    """Decimal where that gives the same bits back, otherwise the bits as hexadecimal digits."""
    assert isinstance(value.type, FloatType)
    bits = f"0x{value.bits:0{value.type.bits // 4}x}"
    if value.type.name not in _PACKING or not math.isfinite(value.number):
        return bits
    return repr(value.number)


def attributes_text(attributes: dict[str, AttributeValue]) -> str:
    """Attributes in brackets with a space before, or nothing."""
    return f" [{', '.join(map(_attribute, attributes, attributes.values()))}]" if attributes else ""


def _attribute(name: str, value: AttributeValue) -> str:
    if value is True:
        return name
    if value is False:
        return f"{name}=false"
    if isinstance(value, int):
        return f"{name}={value}"
    if isinstance(value, str):
        return f"{name}={quote(value)}"
    if isinstance(value, tuple):
        return f"{name}=({', '.join(map(str, value))})"
    return f"{name}=type {value}"


def _parameter_attributes(attributes: ParameterAttributes) -> str:
    """The attributes of a parameter in the same notation; the extra ones are sorted flags."""
    named: dict[str, AttributeValue] = {}
    if attributes.by_value is not None:
        named["by_value"] = attributes.by_value
    if attributes.struct_return is not None:
        named["struct_return"] = attributes.struct_return
    if attributes.alignment:
        named["alignment"] = attributes.alignment
    return attributes_text(named | dict.fromkeys(sorted(attributes.extra), True))


def float_bits(type_: FloatType, number: float) -> int:
    """Bits of a number in a format. Raises OverflowError or ValueError where there are none."""
    if type_.name not in _PACKING:
        raise ValueError(f"a {type_.name} constant is written as its bits")
    code, raw = _PACKING[type_.name]
    return int(struct.unpack(raw, struct.pack(code, number))[0])
