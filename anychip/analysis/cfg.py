"""The control-flow graph of a function: predecessors and a reverse postorder."""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Block, Function


@dataclass(frozen=True)
class ControlFlow:
    """Edges of a function's graph.

    ``predecessors`` has an entry for every block and lists each predecessor once; ``reverse_postorder`` has the
    blocks reachable from the entry, each after its predecessors except along back edges.
    """

    predecessors: dict[Block, list[Block]]
    reverse_postorder: list[Block]


def control_flow(function: Function) -> ControlFlow:
    """The graph of a function that has a body."""
    predecessors: dict[Block, list[Block]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for successor in dict.fromkeys(block.successors):
            predecessors[successor].append(block)
    return ControlFlow(predecessors, _reverse_postorder(function))


def _reverse_postorder(function: Function) -> list[Block]:
    """Depth first without recursion: deep graphs are common after inlining."""
    finished: list[Block] = []
    seen = {function.entry}
    stack = [(function.entry, iter(function.entry.successors))]
    while stack:
        block, successors = stack[-1]
        fresh = next((successor for successor in successors if successor not in seen), None)
        if fresh is None:
            finished.append(block)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(fresh.successors)))
    return finished[::-1]
