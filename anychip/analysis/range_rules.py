"""Ranges of results from ranges of operands; a table from opcode to rule. What has no rule may be anything.

Division and shifts have the meaning of ``ir.opcodes``: no operand is excluded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from anychip.analysis.value_range import Range, constant, from_exact, full, make, signed, unsigned
from anychip.ir import Instruction, IntType

Operands = Sequence[Range]
Rule = Callable[[int, Operands], Range]

SWAPPED = {"eq": "eq", "ne": "ne", "ult": "ugt", "ugt": "ult", "ule": "uge", "uge": "ule"}
SWAPPED |= {"slt": "sgt", "sgt": "slt", "sle": "sge", "sge": "sle"}
NEGATED = {"eq": "ne", "ne": "eq", "ult": "uge", "uge": "ult", "ule": "ugt", "ugt": "ule"}
NEGATED |= {"slt": "sge", "sge": "slt", "sle": "sgt", "sgt": "sle"}


def result_range(instruction: Instruction, operands: Operands) -> Range:
    """The range of an instruction with an integer result whose operands' ranges are known."""
    assert isinstance(instruction.type, IntType)
    bits = instruction.type.bits
    if instruction.opcode == "icmp":
        return _comparison(instruction.text("predicate"), operands)
    rule = RULES.get(instruction.opcode)
    return rule(bits, operands) if rule else full(bits)


def constrained(value: Range, predicate: str, other: Range) -> Range:
    """The part of ``value`` that may stand in a true comparison with ``other`` on its right."""
    everything = full(value.bits)
    if predicate == "eq":
        return value.meet(other)
    if predicate == "ne":
        return _without(value, other.constant)
    is_signed = predicate[0] == "s"
    low, high = everything.bounds(signed=is_signed)
    least, greatest = other.bounds(signed=is_signed)
    strict = 0 if predicate.endswith("e") else 1
    bounds = (low, greatest - strict) if predicate[1] == "l" else (least + strict, high)
    if bounds[0] > bounds[1]:
        return value
    return value.meet((signed if is_signed else unsigned)(value.bits, *bounds))


def _without(value: Range, excluded: int | None) -> Range:
    """A range less one value, if that is one of its ends."""
    if excluded is None or value.low == value.high:
        return value
    number = excluded - (excluded >> (value.bits - 1) << value.bits)
    plain = (value.low + (value.low == excluded), value.high - (value.high == excluded))
    negative = (value.signed_low + (value.signed_low == number), value.signed_high - (value.signed_high == number))
    return make(value.bits, plain, negative, value)


def _comparison(predicate: str, operands: Operands) -> Range:
    left, right = operands
    if left.constant is not None and left.constant == right.constant:
        return constant(1, predicate in ("eq", "ule", "uge", "sle", "sge"))
    if _always(predicate, left, right):
        return constant(1, 1)
    return constant(1, 0) if _always(NEGATED[predicate], left, right) else full(1)


def _always(predicate: str, left: Range, right: Range) -> bool:
    if predicate == "ne":
        return any(
            left.bounds(signed=s)[1] < right.bounds(signed=s)[0] or left.bounds(signed=s)[0] > right.bounds(signed=s)[1]
            for s in (False, True)
        )
    if predicate == "eq":
        return left.constant is not None and left.constant == right.constant
    if predicate[1] == "g":
        return _always(SWAPPED[predicate], right, left)
    is_signed = predicate[0] == "s"
    highest, lowest = left.bounds(signed=is_signed)[1], right.bounds(signed=is_signed)[0]
    return highest <= lowest if predicate.endswith("e") else highest < lowest


def _add(bits: int, operands: Operands) -> Range:
    a, b = operands
    plain = (a.low + b.low, a.high + b.high)
    return from_exact(bits, plain, (a.signed_low + b.signed_low, a.signed_high + b.signed_high))


def _sub(bits: int, operands: Operands) -> Range:
    a, b = operands
    plain = (a.low - b.high, a.high - b.low)
    return from_exact(bits, plain, (a.signed_low - b.signed_high, a.signed_high - b.signed_low))


def _mul(bits: int, operands: Operands) -> Range:
    a, b = operands
    corners = [x * y for x, y in product((a.signed_low, a.signed_high), (b.signed_low, b.signed_high))]
    return from_exact(bits, (a.low * b.low, a.high * b.high), (min(corners), max(corners)))


def _shl(bits: int, operands: Operands) -> Range:
    amount = operands[1].constant
    if amount is None:
        return full(bits)
    return (
        _mul(bits, (operands[0], Range(bits, 1 << amount, 1 << amount, 1 << amount, 1 << amount)))
        if (amount < bits)
        else constant(bits, 0)
    )


def _lshr(bits: int, operands: Operands) -> Range:
    a, amount = operands
    low = a.low >> amount.high if amount.high < bits else 0
    return unsigned(bits, low, a.high >> min(amount.low, bits))


def _ashr(bits: int, operands: Operands) -> Range:
    a, amount = operands
    shifts = (min(amount.low, bits), min(amount.high, bits))
    ends = [end >> shift for end, shift in product((a.signed_low, a.signed_high), shifts)]
    return signed(bits, min(ends), max(ends))


def _udiv(bits: int, operands: Operands) -> Range:
    a, b = operands
    return unsigned(bits, a.low // b.high, a.high // b.low) if b.low else full(bits)


def _urem(bits: int, operands: Operands) -> Range:
    a, b = operands
    if a.high < b.low:
        return a
    return unsigned(bits, 0, min(a.high, b.high - 1) if b.low else a.high)


def _sdiv(bits: int, operands: Operands) -> Range:
    """Only by what is surely positive."""
    a, b = operands
    if b.signed_low <= 0:
        return full(bits)
    ends = [_towards_zero(x, y) for x, y in product((a.signed_low, a.signed_high), (b.signed_low, b.signed_high))]
    return signed(bits, min(ends), max(ends))


def _towards_zero(a: int, b: int) -> int:
    return a // b if a >= 0 else -(-a // b)


def _srem(bits: int, operands: Operands) -> Range:
    """As large as the dividend at most, with its sign; less than the divisor's size unless that is 0."""
    a, b = operands
    low, high = min(a.signed_low, 0), max(a.signed_high, 0)
    if b.signed_low > 0 or b.signed_high < 0:
        size = max(abs(b.signed_low), abs(b.signed_high)) - 1
        low, high = max(low, -size), min(high, size)
    return signed(bits, low, high)


def _and(bits: int, operands: Operands) -> Range:
    a, b = operands
    found = unsigned(bits, 0, min(a.high, b.high))
    # A mask of high ones takes away less than its lowest one.
    for value, mask in ((a, b.constant), (b, a.constant)):
        if mask and ((1 << bits) - mask) & (mask - 1 ^ mask) == (1 << bits) - mask:
            step = (1 << bits) - mask
            found = make(
                bits,
                (value.low // step * step, value.high // step * step),
                (value.signed_low // step * step, value.signed_high // step * step),
            )
    return found


def _or(bits: int, operands: Operands) -> Range:
    a, b = operands
    return unsigned(bits, max(a.low, b.low), (1 << max(a.high, b.high).bit_length()) - 1)


def _xor(bits: int, operands: Operands) -> Range:
    a, b = operands
    return unsigned(bits, 0, (1 << max(a.high, b.high).bit_length()) - 1)


def _extreme(choose: Callable[[int, int], int], *, is_signed: bool) -> Rule:
    def rule(bits: int, operands: Operands) -> Range:
        (a_low, a_high), (b_low, b_high) = (operand.bounds(signed=is_signed) for operand in operands)
        bounds = (choose(a_low, b_low), choose(a_high, b_high))
        found = (signed if is_signed else unsigned)(bits, *bounds)
        return found.meet(operands[0].join(operands[1]))

    return rule


def _zext(bits: int, operands: Operands) -> Range:
    return unsigned(bits, operands[0].low, operands[0].high)


def _sext(bits: int, operands: Operands) -> Range:
    return signed(bits, operands[0].signed_low, operands[0].signed_high)


def _trunc(bits: int, operands: Operands) -> Range:
    a = operands[0]
    return from_exact(bits, (a.low, a.high), (a.signed_low, a.signed_high))


def _select(bits: int, operands: Operands) -> Range:
    return operands[1].join(operands[2])


def _bit_count(bits: int, operands: Operands) -> Range:
    return unsigned(bits, 0, min(bits, (1 << bits) - 1))


RULES: dict[str, Rule] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "shl": _shl,
    "lshr": _lshr,
    "ashr": _ashr,
    "udiv": _udiv,
    "urem": _urem,
    "sdiv": _sdiv,
    "srem": _srem,
    "and": _and,
    "or": _or,
    "xor": _xor,
    "umin": _extreme(min, is_signed=False),
    "umax": _extreme(max, is_signed=False),
    "smin": _extreme(min, is_signed=True),
    "smax": _extreme(max, is_signed=True),
    "zext": _zext,
    "sext": _sext,
    "trunc": _trunc,
    "select": _select,
    **dict.fromkeys(("ctpop", "ctlz", "cttz"), _bit_count),
}
