"""Shapes of results from shapes of operands; a table from opcode to rule.

What has no rule is uniform if it only computes and its operands are uniform, else varying.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from anychip.analysis.alignment import constant_operand, result_alignment
from anychip.analysis.bit_rules import compared, masked, shifted_right
from anychip.analysis.guards import Guard, Proven
from anychip.analysis.lane_shape import (
    MAX_ALIGNMENT,
    UNIFORM,
    VARYING,
    Kind,
    Shape,
    join,
    local,
    strided,
    uniform,
    varying,
)
from anychip.analysis.launch_shape import WARP_LANES, LaunchShape
from anychip.analysis.warp_rules import same_for_all
from anychip.ir import Block, ConstantInt, Instruction, IntType, PointerType, Value


@dataclass(frozen=True)
class Ruling:
    """A result's shape, and the operation that makes its base if that is not the instruction's own."""

    shape: Shape
    base_opcode: str = ""


class Context(Protocol):
    """What rules ask about the function."""

    launch: LaunchShape

    def extension(self, instruction: Instruction, stride: int) -> Proven | Guard | None:
        """How a zext or sext keeps a stride, if it does."""

    def all_lanes_together(self, block: Block) -> bool:
        """Whether all lanes that entered the function run the block together."""

    def in_divergent_loop(self, block: Block) -> bool:
        """Whether lanes may run the block a different number of times."""

    def is_below(self, value: Value, limit: int, block: Block) -> bool:
        """Whether the value is less than ``limit``, unsigned, in every active lane."""


Rule = Callable[[Instruction, Sequence[Shape], Context], Ruling]


def rule_for(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    """The result's shape; what has no result is VARYING and nobody asks."""
    rule = _RULES.get(instruction.opcode, _by_operands)
    return rule(instruction, operands, context)


def bits_of(value: Value) -> int:
    """Width of an integer or a pointer, 0 for other types."""
    return value.type.bits if isinstance(value.type, IntType) else 64 if isinstance(value.type, PointerType) else 0


def _by_operands(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    alignment = result_alignment(instruction, [_lane_alignment(shape) for shape in operands])
    if instruction.is_pure and all(shape.is_uniform for shape in operands):
        return Ruling(uniform(alignment))
    return Ruling(varying(alignment))


def _lane_alignment(shape: Shape) -> int:
    return 1 if shape.kind is Kind.LOCAL else shape.lane_alignment


def _linear(instruction: Instruction, operands: Sequence[Shape], factors: Sequence[int]) -> Ruling | None:
    """Sum of factor * operand in the width of the result; None if an operand has no base."""
    if not all(shape.has_base for shape in operands):
        return None
    stride = sum(factor * shape.stride for factor, shape in zip(factors, operands, strict=True))
    alignment = result_alignment(instruction, [shape.alignment for shape in operands])
    return Ruling(strided(stride, bits_of(instruction), alignment, _guards(operands)))


def _guards(operands: Sequence[Shape]) -> frozenset[Instruction]:
    return frozenset().union(*(shape.guards for shape in operands))


def _add(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return _linear(instruction, operands, (1, 1)) or _by_operands(instruction, operands, context)


def _sub(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return _linear(instruction, operands, (1, -1)) or _by_operands(instruction, operands, context)


def _mul(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    left, right = (constant_operand(instruction, index) for index in (0, 1))
    if right is not None:
        found = _linear(instruction, operands, (right, 0))
    elif left is not None:
        found = _linear(instruction, operands, (0, left))
    else:
        found = None
    return found or _by_operands(instruction, operands, context)


def _shl(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    amount = constant_operand(instruction, 1)
    if amount is None:
        return _by_operands(instruction, operands, context)
    factor = 1 << min(amount, bits_of(instruction))
    return _linear(instruction, operands, (factor, 0)) or _by_operands(instruction, operands, context)


def _gep(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    scales = instruction.attributes["scales"]
    assert isinstance(scales, tuple)
    if operands[0].kind is Kind.LOCAL and all(shape.is_uniform for shape in operands[1:]):
        root = operands[0].root
        assert root is not None
        return Ruling(local(root, result_alignment(instruction, [shape.alignment for shape in operands])))
    return _linear(instruction, operands, (1, *scales)) or _by_operands(instruction, operands, context)


def _same(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    """Conversions that keep the low bits: trunc, and pointers to integers and back."""
    source = bits_of(instruction.operands[0])
    if instruction.opcode != "trunc" and bits_of(instruction) != source:
        return _by_operands(instruction, operands, context)
    return _linear(instruction, operands, (1,)) or _by_operands(instruction, operands, context)


def _space_cast(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return Ruling(operands[0])


def _extend(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    shape = operands[0]
    if not shape.is_strided:
        return _by_operands(instruction, operands, context)
    found = context.extension(instruction, shape.stride)
    if isinstance(found, Proven):
        return Ruling(strided(shape.stride, bits_of(instruction), shape.alignment, shape.guards), found.base_opcode)
    if isinstance(found, Guard):
        guards = shape.guards | {instruction}
        return Ruling(strided(shape.stride, bits_of(instruction), shape.alignment, guards))
    return Ruling(varying(shape.lane_alignment))


def _select(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    condition, chosen, other = operands
    found = join(chosen, other)
    assert found is not None
    if condition.is_uniform or instruction.operands[1] == instruction.operands[2]:
        return Ruling(found)
    return Ruling(varying(_lane_alignment(found)))


def _shift_right(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    found = shifted_right(instruction, operands, context.launch.lanes)
    return Ruling(found) if found else _by_operands(instruction, operands, context)


def _bitwise(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    if instruction.opcode == "xor" and _is_complement(instruction) and operands[0].is_strided:  # -x - 1
        return Ruling(strided(-operands[0].stride, bits_of(instruction), 1, operands[0].guards))
    found = masked(instruction, operands, context.launch.lanes)
    if found is None and instruction.opcode != "and" and _disjoint(instruction, operands, context):
        ruling = _linear(instruction, operands, (1, 1))
        return Ruling(ruling.shape, "add") if ruling else _by_operands(instruction, operands, context)
    return Ruling(found) if found else _by_operands(instruction, operands, context)


def _is_complement(instruction: Instruction) -> bool:
    last = instruction.operands[1]
    return isinstance(last, ConstantInt) and last.signed == -1


def _disjoint(instruction: Instruction, operands: Sequence[Shape], context: Context) -> bool:
    """Whether no bit is set in both operands: or and xor then add, and the bases add where lane 0 is not active."""
    block = instruction.block
    assert block is not None
    return any(
        context.is_below(instruction.operands[1 - index], operands[index].lane_alignment, block) for index in (0, 1)
    )


def _compare(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    if all(shape.has_base for shape in operands) and compared(instruction, operands, context.launch.lanes):
        return Ruling(UNIFORM)
    return _by_operands(instruction, operands, context)


def _convergent(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return Ruling(UNIFORM if same_for_all(instruction, operands, context) else VARYING)


def _load(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return Ruling(UNIFORM if operands[0].is_uniform else VARYING)


def _clock(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    """One reading for all lanes is as good as one each."""
    return Ruling(UNIFORM)


def _alloca(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    return Ruling(local(instruction))


def _special_register(instruction: Instruction, operands: Sequence[Shape], context: Context) -> Ruling:
    register, launch = instruction.text("register"), context.launch
    name, _, letter = register.partition(".")
    bits = bits_of(instruction)
    if name in ("laneid", "warpid") and not launch.aligned:
        return Ruling(VARYING)
    if name == "laneid":
        return Ruling(strided(1, bits, MAX_ALIGNMENT if launch.lanes == WARP_LANES else launch.lanes))
    if name.startswith("lanemask"):
        return Ruling(VARYING)
    axis = "xyz".find(letter) if letter else -1
    if name == "tid":
        return Ruling(_thread_index(axis, bits, launch))
    if name == "ntid":
        low, high = launch.extent(axis)
        known = launch.lanes if launch.whole_rows and axis == 0 else 1
        return Ruling(uniform(low & -low if low == high else known))
    return Ruling(UNIFORM)


def _thread_index(axis: int, bits: int, launch: LaunchShape) -> Shape:
    if launch.is_uniform(axis):
        return uniform(MAX_ALIGNMENT if launch.block[axis] == 1 else 1)
    return strided(1, bits, launch.lanes) if launch.contiguous_axis == axis else VARYING


_RULES: dict[str, Rule] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "shl": _shl,
    "gep": _gep,
    **dict.fromkeys(("lshr", "ashr"), _shift_right),
    **dict.fromkeys(("and", "or", "xor"), _bitwise),
    "icmp": _compare,
    **dict.fromkeys(
        ("vote", "match", "warp.reduce", "barrier.reduce", "active_mask", "shuffle"),
        _convergent,
    ),
    "clock": _clock,
    **dict.fromkeys(("trunc", "ptrtoint", "inttoptr"), _same),
    **dict.fromkeys(("zext", "sext"), _extend),
    "space.cast": _space_cast,
    "select": _select,
    "load": _load,
    "alloca": _alloca,
    "sreg": _special_register,
}
