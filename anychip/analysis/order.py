"""Block order: reverse postorder, in which a block stands after all blocks that dominate it."""

from __future__ import annotations

from anychip.ir import Block, Function


def reverse_postorder(function: Function) -> list[Block]:
    """The blocks reachable from the entry, dominators first."""
    done: list[Block] = []
    seen = {function.entry}
    stack = [(function.entry, iter(function.entry.successors))]
    while stack:
        block, successors = stack[-1]
        following = next((successor for successor in successors if successor not in seen), None)
        if following is None:
            done.append(block)
            stack.pop()
            continue
        seen.add(following)
        stack.append((following, iter(following.successors)))
    return done[::-1]
