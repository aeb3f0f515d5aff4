"""Powers of two that divide results, given those that divide the operands; a table from opcode to rule.

An alignment of at least 2^bits says that the value is 0, so results may be taken modulo the type's width freely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anychip.analysis.lane_shape import MAX_ALIGNMENT, power_of_two
from anychip.ir import ConstantInt, Instruction

Rule = Callable[[Instruction, Sequence[int]], int]


def result_alignment(instruction: Instruction, operands: Sequence[int]) -> int:
    """A power of two that divides the result; 1 if the opcode has no rule."""
    rule = _RULES.get(instruction.opcode)
    return min(rule(instruction, operands), MAX_ALIGNMENT) if rule else 1


def constant_operand(instruction: Instruction, index: int) -> int | None:
    """The unsigned value of an operand that is a ConstantInt."""
    operand = instruction.operands[index]
    return operand.value if isinstance(operand, ConstantInt) else None


def _least(instruction: Instruction, operands: Sequence[int]) -> int:
    return min(operands)


def _greatest(instruction: Instruction, operands: Sequence[int]) -> int:
    return max(operands)


def _product(instruction: Instruction, operands: Sequence[int]) -> int:
    return operands[0] * operands[1]


def _chosen(instruction: Instruction, operands: Sequence[int]) -> int:
    return min(operands[1:])


def _shift_left(instruction: Instruction, operands: Sequence[int]) -> int:
    amount = constant_operand(instruction, 1)
    return operands[0] << min(amount or 0, 64)


def _shift_right(instruction: Instruction, operands: Sequence[int]) -> int:
    amount = constant_operand(instruction, 1)
    # MAX_ALIGNMENT stands for any greater power too; shifted down it is still one that divides.
    return max(1, operands[0] >> min(amount, 64)) if amount is not None else 1


def _remainder(instruction: Instruction, operands: Sequence[int]) -> int:
    """x - k*d, also for d = 0, where it is x."""
    return min(operands)


def _address(instruction: Instruction, operands: Sequence[int]) -> int:
    scales = instruction.attributes["scales"]
    assert isinstance(scales, tuple)
    indices = (alignment * power_of_two(scale) for alignment, scale in zip(operands[1:], scales, strict=True))
    return min(operands[0], power_of_two(instruction.number("offset")), *indices)


_RULES: dict[str, Rule] = {
    **dict.fromkeys(("add", "sub", "or", "xor", "smin", "smax", "umin", "umax"), _least),
    **dict.fromkeys(("zext", "sext", "trunc", "ptrtoint", "inttoptr", "space.cast", "abs"), _least),
    "and": _greatest,
    "mul": _product,
    "shl": _shift_left,
    **dict.fromkeys(("lshr", "ashr"), _shift_right),
    **dict.fromkeys(("urem", "srem"), _remainder),
    "select": _chosen,
    "gep": _address,
}
