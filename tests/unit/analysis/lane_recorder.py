"""Runs the threads of one group one after the other and records every value by block, round of its loops and lane."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from anychip.analysis.lane_facts import LaneFacts
from anychip.ir import Argument, Block, ConstantInt, ConstantZero, Function, Instruction, IntType, PointerType, Value
from anychip.reference.evaluate import evaluator
from anychip.reference.integers import ones, signed

STEPS = 20_000
Rounds = tuple[int, ...]


def width(value: Value) -> int:
    """Bits of an integer or pointer."""
    assert isinstance(value.type, (IntType, PointerType))
    return value.type.bits if isinstance(value.type, IntType) else 64


@dataclass
class Geometry:
    """Where the group is: special registers by lane."""

    registers: list[dict[str, int]]
    arguments: dict[str, int]


@dataclass
class Execution:
    """One lane at one execution of a block: the values there, where it went, which guards held."""

    values: dict[Value, int]
    target: Block | None = None
    guards: dict[Instruction, bool] = field(default_factory=dict)


@dataclass
class Recording:
    """``at[block, rounds][lane]``; ``complete`` is False if a lane ran too long."""

    at: dict[tuple[Block, Rounds], dict[int, Execution]]
    complete: bool


def record(function: Function, facts: LaneFacts, geometry: Geometry) -> Recording:
    """All lanes of the group."""
    at: dict[tuple[Block, Rounds], dict[int, Execution]] = defaultdict(dict)
    done = [_Lane(function, facts, geometry, lane).run(at) for lane in range(len(geometry.registers))]
    return Recording(at, all(done))


def memory_word(address: int, bits: int) -> int:
    """What a load gives: small numbers mostly, so that loops and branches see all kinds."""
    mixed = (address * 0x9E3779B97F4A7C15 >> 17) & ones(64)
    return (mixed & 63 if mixed & 64 else mixed) & ones(bits)


class _Lane:
    def __init__(self, function: Function, facts: LaneFacts, geometry: Geometry, lane: int) -> None:
        self.function, self.facts, self.lane = function, facts, lane
        self.registers = geometry.registers[lane]
        self.values: dict[Value, int] = {argument: geometry.arguments[argument.name] for argument in function.arguments}
        self.rounds: dict[Any, int] = {}
        self.guards: dict[Instruction, bool] = {}

    def run(self, at: dict[tuple[Block, Rounds], dict[int, Execution]]) -> bool:
        block: Block | None = self.function.entry
        previous: Block | None = None
        steps = 0
        while block is not None:
            steps += len(block.instructions)
            if steps > STEPS:
                return False
            self._count_round(previous, block)
            key = tuple(self.rounds[loop] for loop in self.facts.loops.containing(block))
            self._phis(previous, block)
            for instruction in block.instructions:
                if instruction.opcode != "phi" and not instruction.targets and instruction.opcode != "ret":
                    self._execute(instruction)
            target = self._leave(block.terminator)
            at[block, key][self.lane] = Execution(dict(self.values), target, dict(self.guards))
            previous, block = block, target
        return True

    def _count_round(self, previous: Block | None, block: Block) -> None:
        for loop in self.facts.loops.containing(block):
            if loop.header is block:
                self.rounds[loop] = self.rounds[loop] + 1 if previous in loop.blocks else 0

    def _phis(self, previous: Block | None, block: Block) -> None:
        fresh = {
            phi: self.operand(phi.operands[next(i for i, b in enumerate(phi.targets) if b is previous)])
            for phi in block.phis()
        }
        self.values.update(fresh)

    def operand(self, value: Value) -> int:
        if isinstance(value, ConstantInt):
            return value.value
        return 0 if isinstance(value, ConstantZero) else self.values[value]

    def _execute(self, instruction: Instruction) -> None:
        operands = [self.operand(operand) for operand in instruction.operands]
        if instruction.opcode == "sreg":
            result = self.registers[instruction.text("register")]
        elif instruction.opcode == "load":
            result = memory_word(operands[0], width(instruction))
        elif instruction.opcode == "alloca":
            result = 0x7F0000000000 + self.lane * 0x10000
        else:
            result = evaluator(instruction)(*operands)
        self.values[instruction] = result
        self._test_guard(instruction, operands)

    def _test_guard(self, instruction: Instruction, operands: list[int]) -> None:
        if instruction not in self.facts.guarded:
            return
        guard = self.facts.guard(instruction)
        bits = width(guard.narrow)
        base = (operands[0] - self.facts.shape_of(guard.narrow).stride * self.lane) & ones(bits)
        self.guards[instruction] = guard.low <= (signed(base, bits) if guard.signed else base) <= guard.high

    def _leave(self, terminator: Instruction) -> Block | None:
        match terminator.opcode:
            case "br":
                return terminator.targets[0]
            case "condbr":
                return terminator.targets[0 if self.operand(terminator.operands[0]) else 1]
            case "switch":
                value, *cases = map(self.operand, terminator.operands)
                return terminator.targets[cases.index(value) + 1 if value in cases else 0]
            case _:
                return None


def is_argument(value: Value) -> bool:
    """Whether a value is one of the function's parameters."""
    return isinstance(value, Argument)
