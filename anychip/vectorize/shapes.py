"""Analysis: how each value differs between the lanes of one call, and which branches send lanes different ways.

A value's *stride* is 0 if all lanes have the same (uniform), s if lane k has ``base + s*k`` modulo 2^width of its
type, and None if nothing is known (varying). Strides are exact: a wrap is part of them, so an extension of a strided
narrow integer is varying; ``guards`` finds out at run time whether it wraps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from anychip.codegen.frame import array_shape
from anychip.ir import (
    I1,
    AddressSpace,
    Block,
    ConstantInt,
    Function,
    Instruction,
    IntType,
    PointerType,
    Value,
    align_up,
)
from anychip.vectorize.structure import Structure

Stride = int | None
_UNKNOWN = object()


class Grouping(Enum):
    """Which threads one call runs."""

    ROW = auto()  # consecutive in x, from anywhere in a row of the block: kernels that never wait
    CONTIGUOUS = auto()  # consecutive in x, aligned in the warp
    LINEAR = auto()  # consecutive in linear index, aligned in the warp


_MASKS: dict[str, Stride] = dict.fromkeys([f"lanemask_{name}" for name in ("eq", "lt", "le", "gt", "ge")])
# Strides of the special registers that are not uniform.
_REGISTERS: dict[Grouping, dict[str, Stride]] = {
    Grouping.ROW: {"tid.x": 1, "laneid": None, "warpid": None, **_MASKS},
    Grouping.CONTIGUOUS: {"tid.x": 1, "laneid": 1, **_MASKS},
    Grouping.LINEAR: {"tid.x": None, "tid.y": None, "tid.z": None, "laneid": 1, **_MASKS},
}

_VARYING = frozenset({"atomic", "cmpxchg", "shuffle", "match", "call"})
# The same for all lanes that take part.
_TOGETHER = frozenset({"barrier.reduce", "vote", "warp.reduce", "active_mask"})
_BITWISE = frozenset({"lshr", "and", "icmp"})
_ALIGNED, _DEPTH = 1 << 32, 8
_SAME = frozenset({"ptrtoint", "inttoptr", "space.cast", "trunc"})


@dataclass
class LaneShapes:
    """``divergent`` blocks end in a branch that lanes may take either way; of a divergent loop some lanes may leave
    while others stay; ``escaping`` values are computed in a divergent loop and used behind it.
    """

    strides: dict[Instruction, Stride] = field(default_factory=dict)
    divergent: set[Block] = field(default_factory=set)
    divergent_loops: set[Block] = field(default_factory=set)
    escaping: set[Instruction] = field(default_factory=set)

    def stride(self, value: Value) -> Stride:
        """The stride of any operand."""
        return self.strides[value] if isinstance(value, Instruction) else 0


def analyse_shapes(function: Function, structure: Structure, grouping: Grouping, width: int = 1) -> LaneShapes:
    """To a fixpoint, from the assumption that everything is uniform. Groups have ``width`` lanes."""
    analysis = _Analysis(structure, grouping, width)
    while analysis.round():
        pass
    for instruction in function.instructions():
        analysis.shapes.strides.setdefault(instruction, 0)
    return analysis.shapes


class _Analysis:
    def __init__(self, structure: Structure, grouping: Grouping, width: int) -> None:
        self.structure = structure
        self.width = width
        self.registers = _REGISTERS[grouping]
        self.shapes = LaneShapes()
        self.varying: set[Instruction] = set()
        self.users = _outside_users(structure)

    def round(self) -> bool:
        changed = False
        for block in self.structure.order:
            for instruction in block.instructions:
                changed |= self._update(instruction)
            terminator = block.terminator
            is_open = terminator.opcode == "condbr" and block not in self.shapes.divergent
            if is_open and self._stride(terminator.operands[0]) is None:
                self._diverge(block)
                changed = True
        return changed

    def _update(self, instruction: Instruction) -> bool:
        found = None if instruction in self.varying else self._transfer(instruction)
        if found is _UNKNOWN:
            return False
        strides = self.shapes.strides
        if instruction in strides:
            found = found if strides[instruction] == found else None
            if strides[instruction] == found:
                return False
        assert found is None or isinstance(found, int)
        strides[instruction] = found
        return True

    def _stride(self, value: Value) -> object:
        return self.shapes.strides.get(value, _UNKNOWN) if isinstance(value, Instruction) else 0

    def _transfer(self, instruction: Instruction) -> object:
        """The stride an instruction's operands give it; _UNKNOWN while none of a phi's is known."""
        opcode = instruction.opcode
        if opcode == "sreg":
            return self.registers.get(instruction.text("register"), 0)
        if opcode in _VARYING:
            return None
        if opcode in _TOGETHER:
            return self._together(instruction)
        if opcode == "alloca":
            size, alignment = array_shape(instruction)
            return align_up(max(size, 1), alignment)
        strides = [self._stride(operand) for operand in instruction.operands]
        if opcode == "phi":
            known = {stride for stride in strides if stride is not _UNKNOWN}
            return _UNKNOWN if not known else known.pop() if len(known) == 1 else None
        if _UNKNOWN in strides:
            return _UNKNOWN
        if all(stride == 0 for stride in strides):
            return 0
        return None if None in strides else self._affine(instruction, [s for s in strides if isinstance(s, int)])

    def _together(self, instruction: Instruction) -> object:
        """The result of lanes that take part in one operation: of all that are here, unless they vote in parts."""
        if instruction.opcode != "vote" or not instruction.flag("sync"):
            return 0
        mask = self._stride(instruction.operands[0])
        return mask if mask is _UNKNOWN or mask == 0 else None

    def _affine(self, instruction: Instruction, strides: list[int]) -> Stride:
        """Operations that keep ``base + stride*lane`` exactly."""
        opcode, last = instruction.opcode, instruction.operands[-1]
        if opcode in _BITWISE and isinstance(last, ConstantInt):
            return self._bitwise(instruction, last, strides[0])
        if instruction.type == I1:
            return None
        match opcode:
            case "add":
                return self._wrap(instruction, strides[0] + strides[1])
            case "sub":
                return self._wrap(instruction, strides[0] - strides[1])
            case "mul" if isinstance(last, ConstantInt):
                return self._wrap(instruction, strides[0] * last.signed)
            case "shl" if isinstance(last, ConstantInt) and isinstance(last.type, IntType):
                return self._wrap(instruction, strides[0] << last.value) if last.value < last.type.bits else None
            case "gep":
                scales = instruction.attributes["scales"]
                assert isinstance(scales, tuple)
                return strides[0] + sum(s * scale for s, scale in zip(strides[1:], scales, strict=True))
            case "select" if strides[0] == 0 and strides[1] == strides[2]:
                return strides[1]
            case name if name in _SAME and not _is_shared(instruction):
                return self._wrap(instruction, strides[0])
        return None

    def _bitwise(self, instruction: Instruction, constant: ConstantInt, stride: int) -> Stride:
        """If lane 0's value is a multiple of ``span`` and all lanes stay below the next, they share the upper bits."""
        span = 1 << (stride * (self.width - 1)).bit_length()
        assert isinstance(constant.type, IntType)
        if stride <= 0 or span << 1 > constant.type.mask or self._alignment(instruction.operands[0], _DEPTH) % span:
            return None
        number = constant.value
        match instruction.opcode:
            case "lshr":
                return 0 if 1 << min(number, 64) >= span else None
            case "and":
                reached = (span - 1) & -(stride & -stride)
                return 0 if not number & reached else stride if number & reached == reached else None
            case _:
                limit = number + (instruction.text("predicate")[1:] in ("gt", "le"))
                ordered = instruction.text("predicate") not in ("eq", "ne")
                return 0 if ordered and limit % span == 0 else None

    def _alignment(self, value: Value, depth: int) -> int:
        """A power of two that divides lane 0's value."""
        if isinstance(value, ConstantInt):
            return value.value & -value.value or _ALIGNED
        if not isinstance(value, Instruction) or not depth:
            return 1
        if value.opcode == "sreg":
            return self.width if value.text("register") in ("tid.x", "laneid") and self._stride(value) == 1 else 1
        if value.opcode not in ("add", "sub", "mul", "shl", "and"):
            return 1
        first, second = (self._alignment(operand, depth - 1) for operand in value.operands)
        match value.opcode:
            case "mul":
                return min(first * second, _ALIGNED)
            case "shl":
                last = value.operands[1]
                return min(first << min(last.value, 32), _ALIGNED) if isinstance(last, ConstantInt) else first
            case "and":
                return max(first, second)
            case _:
                return min(first, second)

    def _wrap(self, instruction: Instruction, stride: int) -> int:
        """The representative nearest to zero."""
        if not isinstance(instruction.type, IntType):
            return stride
        half = 1 << (instruction.type.bits - 1)
        return (stride + half & instruction.type.mask) - half

    def _diverge(self, block: Block) -> None:
        structure, shapes = self.structure, self.shapes
        shapes.divergent.add(block)
        self._vary_phis(self._joins(block.successors))
        region = structure.region(block)
        for header, body in structure.loops.items():
            leaves = structure.after[block] not in body or header in region
            if block in body and leaves and header not in shapes.divergent_loops:
                self._diverge_loop(header, body)

    def _diverge_loop(self, header: Block, body: frozenset[Block]) -> None:
        """Lanes leave it in different iterations: what they take along differs, and so do their ways out."""
        self.shapes.divergent_loops.add(header)
        edges = [target for block in body for target in dict.fromkeys(block.successors) if target not in body]
        self._vary_phis({target for target in edges if edges.count(target) > 1})
        self._vary_phis(self._joins(list(dict.fromkeys(edges))))
        for target in edges:
            for phi in target.phis():
                if any(isinstance(value, Instruction) and value.block in body for value in phi.operands):
                    self.varying.add(phi)
        for value, users in self.users.items():
            if value.block in body and any(user not in body for user in users):
                self.shapes.escaping.add(value)
                self.varying.add(value)

    def _vary_phis(self, blocks: set[Block]) -> None:
        self.varying.update(phi for block in blocks for phi in block.phis())

    def _joins(self, starts: list[Block]) -> set[Block]:
        """Blocks where forward paths from different starts meet."""
        index = self.structure.index
        source = {start: start for start in starts}
        joins: set[Block] = set()
        if len(source) < 2:
            return joins
        for block in self.structure.order[min(index[start] for start in starts) :]:
            if block not in source:
                continue
            for target in dict.fromkeys(block.successors):
                if index[target] <= index[block]:
                    continue
                if source.setdefault(target, source[block]) is not source[block]:
                    joins.add(target)
                    source[target] = target
        return joins


def _outside_users(structure: Structure) -> dict[Instruction, set[Block]]:
    """Blocks that use each value; a phi uses it at the end of the incoming block."""
    users: dict[Instruction, set[Block]] = {}
    for block in structure.order:
        for instruction in block.instructions:
            places = instruction.targets if instruction.opcode == "phi" else [block] * len(instruction.operands)
            for operand, place in zip(instruction.operands, places, strict=True):
                if isinstance(operand, Instruction):
                    users.setdefault(operand, set()).add(place)
    return users


def _is_shared(instruction: Instruction) -> bool:
    """Whether a conversion between integer and pointer is one of the shared window's offsets."""
    types = (instruction.type, instruction.operands[0].type)
    return instruction.opcode != "space.cast" and any(type_ == PointerType(AddressSpace.SHARED) for type_ in types)


__all__ = ["Grouping", "LaneShapes", "Stride", "analyse_shapes"]
