"""Loops in which a thread can only wait for another one.

A loop spins if every condition it can leave by depends on a volatile or atomic read and on nothing that the loop
itself carries from one iteration to the next: ``while (atomicCAS(lock, 0, 1))`` and ``while (!*flag)`` do, a counted
loop or a compare-and-exchange update does not. Where one thread runs after another, such a loop must let others run.
"""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.ir import OPCODES, Block, Effect, Function, Instruction, Value


def spin_edges(function: Function) -> list[tuple[Block, Block]]:
    """Back edges (from, to) of spinning loops that hold no yield yet."""
    graph = control_flow(function)
    order = {block: index for index, block in enumerate(graph.reverse_postorder)}
    edges = []
    for latch in graph.reverse_postorder:
        for header in dict.fromkeys(latch.successors):
            if order[header] > order[latch]:
                continue
            body = _loop_body(header, latch, graph.predecessors)
            if _spins(header, body):
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


def _spins(header: Block, body: set[Block]) -> bool:
    if any(_yields(instruction) for block in body for instruction in block.instructions):
        return False
    exits = [block.terminator for block in body if any(successor not in body for successor in block.successors)]
    slices = [_slice(terminator, body) for terminator in exits]
    carried = set(header.phis())
    return bool(slices) and all(
        carried.isdisjoint(values) and any(map(_reads_what_others_write, values)) for values in slices
    )


def _slice(terminator: Instruction, body: set[Block]) -> set[Instruction]:
    """Instructions of the loop that the terminator's choice is computed from."""
    found: set[Instruction] = set()
    work: list[Value] = list(terminator.operands)
    while work:
        value = work.pop()
        if isinstance(value, Instruction) and value.block in body and value not in found:
            found.add(value)
            work += value.operands
    return found


def _yields(instruction: Instruction) -> bool:
    return instruction.opcode != "call" and bool(OPCODES[instruction.opcode].effects & Effect.YIELD)


def _reads_what_others_write(instruction: Instruction) -> bool:
    if instruction.opcode == "load":
        return instruction.flag("volatile") or "ordering" in instruction.attributes
    return instruction.opcode in ("atomic", "cmpxchg")
