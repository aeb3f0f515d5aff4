"""A topological order of the blocks, back edges left out, in which the blocks of every loop stand together.

Partial linearisation runs blocks in this order: lanes that left a loop early wait behind it, so nothing that is not
part of the loop may stand between its blocks.
"""

from __future__ import annotations

from collections.abc import Iterator

from anychip.analysis.cfg import ControlFlow
from anychip.analysis.loops import Loop, LoopNest
from anychip.ir import Block

Node = Block | Loop


def loop_compact_order(flow: ControlFlow, nest: LoopNest) -> list[Block]:
    """The reachable blocks of a reducible function. The order means nothing for an irreducible one."""
    return list(_flatten(None, flow.reverse_postorder[0], nest))


def _flatten(region: Loop | None, head: Block, nest: LoopNest) -> Iterator[Block]:
    """The blocks of a loop, or of the function, with inner loops in one piece."""
    for node in _postorder(region, head, nest)[::-1]:
        if isinstance(node, Loop):
            yield from _flatten(node, node.header, nest)
        else:
            yield node


def _postorder(region: Loop | None, head: Block, nest: LoopNest) -> list[Node]:
    finished: list[Node] = []
    seen: set[Node] = {head}
    stack: list[tuple[Node, Iterator[Node]]] = [(head, _forward(head, region, head, nest))]
    while stack:
        node, successors = stack[-1]
        fresh = next((successor for successor in successors if successor not in seen), None)
        if fresh is None:
            finished.append(node)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, _forward(fresh, region, head, nest)))
    return finished


def _forward(node: Node, region: Loop | None, head: Block, nest: LoopNest) -> Iterator[Node]:
    """Nodes of the region that follow; last successors first, so that the first ones come first in the end."""
    targets = [target for _, target in node.exits] if isinstance(node, Loop) else node.successors
    for target in reversed(targets):
        if target is not head and (region is None or target in region.blocks):
            yield _node_of(target, region, nest)


def _node_of(block: Block, region: Loop | None, nest: LoopNest) -> Node:
    """The block itself, or the outermost loop inside the region that holds it."""
    node: Node = block
    for loop in nest.containing(block):
        if loop is region:
            break
        node = loop
    return node
