"""Ranges of all integer values of a function from the launch's bounds and from the branches that dominate a use.

Optimistic dataflow over the blocks in order; the phis of loop headers widen to thresholds (the constants that the
function compares with, and the types' bounds, less one too: ``i + 1`` must not wrap), and two passes narrow again.
The claims are about the values lanes really compute, each for itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import heappop, heappush

from anychip.analysis.conditions import Facts, block_facts, edge_facts
from anychip.analysis.divergence import ControlDivergence
from anychip.analysis.launch_shape import WARP_LANES, LaunchShape
from anychip.analysis.range_rules import RULES, constrained, result_range
from anychip.analysis.value_range import Range, constant, full, make, unsigned
from anychip.ir import Block, ConstantInt, ConstantZero, Function, Instruction, IntType, Value

_GRID = {"x": 0x7FFFFFFF, "y": 65535, "z": 65535}
_STEPS_TO_WIDEN = 2
_STEPS_TO_GIVE_UP = 10
_DEPTH = 3


class Ranges:
    """``at(value, block)`` is the range a use in a block sees."""

    def __init__(self, function: Function, launch: LaunchShape, control: ControlDivergence) -> None:
        self._launch = launch
        self._order = control.order
        self._facts = block_facts(control.flow, control.tree)
        self._found: dict[Value, Range] = {}
        self._changes: dict[Value, int] = {}
        self._headers = {
            target for block in self._order for target in block.successors if control.is_backward(block, target)
        }
        self._thresholds = _thresholds(function)
        self._run()

    def at_definition(self, value: Value) -> Range:
        """The range where the value is computed. Raises TypeError for what is no integer."""
        if not isinstance(value.type, IntType):
            raise TypeError(f"{value.type} has no range")
        if isinstance(value, ConstantInt):
            return constant(value.type.bits, value.value)
        if isinstance(value, ConstantZero):
            return constant(value.type.bits, 0)
        return self._found.get(value) or full(value.type.bits)

    def at(self, value: Value, block: Block, depth: int = _DEPTH) -> Range:
        """The range in ``block``, where the value must be available. Raises TypeError for what is no integer."""
        return self._refined(value, self._facts.get(block, {}), depth)

    def _refined(self, value: Value, facts: Facts, depth: int) -> Range:
        found = self.at_definition(value)
        if isinstance(value, (ConstantInt, ConstantZero)):
            return found
        if depth and facts and isinstance(value, Instruction) and value.opcode in RULES:
            # The operands have not changed since, and more may be known of them here.
            operands = [self._refined(operand, facts, depth - 1) for operand in value.operands]
            found = found.meet(result_range(value, operands))
        for predicate, other in facts.get(value, ()):
            if isinstance(other.type, IntType):
                found = constrained(found, predicate, self.at_definition(other))
        return found

    def _run(self) -> None:
        everything = [
            instruction
            for block in self._order
            for instruction in block.instructions
            if isinstance(instruction.type, IntType)
        ]
        place = {instruction: index for index, instruction in enumerate(everything)}
        users: dict[Value, list[int]] = {}
        for instruction in everything:
            for operand in instruction.operands:
                users.setdefault(operand, []).append(place[instruction])
        # A range also depends on what conditions compare with, which ``users`` leaves out: so a full pass has to
        # find nothing to change.
        changed = True
        while changed:
            changed = False
            work = list(range(len(everything)))
            waiting = set(work)
            while work:
                index = heappop(work)
                waiting.discard(index)
                if not self._ascend(everything[index]):
                    continue
                changed = True
                for user in users.get(everything[index], ()):
                    if user not in waiting:
                        waiting.add(user)
                        heappush(work, user)
        for instruction in everything * 2:
            self._descend(instruction)

    def _ascend(self, instruction: Instruction) -> bool:
        fresh = self._evaluate(instruction)
        if fresh is None:
            return False
        before = self._found.get(instruction)
        if before is None:
            self._found[instruction] = fresh
            return True
        after = before.join(fresh)
        if after == before:
            return False
        if instruction.opcode == "phi" and instruction.block in self._headers:
            after = self._widened(instruction, before, after)
        self._found[instruction] = after
        return True

    def _descend(self, instruction: Instruction) -> None:
        fresh = self._evaluate(instruction)
        if fresh is not None:
            self._found[instruction] = self._found[instruction].meet(fresh)

    def _evaluate(self, instruction: Instruction) -> Range | None:
        """The range by the operands'; None for what has none, or while an operand has none yet."""
        if not isinstance(instruction.type, IntType):
            return None
        block = instruction.block
        assert block is not None
        if instruction.opcode == "phi":
            return self._phi(instruction, block)
        if instruction.opcode == "sreg":
            return _special_register(instruction, self._launch)
        if not all(self._is_known(operand) for operand in instruction.operands):
            return None
        if instruction.opcode not in RULES and instruction.opcode != "icmp":
            return full(instruction.type.bits)
        if not all(isinstance(operand.type, IntType) for operand in instruction.operands):
            return full(instruction.type.bits)
        facts = self._facts[block]
        return result_range(instruction, [self._refined(operand, facts, 1) for operand in instruction.operands])

    def _is_known(self, operand: Value) -> bool:
        return not isinstance(operand, Instruction) or not isinstance(operand.type, IntType) or operand in self._found

    def _phi(self, phi: Instruction, block: Block) -> Range | None:
        found: Range | None = None
        for operand, source in zip(phi.operands, phi.targets, strict=True):
            if not self._is_known(operand) or source not in self._facts:
                continue
            arriving = self._refined(operand, self._facts[source], 1)
            for left, predicate, right in edge_facts(source, block):
                if left == operand and isinstance(right.type, IntType):
                    arriving = constrained(arriving, predicate, self.at_definition(right))
            found = arriving if found is None else found.join(arriving)
        return found

    def _widened(self, phi: Instruction, before: Range, after: Range) -> Range:
        steps = self._changes[phi] = self._changes.get(phi, 0) + 1
        if steps <= _STEPS_TO_WIDEN:
            return after
        if steps > _STEPS_TO_GIVE_UP:
            return full(after.bits)
        everything = full(after.bits)
        plain, negative = (
            self._stretched(before.bounds(signed=s), after.bounds(signed=s), everything.bounds(signed=s))
            for s in (False, True)
        )
        return make(after.bits, plain, negative)

    def _stretched(self, before: tuple[int, int], after: tuple[int, int], limit: tuple[int, int]) -> tuple[int, int]:
        """Each bound that moved goes on to the next threshold."""
        low, high = after
        if low < before[0]:
            place = bisect_right(self._thresholds, low) - 1
            low = max(self._thresholds[place], limit[0]) if place >= 0 else limit[0]
        if high > before[1]:
            place = bisect_left(self._thresholds, high)
            high = min(self._thresholds[place], limit[1]) if place < len(self._thresholds) else limit[1]
        return low, high


def _thresholds(function: Function) -> list[int]:
    """Where widening stops, sorted."""
    found = {0, -1, 1, 31, 1023}
    for bits in (8, 16, 31, 32, 63, 64):
        found |= {(1 << bits) - 1, (1 << bits) - 2, -(1 << bits), 1 - (1 << bits)}
    compared = [
        operand.signed
        for instruction in function.instructions()
        if instruction.opcode == "icmp"
        for operand in instruction.operands
        if isinstance(operand, ConstantInt)
    ]
    for number in dict.fromkeys(compared[:64]):
        found |= {number - 1, number, number + 1}
    return sorted(found)


def _special_register(instruction: Instruction, launch: LaunchShape) -> Range:
    assert isinstance(instruction.type, IntType)
    bits = instruction.type.bits
    name, _, letter = instruction.text("register").partition(".")
    axis = "xyz".find(letter) if letter else -1
    table: dict[str, tuple[int, int]] = {"laneid": (0, WARP_LANES - 1), "warpsize": (WARP_LANES, WARP_LANES)}
    table |= {"warpid": (0, WARP_LANES - 1), "nwarpid": (1, WARP_LANES)}
    if axis >= 0:
        table["tid"] = (0, launch.extent(axis)[1] - 1)
        table["ntid"] = launch.extent(axis)
        table["ctaid"] = (0, _GRID[letter] - 1)
        table["nctaid"] = (1, _GRID[letter])
    bounds = table.get(name)
    return unsigned(bits, *bounds) if bounds and bounds[1] < 1 << bits else full(bits)
