"""Which values are live after an instruction: computed there or before, and used on some path from there.

A phi's operand is used at the end of its incoming block. Constants, globals and arguments are not listed: they can
be had anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from anychip.ir import Block, Function, Instruction, Value

Values = frozenset[Instruction]


def live_out(function: Function) -> dict[Block, Values]:
    """Values live at the end of each block, phi operands of its successors included."""
    live: dict[Block, set[Instruction]] = {block: set() for block in function.blocks}
    entry: dict[Block, set[Instruction]] = {block: set() for block in function.blocks}
    changed = True
    while changed:
        changed = False
        for block in reversed(function.blocks):
            out = live[block]
            for successor in set(block.successors):
                out |= entry[successor] | _phi_uses(successor, block)
            before = _before_block(block, out)
            if before != entry[block]:
                entry[block] = before
                changed = True
    return {block: frozenset(values) for block, values in live.items()}


def live_after(function: Function, points: Iterable[Instruction]) -> dict[Instruction, Values]:
    """Values live just after each of the given instructions; the instruction's own result is left out."""
    wanted = set(points)
    ends = live_out(function)
    result: dict[Instruction, Values] = {}
    for block in function.blocks:
        live = set(ends[block])
        for instruction in reversed(block.instructions):
            live.discard(instruction)
            if instruction in wanted:
                result[instruction] = frozenset(live)
            if instruction.opcode != "phi":
                live |= _instructions(instruction.operands)
    return result


def _before_block(block: Block, out: set[Instruction]) -> set[Instruction]:
    live = set(out)
    for instruction in reversed(block.instructions):
        live.discard(instruction)
        if instruction.opcode != "phi":
            live |= _instructions(instruction.operands)
    return live


def _phi_uses(successor: Block, block: Block) -> set[Instruction]:
    """Operands that the successor's phis take on the edge from ``block``."""
    return _instructions(
        operand
        for phi in successor.phis()
        for operand, incoming in zip(phi.operands, phi.targets, strict=True)
        if incoming is block
    )


def _instructions(values: Iterable[Value]) -> set[Instruction]:
    return {value for value in values if isinstance(value, Instruction)}
