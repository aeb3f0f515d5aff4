"""Loops in which a thread may wait for another one.

A loop spins if every condition it can leave by depends on what other threads write: on a volatile or atomic read, by
data or by the branches that chose a value. ``while (!*flag)``, ``while (atomicCAS(lock, 0, 1))`` and the repetition of
a whole pass until nothing changes do; a counted loop does not, whatever it reads, and neither does an update by
compare-and-exchange, which fails only when another thread has succeeded. Where one thread runs after another, a loop
that spins must let others run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import DominatorTree, dominator_tree
from anychip.ir import OPCODES, Block, Effect, Function, Instruction, Value


def yields(instruction: Instruction) -> bool:
    """Whether a thread on its own lets others run here."""
    return instruction.opcode != "call" and bool(OPCODES[instruction.opcode].effects & Effect.YIELD)


def spin_edges(
    function: Function, lets_others_run: Callable[[Instruction], bool] = yields
) -> list[tuple[Block, Block]]:
    """Back edges (from, to) of spinning loops that hold nothing that lets others run."""
    graph = control_flow(function)
    tree = dominator_tree(graph)
    order = {block: index for index, block in enumerate(graph.reverse_postorder)}
    edges = []
    for latch in graph.reverse_postorder:
        for header in dict.fromkeys(latch.successors):
            if order[header] > order[latch]:
                continue
            loop = _Loop(header, _loop_body(header, latch, graph.predecessors), graph, tree, lets_others_run)
            if loop.spins():
                edges.append((latch, header))
    return edges


def _loop_body(header: Block, latch: Block, predecessors: dict[Block, list[Block]]) -> set[Block]:
    """Blocks that reach the latch without passing the header."""
    body = {header, latch}
    work = [latch] if latch is not header else []
    while work:
        for block in predecessors[work.pop()]:
            if block not in body:
                body.add(block)
                work.append(block)
    return body


@dataclass(frozen=True, slots=True)
class _Loop:
    header: Block
    body: set[Block]
    graph: ControlFlow
    tree: DominatorTree
    lets_others_run: Callable[[Instruction], bool]

    def spins(self) -> bool:
        if any(self.lets_others_run(instruction) for block in self.body for instruction in block.instructions):
            return False
        exits = [block.terminator for block in self.body if any(next_ not in self.body for next_ in block.successors)]
        return bool(exits) and all(any(map(self._reads_what_others_write, self._slice(exit))) for exit in exits)

    def _slice(self, terminator: Instruction) -> set[Instruction]:
        """Instructions of the loop that the terminator's choice is computed from, by data and by control."""
        found: set[Instruction] = set()
        work: list[Value] = list(terminator.operands)
        while work:
            value = work.pop()
            if isinstance(value, Instruction) and value.block in self.body and value not in found:
                found.add(value)
                work += value.operands
                if value.opcode == "phi" and value.block is not self.header:
                    work += [operand for block in self._choosers(value.block) for operand in block.terminator.operands]
        return found

    def _choosers(self, block: Block) -> set[Block]:
        """The blocks between a merge and what dominates it: their branches choose the merge's predecessor."""
        top = self.tree.immediate[block]
        found = {top}
        work = list(self.graph.predecessors[block])
        while work:
            at = work.pop()
            if at not in found and at in self.body and at is not block:
                found.add(at)
                work += self.graph.predecessors[at]
        return found & self.body

    def _reads_what_others_write(self, instruction: Instruction) -> bool:
        if instruction.opcode == "load":
            return instruction.flag("volatile") or "ordering" in instruction.attributes
        if instruction.opcode == "cmpxchg":
            expected = instruction.operands[1]  # one the loop computes: an update, not a lock
            return not (isinstance(expected, Instruction) and expected.block in self.body)
        return instruction.opcode == "atomic"
