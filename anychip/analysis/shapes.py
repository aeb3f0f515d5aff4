"""Shapes of all values of a function, together with the divergence of its branches, to a fixpoint.

Starts from "nothing computed, nothing diverges" and goes up the lattice of ``lane_shape``: a value's shape only
grows, a branch once divergent stays so. The rules of the operations stand in ``shape_rules``.
"""

from __future__ import annotations

from anychip.analysis.by_value import written_by_values
from anychip.analysis.divergence import ControlDivergence
from anychip.analysis.guards import Guard, Proven, guard_for, prove
from anychip.analysis.lane_shape import MAX_ALIGNMENT, UNIFORM, VARYING, Shape, join, local, power_of_two, uniform
from anychip.analysis.launch_shape import LaunchShape
from anychip.analysis.ranges import Ranges
from anychip.analysis.shape_rules import Ruling, rule_for
from anychip.ir import (
    Argument,
    Block,
    ConstantAddress,
    ConstantInt,
    ConstantZero,
    Function,
    GlobalVariable,
    Instruction,
    IntType,
    Value,
)


class ShapeAnalysis:
    """The state of the fixpoint; ``shapes`` lacks what is not computed (yet)."""

    def __init__(
        self,
        function: Function,
        launch: LaunchShape,
        control: ControlDivergence,
        ranges: Ranges,
        assumed: frozenset[Instruction] = frozenset(),
    ) -> None:
        self.function = function
        self.launch = launch
        self.control = control
        self.ranges = ranges
        self.assumed = assumed
        self.shapes: dict[Instruction, Shape] = {}
        self.base_opcodes: dict[Instruction, str] = {}
        self.guards: dict[Instruction, Guard] = {}
        self._own_copies = written_by_values(function) if function.kernel else frozenset(function.arguments)

    def run(self) -> None:
        """To the fixpoint: a pass over all blocks until nothing changes."""
        while self._pass():
            self.base_opcodes.clear()
            self.guards.clear()

    def shape(self, value: Value) -> Shape | None:
        """The shape of any operand; None for an instruction that is not computed yet."""
        match value:
            case Instruction():
                return self.shapes.get(value)
            case ConstantInt():
                return uniform(power_of_two(value.value))
            case ConstantZero():
                return uniform(MAX_ALIGNMENT)
            case GlobalVariable():
                return uniform(value.alignment)
            case ConstantAddress(base=GlobalVariable() as variable):
                return uniform(min(variable.alignment, power_of_two(value.offset)))
            case Argument():
                return self._argument(value)
            case _:
                return UNIFORM

    def shape_at(self, value: Value, block: Block) -> Shape | None:
        """The shape a use in ``block`` sees."""
        shape = self.shape(value)
        if shape is None or self.launch.lanes == 1 or not self.control.is_temporal(value, block):
            return shape
        return VARYING

    def _argument(self, argument: Argument) -> Shape:
        if self.launch.lanes == 1:
            return UNIFORM
        if argument in self._own_copies:
            return local(argument) if argument.attributes.by_value else VARYING
        return UNIFORM

    def _pass(self) -> bool:
        changed = False
        for block in self.control.order:
            for instruction in block.instructions:
                changed |= self._update(instruction)
            changed |= self._branch(block)
        return changed

    def _update(self, instruction: Instruction) -> bool:
        ruling = self._rule(instruction)
        if ruling is None:
            return False
        if ruling.base_opcode:
            self.base_opcodes[instruction] = ruling.base_opcode
        before = self.shapes.get(instruction)
        after = join(before, ruling.shape)
        if after is None or after == before:
            return False
        self.shapes[instruction] = after
        return True

    def _rule(self, instruction: Instruction) -> Ruling | None:
        if self.launch.lanes == 1:
            return Ruling(UNIFORM)
        if not self.control.reducible:
            return Ruling(VARYING)
        known = self._constant(instruction)
        if known is not None:
            return Ruling(uniform(power_of_two(known)))
        if instruction.opcode == "phi":
            return self._phi(instruction)
        block = instruction.block
        assert block is not None
        operands: list[Shape] = []
        for operand in instruction.operands:
            shape = self.shape_at(operand, block)
            if shape is None:
                return None
            operands.append(shape)
        return rule_for(instruction, operands, self)

    def _constant(self, instruction: Instruction) -> int | None:
        return self.ranges.at_definition(instruction).constant if isinstance(instruction.type, IntType) else None

    def _phi(self, phi: Instruction) -> Ruling | None:
        block = phi.block
        assert block is not None
        values = list(dict.fromkeys(phi.operands))
        found: Shape | None = None
        for value in values:
            found = join(found, self.shape_at(value, block))
        if found is None:
            return None
        if len(values) > 1 and block in self.control.joins:
            return Ruling(VARYING)
        if any(self._is_stale(guard, phi) for guard in found.guards):
            return Ruling(VARYING)
        return Ruling(found)

    def _is_stale(self, guard: Instruction, phi: Instruction) -> bool:
        """Whether a loop's header brings a value whose test has been made anew since: then no test tells of it."""
        block = phi.block
        loop = self.control.nest.innermost.get(block) if block else None
        return loop is not None and loop.header is block and guard.block in loop.blocks

    def _branch(self, block: Block) -> bool:
        terminator = block.terminator
        if self.launch.lanes == 1 or not terminator.operands or len(set(block.successors)) < 2:
            return False
        condition = self.shape_at(terminator.operands[0], block)
        return condition is not None and not condition.is_uniform and self.control.add_branch(block)

    # What the rules ask.

    def extension(self, instruction: Instruction, stride: int) -> Proven | Guard | None:
        """See ``shape_rules.Context``."""
        if instruction in self.assumed:
            return Proven(instruction.opcode)
        narrow, block = instruction.operands[0], instruction.block
        assert block is not None
        together = self.all_lanes_together(block)
        proven = prove(instruction, stride, self.launch.lanes, self.ranges.at(narrow, block), together=together)
        if proven is not None:
            return proven
        guard = guard_for(instruction, stride, self.launch.lanes)
        if guard is not None:
            self.guards[instruction] = guard
        return guard

    def all_lanes_together(self, block: Block) -> bool:
        """See ``shape_rules.Context``. A function may be called by some lanes, without lane 0."""
        return self.function.kernel and block not in self.control.partial

    def in_divergent_loop(self, block: Block) -> bool:
        """See ``shape_rules.Context``. A function may be called in such a loop."""
        return not self.function.kernel or any(
            loop in self.control.loops for loop in self.control.nest.containing(block)
        )

    def is_below(self, value: Value, limit: int, block: Block) -> bool:
        """See ``shape_rules.Context``."""
        return self.ranges.at(value, block).high < limit
