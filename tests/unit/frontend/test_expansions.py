"""Intrinsics that become several operations: their values, by evaluating what was read."""

from __future__ import annotations

import math
import struct

import pytest

from anychip.frontend.llvm_reader import read_module
from anychip.ir import ConstantFloat, ConstantInt, FloatType, Instruction, IntType, Type, Value

NAN, INF, TINY = math.nan, math.inf, 1e-40
CODES = {"float": ("<f", "<I"), "double": ("<d", "<Q")}


def bits_of(type_: Type, number: float) -> int:
    code, raw = CODES[str(type_)]
    return int(struct.unpack(raw, struct.pack(code, number))[0])


def evaluate(text: str, *arguments: float) -> float:
    """Run a straight-line function; integers are unsigned, floats are Python's."""
    function = read_module(text, "test").functions["f"]
    known: dict[int, float] = {id(a): value for a, value in zip(function.arguments, arguments, strict=True)}

    def get(value: Value) -> float:
        if isinstance(value, ConstantInt):
            return value.value
        return value.number if isinstance(value, ConstantFloat) else known[id(value)]

    for instruction in function.entry.instructions:
        operands = [get(operand) for operand in instruction.operands]
        if instruction.opcode == "ret":
            return operands[0]
        known[id(instruction)] = compute(instruction, operands)
    raise AssertionError("no ret")


def compute(instruction: Instruction, operands: list[float]) -> float:
    if instruction.opcode == "select":
        return operands[1] if operands[0] else operands[2]
    if isinstance(instruction.operands[0].type, IntType):
        return integer_operation(instruction, [int(operand) for operand in operands])
    first, second = operands[0], operands[-1]
    match instruction.opcode:
        case "fabs":
            return abs(first)
        case "copysign":
            return math.copysign(first, second)
        case "fmax":
            return second if math.isnan(first) else max(first, second)
        case "fmin":
            return min(first, second)
        case "fdiv":
            return first / second
        case "fcmp":
            is_less = instruction.text("predicate") == "olt"
            return first < second if is_less else math.isnan(first) or math.isnan(second)
        case "fptosi":
            assert isinstance(instruction.type, IntType)
            return (1 << 63 if math.isnan(first) else int(first)) & instruction.type.mask
        case "bitcast":
            return bits_of(instruction.operands[0].type, first)
    raise AssertionError(instruction.opcode)


def integer_operation(instruction: Instruction, operands: list[int]) -> float:
    source, result = instruction.operands[0].type, instruction.type
    assert isinstance(source, IntType)
    signed = [value - (value >> (source.bits - 1) << source.bits) for value in operands]
    a, b = operands[0], operands[-1]
    match instruction.opcode:
        case "icmp":
            x, y = (signed[0], signed[-1]) if instruction.text("predicate")[0] == "s" else (a, b)
            return {"gt": x > y, "lt": x < y, "ge": x >= y, "le": x <= y, "eq": x == y, "ne": x != y}[
                instruction.text("predicate")[-2:]
            ]
        case "bitcast":
            code, raw = CODES[str(result)]
            return float(struct.unpack(code, struct.pack(raw, a))[0])
    assert isinstance(result, IntType)
    value = {
        "add": a + b,
        "sub": a - b,
        "mul": a * b,
        "and": a & b,
        "or": a | b,
        "xor": a ^ b,
        "shl": a << min(b, 64),
        "lshr": a >> b,
        "ashr": signed[0] >> b,
        "zext": a,
        "trunc": a,
        "sext": signed[0],
    }[instruction.opcode]
    return value & result.mask


def call(signature: str, *arguments: float, constants: str = "") -> float:
    """Evaluate ``result @name(types)`` on values, with constant arguments behind them."""
    result, _, rest = signature.partition(" ")
    name, _, types = rest[:-1].partition("(")
    kinds = types.split(", ")[: len(arguments)]
    formal = ", ".join(f"{kind} %a{index}" for index, kind in enumerate(kinds))
    return evaluate(
        f"define {result} @f({formal}) {{\n  %r = call {result} {name}({formal}{constants})\n  ret {result} %r\n}}\n",
        *arguments,
    )


@pytest.mark.parametrize(
    ("signature", "arguments", "expected"),
    [
        ("i32 @llvm.nvvm.prmt(i32, i32, i32)", (0x33221100, 0x77665544, 0x7410), 0x77441100),
        ("i32 @llvm.nvvm.prmt(i32, i32, i32)", (0x00008000, 0xFF000000, 0x0F91), 0x00FFFF80),
        ("i32 @llvm.nvvm.mulhi.i(i32, i32)", (0xFFFFFFFF, 3), 0xFFFFFFFF),
        ("i32 @llvm.nvvm.mulhi.ui(i32, i32)", (0xFFFFFFFF, 3), 2),
        ("i64 @llvm.nvvm.mulhi.ull(i64, i64)", (1 << 63, 6), 3),
        ("i32 @llvm.nvvm.mul24.i(i32, i32)", (0xFF800000, 2), 0xFF000000),
        ("i32 @llvm.nvvm.mul24.ui(i32, i32)", (0xFF800000, 2), 0x01000000),
        ("i32 @llvm.nvvm.sad.i(i32, i32, i32)", (0xFFFFFFFF, 4, 10), 15),
        ("i32 @llvm.nvvm.sad.ui(i32, i32, i32)", (4, 0xFFFFFFFF, 10), 5),
        ("float @llvm.nvvm.saturate.f(float)", (NAN,), 0.0),
        ("float @llvm.nvvm.saturate.f(float)", (1.5,), 1.0),
        ("float @llvm.nvvm.fabs.ftz.f32(float)", (-TINY,), 0.0),
        ("float @llvm.nvvm.fabs.ftz.f32(float)", (-(2.0**-126),), 2.0**-126),
        ("double @llvm.nvvm.rcp.rn.d(double)", (-4.0,), -0.25),
        ("i32 @llvm.nvvm.d2i.hi(double)", (-2.0,), 0xC0000000),
        ("double @llvm.nvvm.lohi.i2d(i32, i32)", (1, 0x3FF00000), 1.0 + 2.0**-52),
        ("i64 @llvm.fptosi.sat.i64.f64(double)", (NAN,), 0),
        ("i64 @llvm.fptosi.sat.i64.f64(double)", (-3.5,), (1 << 64) - 3),
    ],
)
def test_values(signature: str, arguments: tuple[float, ...], expected: float) -> None:
    assert call(signature, *arguments) == expected


NUMBERS = {
    0: struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000001))[0],
    1: NAN,
    2: -INF,
    3: -1.5,
    4: -5e-324,
    5: -0.0,
    6: 0.0,
    7: 2.2250738585072009e-308,
    8: 1.7976931348623157e308,
    9: INF,
}


@pytest.mark.parametrize("mask", [1 << bit for bit in range(10)] + [3, 0x204, 0x1F8, 0x3FF, 0])
def test_classes_of_numbers(mask: int) -> None:
    for bit, number in NUMBERS.items():
        found = call("i1 @llvm.is.fpclass.f64(double)", number, constants=f", i32 {mask}")
        assert found == (mask >> bit & 1), (bit, number)


def test_signs_of_flushed_zeros() -> None:
    flushed = call("float @llvm.nvvm.fmin.ftz.f(float, float)", -TINY, 5.0)
    assert (flushed, math.copysign(1.0, flushed)) == (0.0, -1.0)


def test_the_evaluator_knows_formats() -> None:
    assert bits_of(FloatType("float"), -2.0) == 0xC0000000
