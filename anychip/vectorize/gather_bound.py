"""Whether a kernel does little else than to gather in loops that lanes leave one after another.

A gather takes about as long as its loads one by one, and lanes that have left a loop wait for the longest: then one
thread at a time is faster, as for the rows of a sparse matrix. Lanes stay where a thread by itself would be slow:
with more arithmetic, with branches in the loop or an exit that nobody can predict from what was loaded (a search, a
list), and where threads wait for each other.
"""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.analysis.dominance import dominator_tree
from anychip.analysis.loops import Loop, loop_nest
from anychip.ir import OPCODES, AddressSpace, Effect, Function, Instruction, Value
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes

MAX_ARITHMETIC = 3
"""Operations for each gather."""
_FREE = frozenset({"phi", "gep", "sext", "zext", "trunc", "space.cast", "icmp", "br", "condbr"})


def is_gather_bound(kernel: Function, width: int) -> bool:
    """Whether one thread at a time is faster than ``width`` lanes, for a kernel without barriers."""
    flow = control_flow(kernel)
    loops = loop_nest(flow, dominator_tree(flow)).loops
    parents = {loop.parent for loop in loops}
    inner = [loop for loop in loops if loop not in parents]
    if not inner or not all(map(_may_be_gather_bound, inner)):
        return False
    shapes = analyse_shapes(kernel, Grouping.WHOLE, width)
    divergent = {loop.header for loop in shapes.facts.divergent_loops}
    return all(loop.header in divergent and _is_gather_bound(shapes, loop) for loop in inner)


def _may_be_gather_bound(loop: Loop) -> bool:
    """Whether a loop loads something and is left by a branch that does not depend on it."""
    body = _body(loop)
    branches = [item for item in body if item.opcode == "condbr"]
    if len(loop.exits) != 1 or len(branches) != 1 or not any(item.opcode == "load" for item in body):
        return False
    return not _reads_memory(branches[0], loop)


def _body(loop: Loop) -> list[Instruction]:
    return [item for block in loop.blocks for item in block.instructions]


def _is_gather_bound(shapes: LaneShapes, loop: Loop) -> bool:
    gathers = arithmetic = 0
    for item in _body(loop):
        if _is_gather(shapes, item):
            gathers += 1
        elif OPCODES[item.opcode].effects != Effect.NONE and item.opcode not in _FREE:
            return False
        arithmetic += item.opcode not in _FREE and item.opcode != "load"
    return arithmetic <= MAX_ARITHMETIC * gathers


def _is_gather(shapes: LaneShapes, item: Instruction) -> bool:
    if item.opcode != "load":
        return False
    address = item.operands[0]
    return shapes.guarded_stride(address) is None and shapes.facts.space_of(address) != AddressSpace.LOCAL


def _reads_memory(branch: Instruction, loop: Loop) -> bool:
    """Whether a branch depends on what is loaded in the loop."""
    seen: set[Value] = set()
    work: list[Value] = [branch]
    while work:
        item = work.pop()
        if item in seen or not isinstance(item, Instruction) or item.block not in loop.blocks:
            continue
        if item.opcode == "load":
            return True
        seen.add(item)
        work += item.operands
    return False


__all__ = ["is_gather_bound"]
