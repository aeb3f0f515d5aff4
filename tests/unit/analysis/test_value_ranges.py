"""Rules for ranges and alignments against the operations themselves, on 4-bit numbers."""

from __future__ import annotations

import random

import pytest

from anychip.analysis.alignment import result_alignment
from anychip.analysis.range_rules import RULES, constrained, result_range
from anychip.analysis.value_range import Range, constant, full, make
from anychip.ir import I1, ConstantInt, Instruction, IntType, Value
from anychip.reference.evaluate import evaluator
from anychip.reference.integers import COMPARISONS, OPERATIONS, signed

BITS = 4
NARROW, WIDE, NIBBLE = IntType(3), IntType(6), IntType(BITS)
BINARY = sorted(set(RULES) & set(OPERATIONS))


def number(value: int, bits: int = BITS) -> int:
    return signed(value, bits)


def hull(values: list[int], bits: int = BITS) -> Range:
    """The least range around some values."""
    readings = [number(value, bits) for value in values]
    return make(bits, (min(values), max(values)), (min(readings), max(readings)))


def contains(found: Range, value: int) -> bool:
    return found.low <= value <= found.high and found.signed_low <= number(value, found.bits) <= found.signed_high


def values_of(found: Range) -> list[int]:
    return [value for value in range(1 << found.bits) if contains(found, value)]


def random_range(chooser: random.Random) -> Range:
    return hull([chooser.randrange(16) for _ in range(chooser.choice([1, 2, 2, 3]))])


def operation(opcode: str, operands: list[Value], type_: IntType = NIBBLE) -> Instruction:
    return Instruction(opcode, type_, operands)


@pytest.mark.parametrize("opcode", BINARY)
def test_results_lie_in_the_range(opcode: str) -> None:
    chooser = random.Random(opcode)
    arity = 1 if opcode in ("ctpop", "ctlz", "cttz") else 2
    instruction = operation(opcode, [Value(NIBBLE)] * arity)
    compute = evaluator(instruction)
    for _ in range(150):
        operands = [random_range(chooser) for _ in range(arity)]
        found = result_range(instruction, operands)
        for a in values_of(operands[0]):
            for rest in [(b,) for b in values_of(operands[1])] if arity == 2 else [()]:
                assert contains(found, compute(a, *rest)), (opcode, operands, a, rest, found)


@pytest.mark.parametrize(("opcode", "type_"), [("zext", WIDE), ("sext", WIDE), ("trunc", NARROW)])
def test_conversions_lie_in_the_range(opcode: str, type_: IntType) -> None:
    chooser = random.Random(opcode)
    instruction = operation(opcode, [Value(NIBBLE)], type_)
    compute = evaluator(instruction)
    for _ in range(200):
        operand = random_range(chooser)
        found = result_range(instruction, [operand])
        assert found.bits == type_.bits
        assert all(contains(found, compute(value)) for value in values_of(operand)), (operand, found)


@pytest.mark.parametrize("predicate", sorted(COMPARISONS))
def test_comparisons_and_what_they_tell(predicate: str) -> None:
    chooser = random.Random(predicate)
    instruction = Instruction("icmp", I1, [Value(NIBBLE), Value(NIBBLE)], attributes={"predicate": predicate})
    relation = COMPARISONS[predicate]
    for _ in range(300):
        left, right = random_range(chooser), random_range(chooser)
        outcomes = {relation(a, b, BITS) for a in values_of(left) for b in values_of(right)}
        decided = result_range(instruction, [left, right]).constant
        assert decided is None or outcomes == {bool(decided)}
        kept = constrained(left, predicate, right)
        for a in values_of(left):
            if any(relation(a, b, BITS) for b in values_of(right)):
                assert contains(kept, a), (left, predicate, right, a, kept)


def test_ranges_are_not_idle() -> None:
    """The rules say something where there is something to say."""
    small, five = hull([0, 3]), constant(BITS, 5)
    pair: list[Value] = [Value(NIBBLE), Value(NIBBLE)]
    assert result_range(operation("add", pair), [small, five]) == hull([5, 6, 7, 8])
    assert result_range(operation("urem", pair), [full(BITS), five]).high == 4
    assert result_range(operation("and", pair), [full(BITS), small]).high == 3
    assert constrained(full(BITS), "slt", constant(BITS, 2)).signed_high == 1
    assert constrained(hull([0, 7]), "ne", constant(BITS, 0)).low == 1
    assert result_range(operation("sub", pair), [constant(BITS, 0), hull([1, 2])]) == hull([14, 15])


def test_readings_narrow_each_other() -> None:
    assert make(BITS, (0, 7), (-8, 7)) == Range(BITS, 0, 7, 0, 7)
    assert make(BITS, (0, 15), (-3, -1)) == Range(BITS, 13, 15, -3, -1)
    assert make(BITS, (0, 15), (-3, 2)) == Range(BITS, 0, 15, -3, 2)


@pytest.mark.parametrize("opcode", ["add", "sub", "or", "xor", "and", "mul", "urem", "srem", "smin", "umax", "abs"])
def test_alignments_divide(opcode: str) -> None:
    arity = 1 if opcode == "abs" else 2
    instruction = operation(opcode, [Value(NIBBLE)] * arity)
    compute = evaluator(instruction)
    for alignments in [(a, b)[:arity] for a in (1, 2, 4, 8, 16) for b in (1, 2, 4, 8, 16)]:
        found = result_alignment(instruction, alignments)
        lists = [range(0, 16, alignment) for alignment in alignments]
        for a in lists[0]:
            for rest in [(b,) for b in lists[1]] if arity == 2 else [()]:
                assert compute(a, *rest) % min(found, 16) == 0


@pytest.mark.parametrize("opcode", ["shl", "lshr", "ashr"])
def test_alignments_of_shifts_divide(opcode: str) -> None:
    for amount in range(6):
        instruction = operation(opcode, [Value(NIBBLE), ConstantInt(NIBBLE, amount)])
        compute = evaluator(instruction)
        for alignment in (1, 2, 4, 8, 16):
            found = result_alignment(instruction, [alignment, 1])
            assert all(compute(value, amount) % min(found, 16) == 0 for value in range(0, 16, alignment))
