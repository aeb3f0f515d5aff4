"""Where a launch's parameters and shared variables lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anychip.ir import (
    AddressSpace,
    Argument,
    ConstantAddress,
    ConstantAggregate,
    Function,
    FunctionRef,
    GlobalVariable,
    Instruction,
    Module,
    Type,
    Value,
    align_of,
    align_up,
    size_of,
)

SHARED_ALIGNMENT = 256


def parameter_type(argument: Argument) -> Type:
    """The type a kernel parameter has in the parameter buffer: a by-value structure lies there itself."""
    return argument.attributes.by_value or argument.type


def parameter_offsets(kernel: Function) -> list[int]:
    """Byte offset of each parameter in the launch's buffer: natural alignment, or what the structure asks for."""
    offsets, position = [], 0
    for argument in kernel.arguments:
        type_ = parameter_type(argument)
        alignment = align_of(type_)
        if argument.attributes.by_value:
            alignment = max(alignment, argument.attributes.alignment)
        position = align_up(position, alignment)
        offsets.append(position)
        position += size_of(type_)
    return offsets


@dataclass(frozen=True)
class SharedLayout:
    """Offsets of a kernel's shared variables; ``static_bytes`` is where the dynamic part starts."""

    offsets: dict[str, int]
    static_bytes: int


def shared_layout(module: Module, kernel: Function) -> SharedLayout:
    """Static shared variables one after the other in the module's order; extern ones all at the dynamic part."""
    used = reachable(module, kernel)
    offsets, position = {}, 0
    variables = [v for v in module.globals.values() if v.space == AddressSpace.SHARED and v.name in used]
    for variable in variables:
        if variable.initializer is not None:
            position = align_up(position, max(variable.alignment, align_of(variable.value_type)))
            offsets[variable.name] = position
            position += size_of(variable.value_type)
    static_bytes = align_up(position, SHARED_ALIGNMENT)
    for variable in variables:
        offsets.setdefault(variable.name, static_bytes)
    return SharedLayout(offsets, static_bytes)


def reachable(module: Module, kernel: Function) -> set[str]:
    """Names of the functions and variables a kernel may come to.

    A call through a pointer may go to every function whose address the module takes anywhere.
    """
    seen: set[str] = set()
    waiting: list[Value] = [kernel]
    while waiting:
        value = waiting.pop()
        if value.name in seen:
            continue
        seen.add(value.name)
        waiting += _mentioned(value)
        if isinstance(value, Function) and any(map(_is_indirect_call, value.instructions())):
            waiting += _address_taken(module)
    return seen


def _is_indirect_call(instruction: Instruction) -> bool:
    return instruction.opcode == "call" and not isinstance(instruction.operands[0], FunctionRef)


def _mentioned(value: Value) -> Iterator[Value]:
    """Functions and variables that a function's body or a variable's initialiser names."""
    if isinstance(value, GlobalVariable) and value.initializer is not None:
        yield from _symbols(value.initializer)
    if isinstance(value, Function):
        for instruction in value.instructions():
            for operand in instruction.operands:
                yield from _symbols(operand)


def _symbols(operand: Value) -> Iterator[Value]:
    match operand:
        case GlobalVariable() | FunctionRef():
            yield operand
        case ConstantAddress():
            yield operand.base
        case ConstantAggregate():
            for element in operand.elements:
                yield from _symbols(element)


def _address_taken(module: Module) -> Iterator[Value]:
    for variable in module.globals.values():
        yield from (symbol for symbol in _mentioned(variable) if isinstance(symbol, FunctionRef))
    for function in module.functions.values():
        for instruction in function.instructions():
            operands = instruction.operands[1:] if instruction.opcode == "call" else instruction.operands
            for operand in operands:
                yield from (symbol for symbol in _symbols(operand) if isinstance(symbol, FunctionRef))
