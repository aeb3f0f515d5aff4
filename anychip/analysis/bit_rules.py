"""Shapes through operations on bits: what clang makes of ``tid % 32``, ``tid / 32 * 1024`` and ``tid < 64``.

If the lanes differ by ``stride * lane`` with a positive stride, span is the least power of two above the greatest
such difference. Where the base is a multiple of span, every lane's value is the base with the *lane bits*, those from
the stride's lowest one up to span, put in by ``or``: the base's bits and the lane's bits never meet.
"""

from __future__ import annotations

from collections.abc import Sequence

from anychip.analysis.alignment import constant_operand, result_alignment
from anychip.analysis.lane_shape import Shape, power_of_two, strided, uniform
from anychip.ir import Instruction, IntType


def span_of(shape: Shape, lanes: int) -> int:
    """The power of two above all lane bits; 0 if the base is not known to be clear of them."""
    if not shape.is_strided or shape.stride < 0 or shape.guards:
        return 0
    span = 1 << (shape.stride * (lanes - 1)).bit_length()
    return span if shape.alignment % span == 0 else 0


def lane_bits(shape: Shape, span: int) -> int:
    """The bits in which lanes may differ."""
    return (span - 1) & ~(power_of_two(shape.stride) - 1)


def shifted_right(instruction: Instruction, operands: Sequence[Shape], lanes: int) -> Shape | None:
    """lshr and ashr by a constant: the lane bits go, or all stay."""
    shape, amount = operands[0], constant_operand(instruction, 1)
    span = span_of(shape, lanes)
    assert isinstance(instruction.type, IntType)
    # In ashr the lane bits must not hold the sign.
    if not span or amount is None or span > 1 << (instruction.type.bits - 1):
        return None
    alignment = result_alignment(instruction, [shape.alignment, 1])
    if 1 << amount >= span:
        return uniform(alignment)
    if shape.stride % (1 << amount):
        return None
    return strided(shape.stride >> amount, instruction.type.bits, alignment)


def masked(instruction: Instruction, operands: Sequence[Shape], lanes: int) -> Shape | None:
    """and, or, xor of a strided value with a constant or an aligned uniform value, on either side."""
    for index in (0, 1):
        found = _masked(instruction, operands[index], operands[1 - index], 1 - index, lanes)
        if found is not None:
            return found
    return None


def _masked(instruction: Instruction, shape: Shape, mask: Shape, place: int, lanes: int) -> Shape | None:
    span = span_of(shape, lanes)
    if not span or not mask.is_uniform:
        return None
    constant = constant_operand(instruction, place)
    if constant is None and mask.alignment % span:
        return None
    low, own = (constant or 0) & (span - 1), lane_bits(shape, span)
    alignment = result_alignment(instruction, [shape.alignment, mask.alignment])
    bits = instruction.type.bits if isinstance(instruction.type, IntType) else 0
    kept, gone = strided(shape.stride, bits, alignment), uniform(alignment)
    match instruction.opcode:
        case "and":
            return kept if low & own == own else gone if not low & own else None
        case "or":
            return kept if not low & own else gone if low & own == own else None
        case _:
            return kept if not low & own else None


def compared(instruction: Instruction, operands: Sequence[Shape], lanes: int) -> bool:
    """Whether an order comparison with a uniform bound comes out alike in all lanes: it does where no multiple of
    span lies between them, and the comparison of the base tells.
    """
    predicate = instruction.text("predicate")
    if predicate in ("eq", "ne"):
        return False
    operand_type = instruction.operands[0].type
    sign = 1 << (operand_type.bits - 1 if isinstance(operand_type, IntType) else 63)
    for index in (0, 1):
        shape, bound = operands[index], operands[1 - index]
        span = span_of(shape, lanes)
        if not span or not bound.is_uniform or span > sign:
            continue
        # value < bound and value >= bound split at the bound, value <= bound and value > bound behind it.
        is_less = predicate[1:] in (("lt", "ge") if index == 0 else ("gt", "le"))
        if is_less and bound.alignment % span == 0:
            return True
        constant = constant_operand(instruction, 1 - index)
        if not is_less and constant is not None and (constant + 1) % span == 0:
            return True
    return False
