"""Arithmetic, comparison, conversion and selection as LLVM text, with the GPU's meaning (``ir.opcodes``).

Each writer handles one element; ``write_elements`` applies it to every lane of a short vector. No instruction
carries a promise (nuw, nsw, exact, fast-math), since these would turn a GPU's defined result into poison.
"""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.emitter import Emitter
from anychip.codegen.float_ops import FLOAT_WRITERS
from anychip.codegen.llvm_types import type_text
from anychip.ir import (
    DOUBLE,
    I1,
    I8,
    AddressSpace,
    Constant,
    Instruction,
    IntType,
    PointerType,
    Type,
    Value,
    VectorType,
)

# (emitter, instruction, result element type, operand element types, operand texts) -> text of the result
ElementWriter = Callable[[Emitter, Instruction, Type, list[Type], list[str]], str]


def write_elements(emitter: Emitter, instruction: Instruction) -> str:
    """Write an operation of the tables below, lane by lane if it is on short vectors."""
    writer = ELEMENT_WRITERS[instruction.opcode]
    operands = [emitter.operand(operand) for operand in instruction.operands]
    types = [operand.type for operand in instruction.operands]
    result = instruction.type
    if not isinstance(result, VectorType):
        return writer(emitter, instruction, result, types, operands)
    whole = "zeroinitializer"
    for lane in range(result.count):
        lanes = [_lane(emitter, type_, text, lane) for type_, text in zip(types, operands, strict=True)]
        elements = [type_.element if isinstance(type_, VectorType) else type_ for type_ in types]
        part = writer(emitter, instruction, result.element, elements, lanes)
        whole = emitter.op(f"insertelement {type_text(result)} {whole}, {type_text(result.element)} {part}, i64 {lane}")
    return whole


def _lane(emitter: Emitter, type_: Type, text: str, lane: int) -> str:
    if not isinstance(type_, VectorType):
        return text
    return emitter.op(f"extractelement {type_text(type_)} {text}, i64 {lane}")


def _plain(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    return emitter.op(f"{instruction.opcode} {emitter.type_text(result)} {', '.join(texts)}")


# IR opcode -> LLVM intrinsic and its constant last argument
_INTRINSICS = {
    **{name: (name, "") for name in ["smin", "smax", "umin", "umax", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"]},
    **{name: (name, "") for name in ["fshl", "fshr", "ctpop", "bitreverse"]},
    **{name: (name, "i1 false") for name in ["ctlz", "cttz", "abs"]},
}


def _intrinsic(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    name, last = _INTRINSICS[instruction.opcode]
    type_ = emitter.type_text(result)
    arguments = [f"{type_} {text}" for text in texts] + ([last] if last else [])
    parameters = [type_] * len(texts) + (["i1"] if last else [])
    callee = emitter.context.intrinsic(f"llvm.{name}.{emitter.suffix(result)}", type_, parameters)
    return emitter.op(f"call {callee}({', '.join(arguments)})")


def _bswap(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    type_ = emitter.type_text(result)
    if result == I8:
        return texts[0]
    callee = emitter.context.intrinsic(f"llvm.bswap.{emitter.suffix(result)}", type_, [type_])
    return emitter.op(f"call {callee}({type_} {texts[0]})")


def _overflow(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    type_, pair = emitter.type_text(types[0]), emitter.type_text(result)
    operation = instruction.opcode.removesuffix(".overflow")
    callee = emitter.context.intrinsic(f"llvm.{operation}.with.overflow.{type_}", pair, [type_, type_])
    return emitter.op(f"call {callee}({type_} {texts[0]}, {type_} {texts[1]})")


def _divide(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    """A divisor that would trap becomes 1, then the GPU's result is selected."""
    assert isinstance(result, IntType)
    type_, truth, (a, b), op = emitter.type_text(result), emitter.type_text(I1), texts, emitter.op
    zero = op(f"icmp eq {type_} {b}, {emitter.literal(result, '0')}")
    bad = zero
    if instruction.opcode[0] == "s":
        lowest = op(f"icmp eq {type_} {a}, {emitter.literal(result, str(-(1 << (result.bits - 1))))}")
        minus = op(f"icmp eq {type_} {b}, {emitter.literal(result, '-1')}")
        bad = op(f"or {truth} {zero}, {op(f'and {truth} {lowest}, {minus}')}")
    divisor = op(f"select {truth} {bad}, {type_} {emitter.literal(result, '1')}, {type_} {b}")
    exact = emitter.lanes and _divides_in_double(emitter, result, instruction.operands[1])
    write = _quotient_in_double if exact else _quotient
    value = write(emitter, instruction.opcode, result, a, divisor)
    by_zero = emitter.literal(result, "-1") if instruction.opcode.endswith("div") else a
    return op(f"select {truth} {zero}, {type_} {by_zero}, {type_} {value}")


def _quotient(emitter: Emitter, opcode: str, result: IntType, a: str, divisor: str) -> str:
    return emitter.op(f"{opcode} {emitter.type_text(result)} {a}, {divisor}")


def _divides_in_double(emitter: Emitter, result: IntType, divisor: Value) -> bool:
    """x86 has no division of integer vectors: LLVM divides element by element, unless it is by a constant."""
    return (
        result.bits <= 32 and not isinstance(divisor, Constant) and emitter.context.target.triple.startswith("x86_64")
    )


def _quotient_in_double(emitter: Emitter, opcode: str, result: IntType, a: str, divisor: str) -> str:
    """Exact: a quotient of 32-bit integers is an integer or farther from one than 2^-32 of its size."""
    op, type_, floats, sign = emitter.op, emitter.type_text(result), emitter.type_text(DOUBLE), opcode[0]
    to_float, to_integer = f"{sign}itofp {type_}", f"fpto{sign}i {floats}"
    numerator, denominator = op(f"{to_float} {a} to {floats}"), op(f"{to_float} {divisor} to {floats}")
    quotient = op(f"{to_integer} {op(f'fdiv {floats} {numerator}, {denominator}')} to {type_}")
    if opcode.endswith("div"):
        return quotient
    return op(f"sub {type_} {a}, {op(f'mul {type_} {quotient}, {divisor}')}")


def _shift(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    """Amounts of the width or more give 0, or all sign bits."""
    assert isinstance(result, IntType)
    type_, truth, (a, b), op = emitter.type_text(result), emitter.type_text(I1), texts, emitter.op
    none = emitter.literal(result, "0")
    inside = op(f"icmp ult {type_} {b}, {emitter.literal(result, str(result.bits))}")
    fill = emitter.literal(result, str(result.bits - 1)) if instruction.opcode == "ashr" else none
    amount = op(f"select {truth} {inside}, {type_} {b}, {type_} {fill}")
    value = op(f"{instruction.opcode} {type_} {a}, {amount}")
    return value if instruction.opcode == "ashr" else op(f"select {truth} {inside}, {type_} {value}, {type_} {none}")


def _one_bit_shift(
    emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]
) -> str:
    """In i1 the width, 1, is a possible amount: ``a shifted by 1``, and no constant ``icmp ult b, 1`` fits."""
    if result != IntType(1):
        return _shift(emitter, instruction, result, types, texts)
    if instruction.opcode == "ashr":
        return texts[0]
    truth = emitter.type_text(I1)
    return emitter.op(f"select {truth} {texts[1]}, {truth} {emitter.literal(I1, 'false')}, {truth} {texts[0]}")


def _compare(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    return emitter.op(f"icmp {instruction.text('predicate')} {emitter.type_text(types[0])} {texts[0]}, {texts[1]}")


def _convert(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    return emitter.op(f"{instruction.opcode} {emitter.type_text(types[0])} {texts[0]} to {emitter.type_text(result)}")


def _pointer_to_integer(
    emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]
) -> str:
    if types[0] == PointerType(AddressSpace.SHARED):
        return emitter.shared_to_integer(texts[0], result)
    return emitter.op(f"ptrtoint {emitter.type_text(types[0])} {texts[0]} to {emitter.type_text(result)}")


def _integer_to_pointer(
    emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]
) -> str:
    if result != PointerType(AddressSpace.SHARED):
        return emitter.op(f"inttoptr {emitter.type_text(types[0])} {texts[0]} to {emitter.type_text(result)}")
    offset = texts[0]
    if isinstance(types[0], IntType) and types[0].bits < 64:
        offset = emitter.op(f"zext {emitter.type_text(types[0])} {offset} to i64")
    return emitter.op(f"getelementptr i8, ptr {emitter.block_field('shared', 'ptr')}, i64 {offset}")


def _select(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    type_ = emitter.type_text(result)
    return emitter.op(f"select {emitter.type_text(I1)} {texts[0]}, {type_} {texts[1]}, {type_} {texts[2]}")


def _same(emitter: Emitter, instruction: Instruction, result: Type, types: list[Type], texts: list[str]) -> str:
    return texts[0]


def _rows(names: str, writer: ElementWriter) -> dict[str, ElementWriter]:
    return dict.fromkeys(names.split(), writer)


ELEMENT_WRITERS: dict[str, ElementWriter] = {
    **_rows("add sub mul and or xor", _plain),
    **_rows(" ".join(_INTRINSICS), _intrinsic),
    **_rows("bswap", _bswap),
    **_rows("sadd.overflow uadd.overflow ssub.overflow usub.overflow smul.overflow umul.overflow", _overflow),
    **_rows("udiv sdiv urem srem", _divide),
    **_rows("shl lshr ashr", _one_bit_shift),
    **_rows("icmp", _compare),
    **_rows("trunc zext sext", _convert),
    **_rows("ptrtoint", _pointer_to_integer),
    **_rows("inttoptr", _integer_to_pointer),
    **_rows("space.cast", _same),
    **_rows("select", _select),
    **FLOAT_WRITERS,
}


def write_bitcast(emitter: Emitter, instruction: Instruction) -> str:
    """Whole-value reinterpretation; half and bfloat are integers already."""
    source, operand = instruction.operands[0].type, emitter.operand(instruction.operands[0])
    if type_text(source) == type_text(instruction.type):
        return operand
    return emitter.op(f"bitcast {type_text(source)} {operand} to {type_text(instruction.type)}")


def write_extract(emitter: Emitter, instruction: Instruction) -> str:
    """An element of an aggregate or short vector."""
    aggregate = instruction.operands[0]
    indices = _indices(instruction)
    if isinstance(aggregate.type, VectorType):
        return emitter.op(f"extractelement {emitter.typed(aggregate)}, i64 {indices[0]}")
    return emitter.op(f"extractvalue {emitter.typed(aggregate)}, {', '.join(map(str, indices))}")


def write_insert(emitter: Emitter, instruction: Instruction) -> str:
    """An aggregate or short vector with one element replaced."""
    aggregate, element = instruction.operands
    indices = _indices(instruction)
    if isinstance(aggregate.type, VectorType):
        return emitter.op(f"insertelement {emitter.typed(aggregate)}, {emitter.typed(element)}, i64 {indices[0]}")
    places = ", ".join(map(str, indices))
    return emitter.op(f"insertvalue {emitter.typed(aggregate)}, {emitter.typed(element)}, {places}")


def _indices(instruction: Instruction) -> tuple[int, ...]:
    indices = instruction.attributes["indices"]
    assert isinstance(indices, tuple)
    return indices
