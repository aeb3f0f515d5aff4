"""What comparisons are known to hold in each block: those of the branches that every way to it has taken."""

from __future__ import annotations

from collections.abc import Iterator

from anychip.analysis.cfg import ControlFlow
from anychip.analysis.dominance import DominatorTree
from anychip.analysis.range_rules import NEGATED, SWAPPED
from anychip.ir import Block, ConstantInt, Instruction, Value

Fact = tuple[Value, str, Value]
"""(left, predicate, right) of a comparison that is true."""

Facts = dict[Value, tuple[tuple[str, Value], ...]]
"""By left operand: (predicate, right)."""

_DEPTH = 6


def block_facts(flow: ControlFlow, tree: DominatorTree) -> dict[Block, Facts]:
    """Facts on entry of each reachable block."""
    known: dict[Block, Facts] = {}
    for block in flow.reverse_postorder:
        parent = tree.immediate[block]
        inherited = known.get(parent, {})
        fresh = list(edge_facts(parent, block)) if flow.predecessors[block] == [parent] else []
        known[block] = _extended(inherited, fresh)
    return known


def edge_facts(source: Block, target: Block) -> Iterator[Fact]:
    """Facts on one edge."""
    terminator = source.terminator
    if terminator.targets.count(target) != 1:
        return
    if terminator.opcode == "condbr":
        yield from _implied(terminator.operands[0], terminator.targets[0] is target, _DEPTH)
    elif terminator.opcode == "switch" and (place := terminator.targets.index(target)):
        yield terminator.operands[0], "eq", terminator.operands[place]


def _extended(inherited: Facts, fresh: list[Fact]) -> Facts:
    if not fresh:
        return inherited
    facts = dict(inherited)
    for left, predicate, right in fresh:
        facts[left] = (*facts.get(left, ()), (predicate, right))
    return facts


def _implied(condition: Value, truth: bool, depth: int) -> Iterator[Fact]:
    """Comparisons that hold if an i1 has a value."""
    if not isinstance(condition, Instruction) or not depth:
        return
    operands = condition.operands
    if condition.opcode == "icmp":
        predicate = condition.text("predicate")
        predicate = predicate if truth else NEGATED[predicate]
        yield operands[0], predicate, operands[1]
        yield operands[1], SWAPPED[predicate], operands[0]
    elif condition.opcode == ("and" if truth else "or"):
        yield from _implied(operands[0], truth, depth - 1)
        yield from _implied(operands[1], truth, depth - 1)
    elif condition.opcode == "xor" and _is_bit(operands[1], True):
        yield from _implied(operands[0], not truth, depth - 1)
    elif condition.opcode == "select" and _is_bit(operands[2 if truth else 1], not truth):
        # select c, x, false is "c and x"; select c, true, x is "c or x"
        yield from _implied(operands[0], truth, depth - 1)
        yield from _implied(operands[1 if truth else 2], truth, depth - 1)


def _is_bit(value: Value, truth: bool) -> bool:
    return isinstance(value, ConstantInt) and value.value == truth
