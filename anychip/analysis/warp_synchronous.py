"""Whether lanes of a warp talk through shared memory without a barrier in between (warp-synchronous code).

Such code, written for warps that run in lockstep, is right only if all 32 lanes run as one vector. It shows as a
store to shared memory and another access to the same variable that a path without a block barrier joins, unless each
lane certainly stays in a place of its own. Volatile accesses count whatever they are; that a program without such
conflicts is called warp-synchronous costs speed only.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.cfg import control_flow
from anychip.analysis.lane_facts import LaneFacts, analyse_lanes
from anychip.analysis.launch_shape import WARP_LANES, launch_shape
from anychip.analysis.memory_space import pointer_roots, pointer_space
from anychip.ir import AddressSpace, Block, Function, Instruction, Value, size_of

_POINTER = {"load": 0, "store": 1, "atomic": 0, "cmpxchg": 0}
_WRITERS = frozenset(_POINTER) - {"load"}
_BARRIERS = frozenset({"barrier", "barrier.reduce"})


@dataclass(frozen=True)
class Conflict:
    """A store and an access that may follow it without a barrier, touching what another lane touches."""

    store: Instruction
    access: Instruction


def warp_synchronous_accesses(facts: LaneFacts) -> list[Conflict]:
    """One conflict for each store that has any; empty if lanes need not run in lockstep."""
    function = facts.function
    stores = [i for i in function.instructions() if i.opcode in _WRITERS and _is_shared(i, facts)]
    if not stores:
        return []
    reachable = set(control_flow(function).reverse_postorder)
    found = (_first_conflict(store, facts) for store in stores if store.block in reachable)
    return [conflict for conflict in found if conflict]


def lockstep_conflict(function: Function) -> Conflict | None:
    """Why a kernel needs its warps in lockstep, if it does; calls have been inlined, or their bodies do not count.

    Only volatile accesses tell: without that word a compiler could keep what lanes write in registers. Blocks are
    taken to be rows, of whole warps if the kernel asks for a thread's y or z. A kernel with barriers of a warp says by
    these where its lanes meet.
    """
    accesses = [i for i in function.instructions() if i.opcode in ("load", "store") and i.flag("volatile")]
    if not any(pointer_space(_pointer(access), function) == AddressSpace.SHARED for access in accesses):
        return None
    if any(instruction.opcode == "warp.barrier" for instruction in function.instructions()):
        return None
    registers = {i.text("register") for i in function.instructions() if i.opcode == "sreg"}
    flat = registers.isdisjoint({"tid.y", "tid.z"})
    shape = launch_shape(function, WARP_LANES, (None, 1, 1) if flat else (WARP_LANES, None, None))
    conflicts = warp_synchronous_accesses(analyse_lanes(function, shape))
    told = (item for item in conflicts if item.store.flag("volatile") or item.access.flag("volatile"))
    return next(told, None)


def _first_conflict(store: Instruction, facts: LaneFacts) -> Conflict | None:
    """Follows all paths from a store up to the next barriers; ``again``: round a loop that holds the store."""
    block = store.block
    assert block is not None
    work: list[tuple[Block, bool, int]] = [(block, False, block.instructions.index(store) + 1)]
    seen: set[tuple[Block, bool]] = set()
    while work:
        block, again, start = work.pop()
        for instruction in block.instructions[start:]:
            if instruction.opcode in _BARRIERS:
                break
            if _is_shared_access(instruction, facts) and _conflict(store, instruction, facts, again=again):
                return Conflict(store, instruction)
        else:
            for successor in dict.fromkeys(block.successors):
                state = (successor, again or _goes_round(block, successor, store, facts))
                if state not in seen:
                    seen.add(state)
                    work.append((*state, 0))
    return None


def _goes_round(block: Block, successor: Block, store: Instruction, facts: LaneFacts) -> bool:
    loops = (loop for loop in facts.loops.containing(block) if loop.header is successor)
    return not facts.reducible or any(store.block in loop.blocks for loop in loops)


def _is_shared_access(instruction: Instruction, facts: LaneFacts) -> bool:
    return instruction.opcode in ("load", "store") and _is_shared(instruction, facts)


def _pointer(instruction: Instruction) -> Value:
    return instruction.operands[_POINTER[instruction.opcode]]


def _is_shared(instruction: Instruction, facts: LaneFacts) -> bool:
    return facts.space_of(_pointer(instruction)) == AddressSpace.SHARED


def _conflict(store: Instruction, access: Instruction, facts: LaneFacts, *, again: bool) -> bool:
    """Whether the access may touch what another lane's store wrote."""
    first, second = _pointer(store), _pointer(access)
    if pointer_roots(first).isdisjoint(pointer_roots(second)):
        return False
    if access.opcode == "store" and not (store.flag("volatile") and access.flag("volatile")):
        return False  # plain stores in either order race on any machine
    if access is store:
        return False
    core, offset = _core_and_offset(first)
    other_core, other_offset = _core_and_offset(second)
    shape = facts.shape_of(first)
    if core != other_core or not shape.is_strided or (again and not _is_fixed(core, store, facts)):
        return True
    return _lanes_overlap(shape.stride, other_offset - offset, _width(store), _width(access), facts.launch.lanes)


def _is_fixed(core: tuple[object, ...], store: Instruction, facts: LaneFacts) -> bool:
    """Whether an address computed from these values is the same in every round of the loops around the store."""
    blocks = (part.block for part in core if isinstance(part, Instruction))
    loops = [loop for block in blocks if block for loop in facts.loops.containing(block)]
    return facts.reducible and not any(store.block in loop.blocks for loop in loops)


def _core_and_offset(pointer: Value) -> tuple[tuple[object, ...], int]:
    """An address as something equal for equal addresses, and a constant number of bytes."""
    offset = 0
    while isinstance(pointer, Instruction) and pointer.opcode == "gep":
        offset += pointer.number("offset")
        if len(pointer.operands) > 1:
            return (*pointer.operands, pointer.attributes["scales"]), offset
        pointer = pointer.operands[0]
    return (pointer,), offset


def _lanes_overlap(stride: int, distance: int, stored: int, accessed: int, lanes: int) -> bool:
    """Whether bytes that one lane stores are ``distance`` before bytes that another one accesses."""
    starts = (distance + stride * apart for apart in range(1 - lanes, lanes) if apart)
    return any(-accessed < start < stored for start in starts)


def _width(instruction: Instruction) -> int:
    """Bytes that an access touches."""
    operands = instruction.operands
    return size_of(
        {"load": instruction, "store": operands[0], "atomic": operands[-1], "cmpxchg": operands[-1]}[
            instruction.opcode
        ].type
    )
