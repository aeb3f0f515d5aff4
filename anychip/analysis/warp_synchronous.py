"""Whether lanes of a warp talk through shared memory without a barrier in between (warp-synchronous code).

Such code, written for warps that run in lockstep, is right only if all 32 lanes run as one vector. It shows as a
store to shared memory and another access to the same variable that a path without a block barrier joins, unless each
lane certainly stays in a place of its own. Volatile accesses count whatever they are; that a program without such
conflicts is called warp-synchronous costs speed only.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.cfg import control_flow
from anychip.analysis.lane_facts import LaneFacts
from anychip.analysis.memory_space import pointer_roots
from anychip.ir import AddressSpace, Block, Instruction, Value, size_of

_BARRIERS = frozenset({"barrier", "barrier.reduce"})


@dataclass(frozen=True)
class Conflict:
    """A store and an access that may follow it without a barrier, touching what another lane touches."""

    store: Instruction
    access: Instruction


def warp_synchronous_accesses(facts: LaneFacts) -> list[Conflict]:
    """One conflict for each store that has any; empty if lanes need not run in lockstep."""
    function = facts.function
    stores = [i for i in function.instructions() if i.opcode == "store" and _is_shared(i, facts)]
    if not stores:
        return []
    reachable = set(control_flow(function).reverse_postorder)
    found = (_first_conflict(store, facts) for store in stores if store.block in reachable)
    return [conflict for conflict in found if conflict]


def _first_conflict(store: Instruction, facts: LaneFacts) -> Conflict | None:
    """Follows all paths from a store up to the next barriers."""
    block = store.block
    assert block is not None
    work: list[tuple[Block, int]] = [(block, block.instructions.index(store) + 1)]
    seen: set[Block] = set()
    while work:
        block, start = work.pop()
        for instruction in block.instructions[start:]:
            if instruction.opcode in _BARRIERS:
                break
            if _is_access(instruction) and _is_shared(instruction, facts) and _conflict(store, instruction, facts):
                return Conflict(store, instruction)
        else:
            fresh = [successor for successor in dict.fromkeys(block.successors) if successor not in seen]
            seen.update(fresh)
            work += [(successor, 0) for successor in fresh]
    return None


def _is_access(instruction: Instruction) -> bool:
    return instruction.opcode in ("load", "store")


def _pointer(instruction: Instruction) -> Value:
    return instruction.operands[-1]


def _is_shared(instruction: Instruction, facts: LaneFacts) -> bool:
    return facts.space_of(_pointer(instruction)) == AddressSpace.SHARED


def _conflict(store: Instruction, access: Instruction, facts: LaneFacts) -> bool:
    """Whether the access may touch what another lane's store wrote."""
    first, second = _pointer(store), _pointer(access)
    if pointer_roots(first).isdisjoint(pointer_roots(second)):
        return False
    if access is store or (access.opcode == "store" and not store.flag("volatile") and not access.flag("volatile")):
        return False  # two plain stores in either order race on any machine
    if first is not second:
        return True
    shape, width = facts.shape_of(first), max(_width(store), _width(access))
    return not (shape.is_strided and abs(shape.stride) >= width)


def _width(instruction: Instruction) -> int:
    """Bytes that a load or store touches."""
    return size_of(instruction.type if instruction.opcode == "load" else instruction.operands[0].type)
