"""Operations that only compute: opcode -> function of the operands' values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anychip.diagnostics import Unsupported
from anychip.ir import FloatType, Instruction, IntType, PointerType, Type, VectorType
from anychip.reference import arithmetic, integers
from anychip.reference.floats import Format, format_of
from anychip.reference.integers import ones, signed
from anychip.reference.values import bit_width, from_bits, to_bits

Function = Callable[..., Any]


def scalar_of(type_: Type) -> Type:
    """The element type of a vector, else the type itself."""
    return type_.element if isinstance(type_, VectorType) else type_


def width_of(type_: Type) -> int:
    """Bits of an integer or pointer, or of a vector's elements. Raises TypeError for other types."""
    scalar = scalar_of(type_)
    if not isinstance(scalar, (IntType, PointerType)):
        raise TypeError(f"{type_} is no integer")
    return bit_width(scalar)


def float_format(type_: Type) -> Format:
    """Format of a floating-point type, or of a vector's elements. Raises TypeError for other types."""
    scalar = scalar_of(type_)
    if not isinstance(scalar, FloatType):
        raise TypeError(f"{type_} is no floating-point type")
    return format_of(scalar)


def evaluator(instruction: Instruction) -> Function:
    """The function that computes the instruction from its operands. KeyError if the opcode does more."""
    if instruction.opcode in _WHOLE:
        return _WHOLE[instruction.opcode](instruction)
    scalar = _scalar_function(instruction)
    operand = instruction.operands[0].type
    if not isinstance(operand, VectorType):
        return scalar
    if instruction.opcode.endswith(".overflow"):
        raise Unsupported(f"{instruction.opcode} on vectors", instruction.location)
    return lambda *vectors: tuple(map(scalar, *vectors))


def _scalar_function(instruction: Instruction) -> Function:
    opcode, operand = instruction.opcode, instruction.operands[0].type
    if opcode in integers.OPERATIONS:
        return _with_last(integers.OPERATIONS[opcode], len(instruction.operands), width_of(operand))
    if opcode in arithmetic.OPERATIONS:
        return _with_last(arithmetic.OPERATIONS[opcode], len(instruction.operands), float_format(operand))
    return _CONVERSIONS[opcode](operand, instruction.type)


def _with_last(operation: Function, operands: int, last: int | Format) -> Function:
    """``operation`` with its last argument, the operands' type, given."""
    if operands == 1:
        return lambda a: operation(a, last)
    if operands == 2:
        return lambda a, b: operation(a, b, last)
    return lambda a, b, c: operation(a, b, c, last)


def _compare(instruction: Instruction) -> Function:
    predicate, operand = instruction.text("predicate"), instruction.operands[0].type
    if instruction.opcode == "icmp":
        relation = _with_last(integers.COMPARISONS[predicate], 2, width_of(operand))
    else:
        relation = _with_last(arithmetic.compare(predicate), 2, float_format(operand))
    if isinstance(operand, VectorType):
        return lambda a, b: tuple(int(relation(x, y)) for x, y in zip(a, b, strict=True))
    return lambda a, b: int(relation(a, b))


def _select(instruction: Instruction) -> Function:
    if isinstance(instruction.operands[0].type, VectorType):
        return lambda c, a, b: tuple(x if chosen else y for chosen, x, y in zip(c, a, b, strict=True))
    return lambda c, a, b: a if c else b


def _bitcast(instruction: Instruction) -> Function:
    source, destination = instruction.operands[0].type, instruction.type
    return lambda a: from_bits(destination, to_bits(source, a))


def _indices(instruction: Instruction) -> tuple[int, ...]:
    indices = instruction.attributes["indices"]
    assert isinstance(indices, tuple)
    return indices


def _extract(instruction: Instruction) -> Function:
    indices = _indices(instruction)

    def extract(aggregate: Any) -> Any:
        for index in indices:
            aggregate = aggregate[index]
        return aggregate

    return extract


def _insert(instruction: Instruction) -> Function:
    indices = _indices(instruction)
    return lambda aggregate, value: _replaced(aggregate, indices, value)


def _replaced(aggregate: Any, indices: tuple[int, ...], value: Any) -> Any:
    if not indices:
        return value
    first, rest = indices[0], indices[1:]
    return (*aggregate[:first], _replaced(aggregate[first], rest, value), *aggregate[first + 1 :])


def _gep(instruction: Instruction) -> Function:
    scales, offset = instruction.attributes["scales"], instruction.number("offset")
    assert isinstance(scales, tuple)
    if not scales:
        return lambda pointer: (pointer + offset) & ones(64)
    if len(scales) == 1:
        scale = scales[0]
        return lambda pointer, index: (pointer + offset + index * scale) & ones(64)

    def address(pointer: int, *indices: int) -> int:
        return (pointer + offset + sum(map(int.__mul__, indices, scales))) & ones(64)

    return address


_WHOLE: dict[str, Callable[[Instruction], Function]] = {
    "icmp": _compare,
    "fcmp": _compare,
    "select": _select,
    "bitcast": _bitcast,
    "extract": _extract,
    "insert": _insert,
    "gep": _gep,
    "space.cast": lambda instruction: lambda pointer: pointer,
}
"""Operations that treat vectors in a way of their own."""


def _resize(source: Type, destination: Type) -> Function:
    mask = ones(width_of(destination))
    return lambda a: a & mask


def _sext(source: Type, destination: Type) -> Function:
    bits, mask = width_of(source), ones(width_of(destination))
    return lambda a: signed(a, bits) & mask


def _between_formats(source: Type, destination: Type) -> Function:
    narrow, wide = float_format(source), float_format(destination)
    return lambda a: arithmetic.convert(a, narrow, wide)


def _to_integer(operation: Function) -> Callable[[Type, Type], Function]:
    def make(source: Type, destination: Type) -> Function:
        format_, bits = float_format(source), width_of(destination)
        return lambda a: operation(a, format_, bits)

    return make


def _from_integer(operation: Function) -> Callable[[Type, Type], Function]:
    def make(source: Type, destination: Type) -> Function:
        bits, format_ = width_of(source), float_format(destination)
        return lambda a: operation(a, bits, format_)

    return make


_CONVERSIONS: dict[str, Callable[[Type, Type], Function]] = {
    **dict.fromkeys(("trunc", "zext", "ptrtoint", "inttoptr"), _resize),
    "sext": _sext,
    **dict.fromkeys(("fptrunc", "fpext"), _between_formats),
    "fptosi": _to_integer(arithmetic.fptosi),
    "fptoui": _to_integer(arithmetic.fptoui),
    "sitofp": _from_integer(arithmetic.sitofp),
    "uitofp": _from_integer(arithmetic.uitofp),
}

_ATOMIC_INTEGER: dict[str, Function] = {
    "xchg": lambda old, value, bits: value,
    "nand": lambda old, value, bits: ~(old & value) & ones(bits),
    "inc_wrap": lambda old, limit, bits: 0 if old >= limit else old + 1,
    "dec_wrap": lambda old, limit, bits: limit if old == 0 or old > limit else old - 1,
    **{name: integers.OPERATIONS[opcode] for name, opcode in {"max": "smax", "min": "smin"}.items()},
    **{name: integers.OPERATIONS[name] for name in ("add", "sub", "and", "or", "xor", "umax", "umin")},
}


def atomic_function(operation: str, type_: Type) -> Function:
    """(old, operand) -> new value of an atomic operation. Raises KeyError for an unknown operation."""
    function: Function
    if operation == "xchg":
        return lambda old, value: value
    if operation in _ATOMIC_INTEGER:
        function = _with_last(_ATOMIC_INTEGER[operation], 2, width_of(type_))
    else:
        function = _with_last(arithmetic.OPERATIONS[operation], 2, float_format(type_))
    if isinstance(type_, VectorType):
        return lambda old, value: tuple(map(function, old, value))
    return function
