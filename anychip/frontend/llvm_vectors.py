"""Operations on vectors of LLVM's, element by element."""

from __future__ import annotations

from anychip.frontend.llvm_constants import zero
from anychip.frontend.llvm_function import FunctionState, Lanes
from anychip.ir import I1, ConstantInt, FloatType, IntType, PointerType, Type, Value, VectorType


def extract(function: FunctionState, vector: Value, index: Value) -> Value:
    """One element. An index known only at run time selects among all; outside the vector it gives the first."""
    assert isinstance(vector, Lanes)
    if isinstance(index, ConstantInt):
        return vector.elements[index.value] if index.value < len(vector.elements) else zero(vector.elements[0].type)
    result = vector.elements[0]
    for lane, element in enumerate(vector.elements[1:], 1):
        result = function.scalar("select", element.type, (_is(function, index, lane), element, result))
    return result


def insert(function: FunctionState, vector: Value, element: Value, index: Value) -> Value:
    """The vector with one element replaced."""
    assert isinstance(vector, Lanes)
    if isinstance(index, ConstantInt):
        elements = list(vector.elements)
        if index.value < len(elements):
            elements[index.value] = element
        return Lanes(vector.type, elements)
    chosen: list[Value] = [
        function.scalar("select", old.type, (_is(function, index, lane), element, old))
        for lane, old in enumerate(vector.elements)
    ]
    return Lanes(vector.type, chosen)


def shuffle(left: Value, right: Value, chosen: list[int]) -> Value:
    """Elements of both vectors in the order of ``chosen``."""
    assert isinstance(left, Lanes)
    assert isinstance(right, Lanes)
    both = left.elements + right.elements
    elements = [both[index] for index in chosen]
    return Lanes(VectorType(both[0].type, len(elements)), elements)


def bitcast(function: FunctionState, operand: Value, type_: Type) -> Value:
    """The same bits in another type, little endian: element 0 of a vector has the low bits."""
    if operand.type == type_:
        return operand
    if not isinstance(operand, Lanes) and not isinstance(type_, VectorType):
        return function.scalar("bitcast", type_, (operand,))
    sources = operand.elements if isinstance(operand, Lanes) else [operand]
    element, count = (type_.element, type_.count) if isinstance(type_, VectorType) else (type_, 1)
    if len(sources) == count:
        parts = [_bitcast_scalar(function, source, element) for source in sources]
    else:
        parts = _regroup(function, sources, element, count)
    return Lanes(type_, parts) if isinstance(type_, VectorType) else parts[0]


def _regroup(function: FunctionState, sources: list[Value], element: Type, count: int) -> list[Value]:
    """Join ``sources`` to one integer and cut it into ``count`` elements."""
    width = bit_width(sources[0].type)
    whole = IntType(width * len(sources))
    joined: Value = ConstantInt(whole, 0)
    for position, source in enumerate(sources):
        piece: Value = _bitcast_scalar(function, source, IntType(width))
        piece = piece if len(sources) == 1 else function.scalar("zext", whole, (piece,))
        if position:
            piece = function.scalar("shl", whole, (piece, ConstantInt(whole, position * width)))
        joined = function.scalar("or", whole, (joined, piece)) if position else piece
    size = bit_width(element)
    parts: list[Value] = []
    for position in range(count):
        piece = joined
        if position:
            piece = function.scalar("lshr", whole, (joined, ConstantInt(whole, position * size)))
        if count > 1:
            piece = function.scalar("trunc", IntType(size), (piece,))
        parts.append(_bitcast_scalar(function, piece, element))
    return parts


def _bitcast_scalar(function: FunctionState, value: Value, type_: Type) -> Value:
    return value if value.type == type_ else function.scalar("bitcast", type_, (value,))


def _is(function: FunctionState, index: Value, lane: int) -> Value:
    assert isinstance(index.type, IntType)
    return function.scalar("icmp", I1, (index, ConstantInt(index.type, lane)), {"predicate": "eq"})


def bit_width(type_: Type) -> int:
    """Bits of a scalar."""
    if isinstance(type_, PointerType):
        return 64
    assert isinstance(type_, (IntType, FloatType))
    return type_.bits
