"""Every claim of the lane analyses on random kernels against what the lanes really compute."""

from __future__ import annotations

import random

import pytest
from lane_generator import Generator
from lane_recorder import Execution, Geometry, Recording, record, width

from anychip.analysis.lane_facts import LaneFacts, analyse_lanes
from anychip.analysis.lane_shape import Kind, Shape
from anychip.analysis.launch_shape import LaunchShape
from anychip.analysis.verifier import verify
from anychip.ir import ConstantInt, Function, Instruction, IntType, Value
from anychip.ir.parser import parse_module
from anychip.reference.evaluate import evaluator
from anychip.reference.integers import ones, signed

BLOCKS = [
    (8, 1, 1),
    (16, 1, 1),
    (12, 1, 1),
    (4, 3, 2),
    (1, 8, 1),
    (8, 2, 1),
    (6, 2, 2),
    (1, 1, 6),
    (2, 8, 1),
    (64, 1, 1),
]
EDGES = [0, 1, 2, 7, 31, 32, 100, 2**31 - 1, 2**31 - 9, 2**31, 2**32 - 1, 2**32 - 5]


def geometry(chooser: random.Random, launch: LaunchShape, block: tuple[int, int, int]) -> Geometry:
    """A random group of a random block of the grid."""
    threads = block[0] * block[1] * block[2]
    first = chooser.randrange(0, threads, launch.lanes)
    grid = chooser.choice([1, 3, 70000, 2**31 - 1])
    cta = chooser.choice([0, grid // 2, grid - 1])
    registers = [
        {
            "tid.x": linear % block[0],
            "tid.y": linear // block[0] % block[1],
            "tid.z": linear // block[0] // block[1],
            "ctaid.x": cta,
            "ntid.x": block[0],
            "nctaid.x": grid,
            "laneid": linear % 32,
        }
        for linear in range(first, min(first + launch.lanes, threads))
    ]
    wide = chooser.choice([0, 4, 2**32, 2**63, 2**64 - 1, 2**32 - 4])
    arguments = {"x": chooser.choice([0x500000000100, 0x500000000104]), "n": chooser.choice(EDGES)}
    return Geometry(registers, arguments | {"m": chooser.choice(EDGES), "w": wide})


def check_value(facts: LaneFacts, value: Value, shape: Shape, lanes: dict[int, Execution]) -> None:
    """A shape against the values of the active lanes."""
    if not all(execution.guards.get(guard, True) for execution in lanes.values() for guard in shape.guards):
        return
    values = {lane: execution.values[value] for lane, execution in lanes.items()}
    if shape.kind is Kind.LOCAL:
        assert shape.root is not None
        values = {lane: found - lanes[lane].values[shape.root] for lane, found in values.items()}
    bits = width(value)
    bases = {(found - shape.stride * lane) & ones(bits) for lane, found in values.items()}
    where = f"{value} {shape} {values}"
    if not shape.is_varying:
        assert len(bases) == 1, where
        assert all(base % shape.alignment == 0 for base in bases), where
    if shape.kind is not Kind.LOCAL:
        assert all(found % shape.lane_alignment == 0 for found in values.values()), where


def check_base(facts: LaneFacts, instruction: Instruction, lanes: dict[int, Execution]) -> None:
    """The base operation on the operands' bases gives the result's base, whichever lanes are active."""
    shape = facts.shape_of(instruction)
    if not shape.has_base or instruction.opcode in ("phi", "sreg", "load"):
        return
    if not all(execution.guards.get(guard, True) for execution in lanes.values() for guard in shape.guards):
        return
    assert instruction.block is not None
    shapes = [facts.shape_at(operand, instruction.block) for operand in instruction.operands]
    known = facts.constant_of(instruction)
    if known is not None:
        assert all(execution.values[instruction] == known for execution in lanes.values())
        return
    if instruction.opcode != "select":
        assert all(found.has_base for found in shapes), (instruction, shapes)
    lane, execution = next(iter(lanes.items()))
    bases = [
        (_operand(execution, operand) - found.stride * lane) & ones(width(operand))
        for operand, found in zip(instruction.operands, shapes, strict=True)
    ]
    scalar = Instruction(
        facts.base_opcode(instruction), instruction.type, instruction.operands, attributes=instruction.attributes
    )
    expected = (execution.values[instruction] - shape.stride * lane) & ones(width(instruction))
    assert evaluator(scalar)(*bases) == expected, (instruction, shape, shapes, bases, facts.base_opcode(instruction))


def _operand(execution: Execution, operand: Value) -> int:
    return operand.value if isinstance(operand, ConstantInt) else execution.values[operand]


def check_range(facts: LaneFacts, value: Value, execution: Execution, instruction: Instruction) -> None:
    if not isinstance(value.type, IntType) or value not in execution.values:
        return
    assert instruction.block is not None
    found = facts.range_at(value, instruction.block)
    number = execution.values[value]
    assert found.low <= number <= found.high, (value, found, number)
    assert found.signed_low <= signed(number, value.type.bits) <= found.signed_high, (value, found, number)


def check(facts: LaneFacts, recording: Recording, entered: set[int]) -> int:
    """All claims on all executions; the number of executions that more than one lane shared."""
    shared = 0
    for (block, _), lanes in recording.at.items():
        shared += len(lanes) > 1
        if block not in facts.partial_blocks:
            assert set(lanes) == entered, f"{block} is not run by all lanes"
        if block not in facts.divergent_branches:
            assert len({execution.target for execution in lanes.values()}) == 1, f"{block} diverges"
        for instruction in block.instructions:
            if instruction.name:
                check_value(facts, instruction, facts.shape_of(instruction), lanes)
                check_base(facts, instruction, lanes)
            operands = instruction.operands if instruction.opcode != "phi" else []
            for operand in operands:
                if isinstance(operand, Instruction):
                    check_value(facts, operand, facts.shape_at(operand, block), lanes)
            for execution in lanes.values():
                for value in [*operands, *([instruction] if instruction.name else [])]:
                    check_range(facts, value, execution, instruction)
    return shared


def run_seed(seed: int) -> int:
    """Analyse and check one kernel for a few launches."""
    chooser = random.Random(seed)
    text = Generator(seed).text()
    module = parse_module(text)
    verify(module)
    function: Function = module.functions["k"]
    shared = 0
    for _ in range(3):
        block = chooser.choice(BLOCKS)
        known = tuple(extent if chooser.random() < 0.7 else None for extent in block)
        launch = LaunchShape(chooser.choice([2, 4, 8, 8, 16]), known)  # type: ignore[arg-type]
        facts = analyse_lanes(function, launch)
        assert facts.reducible
        for _ in range(3):
            group = geometry(chooser, launch, block)
            recording = record(function, facts, group)
            if recording.complete:
                shared += check(facts, recording, set(range(len(group.registers))))
    return shared


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_claims_hold_on_random_kernels(first: int) -> None:
    shared = sum(run_seed(seed) for seed in range(first, first + 20))
    assert shared > 1000, "the kernels hardly exercise anything"
