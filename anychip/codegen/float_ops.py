"""Floating-point operations as LLVM text: the same bits on every target (NaN payload and sign excepted).

float and double map to LLVM's operations without flags. half and bfloat are computed in float and rounded after
every operation (``narrow_floats``).
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.emitter import Emitter
from anychip.codegen.llvm_types import is_narrow
from anychip.ir import DOUBLE, FLOAT, I1, FloatType, Instruction, IntType, Type

_INTRINSICS = {
    "fma": "fma",
    "fabs": "fabs",
    "sqrt": "sqrt",
    "floor": "floor",
    "ceil": "ceil",
    "ftrunc": "trunc",
    "rint": "rint",
    "round": "round",
    "copysign": "copysign",
    "fminimum": "minimum",
    "fmaximum": "maximum",
}
_EXTREMA = {"fmin": "minimum", "fmax": "maximum"}
_SATURATING_VECTORS = ("aarch64", "riscv")
"""Architectures whose vector conversions saturate by themselves."""


def widen(emitter: Emitter, type_: Type, text: str) -> str:
    """A half or bfloat as float; float and double unchanged."""
    return (
        emitter.op(f"call float {emitter.context.helper(f'anychip.{type_}.extend')}(i16 {text})")
        if is_narrow(type_)
        else text
    )


def narrow(emitter: Emitter, type_: Type, text: str) -> str:
    """A float rounded to half or bfloat; unchanged if ``type_`` is neither."""
    return (
        emitter.op(f"call i16 {emitter.context.helper(f'anychip.{type_}.round')}(float {text})")
        if is_narrow(type_)
        else text
    )


def _narrow_double(emitter: Emitter, type_: Type, text: str) -> str:
    return emitter.op(f"call i16 {emitter.context.helper(f'anychip.{type_}.round.double')}(double {text})")


def _wide_type(type_: Type) -> Type:
    return FLOAT if is_narrow(type_) else type_


def _call(emitter: Emitter, intrinsic: str, type_: Type, texts: list[str]) -> str:
    """Call an LLVM intrinsic over float or double."""
    name = emitter.type_text(type_)
    callee = emitter.context.intrinsic(f"llvm.{intrinsic}.{emitter.suffix(type_)}", name, [name] * len(texts))
    return emitter.op(f"call {callee}({', '.join(f'{name} {text}' for text in texts)})")


def _binary(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    a, b = (widen(emitter, result, text) for text in texts)
    return narrow(emitter, result, emitter.op(f"{instruction.opcode} {emitter.type_text(_wide_type(result))} {a}, {b}"))


def _function(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    wide = [widen(emitter, result, text) for text in texts]
    return narrow(emitter, result, _call(emitter, _INTRINSICS[instruction.opcode], _wide_type(result), wide))


def _extremum(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    """fmin and fmax: minimum and maximum order the zeros; where an operand is a NaN, the other one is the result.

    LLVM's minimumnum and maximumnum say the same, but LLVM 22 compiles them to a NaN on AVX-512 if it knows that one
    operand is a number and the other one is a NaN.
    """
    name, flags = emitter.type_text(_wide_type(result)), emitter.type_text(I1)
    a, b = (widen(emitter, result, text) for text in texts)
    value = _call(emitter, _EXTREMA[instruction.opcode], _wide_type(result), [a, b])
    for operand, other in ((a, b), (b, a)):
        is_nan = emitter.op(f"fcmp uno {name} {operand}, {operand}")
        value = emitter.op(f"select {flags} {is_nan}, {name} {other}, {name} {value}")
    return narrow(emitter, result, value)


def _fma(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    if not is_narrow(result):
        return _call(emitter, "fma", result, texts)
    wide = [emitter.op(f"fpext float {widen(emitter, result, text)} to double") for text in texts]
    helper = emitter.context.helper("anychip.fma_odd")
    value = emitter.op(f"call double {helper}({', '.join(f'double {text}' for text in wide)})")
    return _narrow_double(emitter, result, value)


def _negate(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    if is_narrow(result):
        return emitter.op(f"xor i16 {texts[0]}, -32768")
    return emitter.op(f"fneg {emitter.type_text(result)} {texts[0]}")


def _absolute(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    if is_narrow(result):
        return emitter.op(f"and i16 {texts[0]}, 32767")
    return _call(emitter, "fabs", result, texts)


def _copy_sign(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    if not is_narrow(result):
        return _call(emitter, "copysign", result, texts)
    magnitude = emitter.op(f"and i16 {texts[0]}, 32767")
    return emitter.op(f"or i16 {magnitude}, {emitter.op(f'and i16 {texts[1]}, -32768')}")


def _compare(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    a, b = (widen(emitter, types[0], text) for text in texts)
    return emitter.op(f"fcmp {instruction.text('predicate')} {emitter.type_text(_wide_type(types[0]))} {a}, {b}")


def _truncate(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    if not is_narrow(result):
        return emitter.op(f"fptrunc {emitter.type_text(types[0])} {texts[0]} to {emitter.type_text(result)}")
    return _narrow_double(emitter, result, texts[0]) if types[0] == DOUBLE else narrow(emitter, result, texts[0])


def _extend(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    wide = widen(emitter, types[0], texts[0])
    if _wide_type(types[0]) == result:
        return wide
    return emitter.op(f"fpext {emitter.type_text(FLOAT)} {wide} to {emitter.type_text(result)}")


def _to_integer(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    """Saturate; NaN is 0 or, from double or to more than 32 bits, the top bit alone (PTX ISA, cvt)."""
    assert isinstance(result, IntType)
    assert isinstance(types[0], FloatType)
    source, integer, truth = _wide_type(types[0]), emitter.type_text(result), emitter.type_text(I1)
    floats = emitter.type_text(source)
    wide = widen(emitter, types[0], texts[0])
    if emitter.lanes and not emitter.context.target.triple.startswith(_SATURATING_VECTORS):
        return _lanes_to_integer(emitter, instruction.opcode == "fptosi", result, source, wide)
    name = f"llvm.{instruction.opcode}.sat.{emitter.suffix(result)}.{emitter.suffix(source)}"
    value = emitter.op(f"call {emitter.context.intrinsic(name, integer, [floats])}({floats} {wide})")
    if source == FLOAT and result.bits <= 32:
        return value
    nan = emitter.op(f"fcmp uno {floats} {wide}, {emitter.literal(source, '0.0')}")
    top = emitter.literal(result, str(-(1 << (result.bits - 1))))
    return emitter.op(f"select {truth} {nan}, {integer} {top}, {integer} {value}")


def _lanes_to_integer(emitter: Emitter, signed: bool, result: IntType, source: Type, wide: str) -> str:
    """The same in vectors, in which LLVM would take the saturating intrinsic apart into its elements."""
    op, floats, integer, truth = emitter.op, *map(emitter.type_text, (source, result, I1))
    low, beyond = (-(1 << (result.bits - 1)) if signed else 0), 1 << (result.bits - signed)
    lowest, limit = emitter.literal(source, f"{low}.0"), emitter.literal(source, f"{beyond}.0")
    number = op(f"fcmp ogt {floats} {wide}, {lowest}")
    value = op(f"select {truth} {number}, {floats} {wide}, {floats} {lowest}")  # of a NaN: the lowest
    over = op(f"fcmp oge {floats} {wide}, {limit}")
    value = op(f"select {truth} {over}, {floats} {lowest}, {floats} {value}")
    value = op(f"{'fptosi' if signed else 'fptoui'} {floats} {value} to {integer}")
    value = op(f"select {truth} {over}, {integer} {emitter.literal(result, str(beyond - 1))}, {integer} {value}")
    to_zero = source == FLOAT and result.bits <= 32
    if to_zero != signed:  # then the lowest is what a NaN gives
        return value
    nan = op(f"fcmp uno {floats} {wide}, {emitter.literal(source, '0.0')}")
    special = "0" if to_zero else str(-(1 << (result.bits - 1)))
    return op(f"select {truth} {nan}, {integer} {emitter.literal(result, special)}, {integer} {value}")


def _from_integer(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    """Rounded once: half has no finite value that float's 24 digits cannot tell apart; bfloat goes by double."""
    assert isinstance(types[0], IntType)
    source = f"{instruction.opcode} {emitter.type_text(types[0])} {texts[0]}"
    if not is_narrow(result):
        return emitter.op(f"{source} to {emitter.type_text(result)}")
    if str(result) == "half":
        return narrow(emitter, result, emitter.op(f"{source} to float"))
    if types[0].bits <= 32:
        return _narrow_double(emitter, result, emitter.op(f"{source} to double"))
    if types[0].bits > 64:
        raise emitter.unsupported(f"conversion of a {types[0].bits}-bit integer to bfloat16", instruction)
    return _long_to_bfloat(emitter, instruction.opcode == "sitofp", types[0].bits, result, texts[0])


def _long_to_bfloat(emitter: Emitter, signed: bool, bits: int, result: Type, text: str) -> str:
    op = emitter.op
    value = text if bits == 64 else op(f"{'sext' if signed else 'zext'} i{bits} {text} to i64")
    negative = op(f"icmp slt i64 {value}, 0") if signed else "false"
    magnitude = op(f"select i1 {negative}, i64 {op(f'sub i64 0, {value}')}, i64 {value}")
    sticky = op(f"call i64 {emitter.context.helper('anychip.sticky')}(i64 {magnitude})")
    unsigned = op(f"uitofp i64 {sticky} to double")
    return _narrow_double(
        emitter, result, op(f"select i1 {negative}, double {op(f'fneg double {unsigned}')}, double {unsigned}")
    )


FLOAT_WRITERS: dict[str, Callable[[Emitter, Instruction, Type, list[Type], list[str]], str]] = {
    **dict.fromkeys(["fadd", "fsub", "fmul", "fdiv", "frem"], _binary),
    **dict.fromkeys(["sqrt", "floor", "ceil", "ftrunc", "rint", "round", "fminimum", "fmaximum"], _function),
    **dict.fromkeys(_EXTREMA, _extremum),
    "fma": _fma,
    "fneg": _negate,
    "fabs": _absolute,
    "copysign": _copy_sign,
    "fcmp": _compare,
    "fptrunc": _truncate,
    "fpext": _extend,
    **dict.fromkeys(("fptosi", "fptoui"), _to_integer),
    **dict.fromkeys(("sitofp", "uitofp"), _from_integer),
}
