"""Intrinsics that are several operations of ours. Each expansion is exact for every input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from anychip.frontend.llvm_call import Call
from anychip.frontend.llvm_constants import zero
from anychip.frontend.llvm_function import FunctionState, Lanes
from anychip.frontend.llvm_vectors import bit_width
from anychip.ir import I1, I8, I32, I64, ConstantFloat, ConstantInt, FloatType, IntType, Type, Value
from anychip.ir.printer import float_bits

Expansion: TypeAlias = Callable[[FunctionState, Call], Value | None]

_MANTISSA_BITS = {"half": 10, "bfloat": 7, "float": 23, "double": 52}


def real(type_: Type, number: float) -> ConstantFloat:
    """A floating-point constant."""
    assert isinstance(type_, FloatType)
    return ConstantFloat(type_, float_bits(type_, number))


def flush(function: FunctionState, value: Value) -> Value:
    """Subnormal to zero of the same sign (PTX ``.ftz``)."""
    assert isinstance(value.type, FloatType)
    least_normal = ConstantFloat(value.type, 1 << _MANTISSA_BITS[value.type.name])
    magnitude = function.scalar("fabs", value.type, (value,))
    tiny = function.scalar("fcmp", I1, (magnitude, least_normal), {"predicate": "olt"})
    signed_zero = function.scalar("copysign", value.type, (zero(value.type), value))
    return function.scalar("select", value.type, (tiny, signed_zero, value))


def flushing(expansion: Expansion) -> Expansion:
    """The ``.ftz`` form of an expansion: subnormal floats are zero on the way in and out."""

    def expand(function: FunctionState, call: Call) -> Value | None:
        arguments = [flush(function, a) if a.type == FloatType("float") else a for a in call.arguments]
        result = expansion(function, Call(call.name, call.type, arguments))
        return flush(function, result) if result is not None and result.type == FloatType("float") else result

    return expand


def round_to_integer(rounding: str) -> Expansion:
    """Round with one of our opcodes, then convert to a signed integer."""
    return convert_rounded(rounding, "fptosi")


def convert_rounded(rounding: str, conversion: str) -> Expansion:
    """Round (unless the conversion's own truncation is meant), then convert, saturating."""

    def expand(function: FunctionState, call: Call) -> Value:
        value = call.arguments[0]
        if rounding:
            value = function.scalar(rounding, value.type, (value,))
        return function.scalar(conversion, call.type, (value,))

    return expand


def convert_saturating(conversion: str) -> Expansion:
    """``llvm.fpto?i.sat``: as our conversion, but NaN always gives 0."""

    def expand(function: FunctionState, call: Call) -> Value:
        value = call.arguments[0]
        converted = function.emit(conversion, call.type, (value,))
        if isinstance(value, Lanes):
            raise function.unsupported("a saturating conversion of a vector")
        unordered = function.scalar("fcmp", I1, (value, value), {"predicate": "uno"})
        return function.scalar("select", call.type, (unordered, zero(call.type), converted))

    return expand


def high_product(extension: str) -> Expansion:
    """Upper half of the product of two integers."""

    def expand(function: FunctionState, call: Call) -> Value:
        bits = bit_width(call.type)
        wide = IntType(bits * 2)
        left, right = (function.scalar(extension, wide, (argument,)) for argument in call.arguments)
        product = function.scalar("mul", wide, (left, right))
        upper = function.scalar("lshr", wide, (product, ConstantInt(wide, bits)))
        return function.scalar("trunc", call.type, (upper,))

    return expand


def product24(shift: str) -> Expansion:
    """Low 32 bits of the product of the operands' low 24 bits; ``shift`` widens them again: ashr or lshr."""

    def expand(function: FunctionState, call: Call) -> Value:
        eight = ConstantInt(I32, 8)
        factors = [
            function.scalar(shift, I32, (function.scalar("shl", I32, (argument, eight)), eight))
            for argument in call.arguments
        ]
        return function.scalar("mul", I32, factors)

    return expand


def absolute_difference(predicate: str) -> Expansion:
    """``|a - b| + c`` (PTX sad); ``predicate`` orders a and b."""

    def expand(function: FunctionState, call: Call) -> Value:
        a, b, c = call.arguments
        greater = function.scalar("icmp", I1, (a, b), {"predicate": predicate})
        forth, back = (function.scalar("sub", call.type, pair) for pair in ((a, b), (b, a)))
        return function.scalar("add", call.type, (function.scalar("select", call.type, (greater, forth, back)), c))

    return expand


def permute_bytes(function: FunctionState, call: Call) -> Value:
    """PTX prmt: four nibbles of c each choose a byte of b:a, or with bit 3 set the byte's sign eight times."""
    a, b, selector = call.arguments
    high = function.scalar("shl", I64, (function.scalar("zext", I64, (b,)), ConstantInt(I64, 32)))
    pair = function.scalar("or", I64, (high, function.scalar("zext", I64, (a,))))
    result: Value = ConstantInt(I32, 0)
    for position in range(4):
        nibble = function.scalar("lshr", I32, (selector, ConstantInt(I32, 4 * position)))
        index = function.scalar("and", I32, (nibble, ConstantInt(I32, 7)))
        amount = function.scalar("shl", I32, (index, ConstantInt(I32, 3)))
        shifted = function.scalar("lshr", I64, (pair, function.scalar("zext", I64, (amount,))))
        byte = function.scalar("trunc", I8, (shifted,))
        sign = function.scalar("ashr", I8, (byte, ConstantInt(I8, 7)))
        replicate = function.scalar("and", I32, (nibble, ConstantInt(I32, 8)))
        wanted = function.scalar("icmp", I1, (replicate, ConstantInt(I32, 0)), {"predicate": "ne"})
        chosen = function.scalar("zext", I32, (function.scalar("select", I8, (wanted, sign, byte)),))
        placed = function.scalar("shl", I32, (chosen, ConstantInt(I32, 8 * position)))
        result = function.scalar("or", I32, (result, placed))
    return result


def saturate(function: FunctionState, call: Call) -> Value:
    """Clamp to [0, 1]; NaN gives 0."""
    at_least_zero = function.scalar("fmax", call.type, (call.arguments[0], zero(call.type)))
    return function.scalar("fmin", call.type, (at_least_zero, real(call.type, 1.0)))


def reciprocal(function: FunctionState, call: Call) -> Value:
    """1/x rounded to nearest."""
    return function.scalar("fdiv", call.type, (real(call.type, 1.0), call.arguments[0]))


def word_of_double(shift: int) -> Expansion:
    """The 32 bits of a double from bit ``shift`` up."""

    def expand(function: FunctionState, call: Call) -> Value:
        bits: Value = function.scalar("bitcast", I64, call.arguments)
        if shift:
            bits = function.scalar("lshr", I64, (bits, ConstantInt(I64, shift)))
        return function.scalar("trunc", I32, (bits,))

    return expand


def double_of_words(function: FunctionState, call: Call) -> Value:
    """A double from its low and high word."""
    low, high = (function.scalar("zext", I64, (argument,)) for argument in call.arguments)
    upper = function.scalar("shl", I64, (high, ConstantInt(I64, 32)))
    return function.scalar("bitcast", call.type, (function.scalar("or", I64, (low, upper)),))


def half_bits(function: FunctionState, call: Call) -> Value:
    """A float rounded to half, as its bits."""
    rounded = function.scalar("fptrunc", FloatType("half"), call.arguments)
    return function.scalar("bitcast", call.type, (rounded,))


def mask_pointer(function: FunctionState, call: Call) -> Value:
    """``llvm.ptrmask``."""
    pointer, mask = call.arguments
    bits = function.scalar("and", I64, (function.scalar("ptrtoint", I64, (pointer,)), mask))
    return function.scalar("inttoptr", call.type, (bits,))


def object_size(function: FunctionState, call: Call) -> Value:
    """``llvm.objectsize`` of an object nobody knows: 0 if the minimum is asked for, otherwise all ones."""
    minimum = call.arguments[1] == ConstantInt(I1, 1)
    return function.integer(call.type, 0 if minimum else -1)


def vector_reduction(opcode: str) -> Expansion:
    """Elements combined in ascending order."""

    def expand(function: FunctionState, call: Call) -> Value:
        vector = call.arguments[0]
        assert isinstance(vector, Lanes)
        result = vector.elements[0]
        for element in vector.elements[1:]:
            result = function.scalar(opcode, call.type, (result, element))
        return result

    return expand


def classify(function: FunctionState, call: Call) -> Value:
    """``llvm.is.fpclass``: whether the value is in one of the classes whose bit is set in the mask."""
    value, mask = call.arguments
    if isinstance(value, Lanes):
        raise function.unsupported("llvm.is.fpclass of a vector")
    assert isinstance(mask, ConstantInt)
    assert isinstance(value.type, FloatType)
    bits_type = IntType(value.type.bits)
    bits = function.scalar("bitcast", bits_type, (value,))
    magnitude = function.scalar("and", bits_type, (bits, ConstantInt(bits_type, bits_type.mask >> 1)))
    negative = function.scalar("icmp", I1, (bits, ConstantInt(bits_type, 0)), {"predicate": "slt"})
    result: Value = ConstantInt(I1, 0)
    for bit, (low, high, sign) in enumerate(_float_classes(value.type)):
        if mask.value >> bit & 1:
            part = _within(function, magnitude, low, high)
            if sign is not None:
                wanted = negative if sign else function.scalar("xor", I1, (negative, ConstantInt(I1, 1)))
                part = function.scalar("and", I1, (part, wanted))
            result = function.scalar("or", I1, (result, part))
    return result


def _float_classes(type_: FloatType) -> list[tuple[int, int, bool | None]]:
    """Per bit of the mask: least and greatest magnitude as bits, and sign (None: either). LangRef, is.fpclass."""
    mantissa = _MANTISSA_BITS[type_.name]
    infinity = (1 << (type_.bits - 1)) - (1 << mantissa)
    quiet = infinity | 1 << (mantissa - 1)
    normal, subnormal = (1 << mantissa, infinity - 1), (1, (1 << mantissa) - 1)
    return [
        (infinity + 1, quiet - 1, None),
        (quiet, (1 << (type_.bits - 1)) - 1, None),
        (infinity, infinity, True),
        (*normal, True),
        (*subnormal, True),
        (0, 0, True),
        (0, 0, False),
        (*subnormal, False),
        (*normal, False),
        (infinity, infinity, False),
    ]


def _within(function: FunctionState, bits: Value, low: int, high: int) -> Value:
    assert isinstance(bits.type, IntType)
    least = function.scalar("icmp", I1, (bits, ConstantInt(bits.type, low)), {"predicate": "uge"})
    greatest = function.scalar("icmp", I1, (bits, ConstantInt(bits.type, high)), {"predicate": "ule"})
    return function.scalar("and", I1, (least, greatest))
