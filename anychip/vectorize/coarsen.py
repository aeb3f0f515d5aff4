"""Pass: several rows of a block per call. A group's lane is then R threads: (x, y), (x, y + 1) ... (x, y + R - 1).

requires: a kernel that ``pipeline.prepare`` has made; provides: a copy in which all that depends on tid.y is there R
times, row after row, and everything else once; breaks: nothing, the kernel stays as it is.
What does not depend on the row is then loaded once for R rows, and barriers and loops cost a R-th. The rows of a group
go the same way through the kernel: conditions that depend on tid.y are such as can be computed at the start, and hold
for all rows or for none (``Coarse.agreements``), which is tested before anything is run.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.users import users_of
from anychip.ir import I32, OPCODES, ConstantInt, Effect, Function, Instruction, Value
from anychip.vectorize.clone import clone_kernel, name_values
from anychip.vectorize.entry_guards import MAX_OPERATIONS, early_operations

MOST_REPLICATED = {4: 150, 2: 300}
"""Rows, and up to how many instructions that depend on the row they are taken for."""
MAX_AGREEMENTS = 4
_REFUSED = Effect.SIDE | Effect.CONVERGENT | Effect.YIELD
_REGISTERS = frozenset(
    {f"{name}.{axis}" for name in ("tid", "ntid", "ctaid", "nctaid") for axis in "xyz"} | {"warpsize"}
)
_OWN = frozenset({"alloca", "atomic", "cmpxchg"})  # each thread has its own
_LOGIC = frozenset({"and", "or", "xor", "select"})


@dataclass(frozen=True)
class Coarse:
    """A kernel for ``rows`` rows; ``origin`` says where its instructions come from.

    In each of the ``agreements`` the first condition is taken for those of the other rows too.
    """

    function: Function
    origin: dict[Instruction, Instruction]
    rows: int
    agreements: list[tuple[Value, ...]]


def coarsen(kernel: Function, origin: dict[Instruction, Instruction]) -> Coarse | None:
    """The kernel for several rows; None if it gains nothing by it or cannot be had."""
    if any(map(_is_refused, kernel.instructions())):
        return None
    assumed = _assume(kernel)
    if assumed is None:
        return None
    dependent = _dependent(kernel, assumed)
    rows = next((rows for rows, most in MOST_REPLICATED.items() if len(dependent) <= most), 0)
    if not rows or not any(item.opcode == "sreg" for item in dependent):
        return None
    copy, twins = clone_kernel(kernel, kernel.name)
    fresh = {old: new for new, old in twins.items()}
    found = _replicate(copy, {fresh[item] for item in dependent}, {fresh[item] for item in assumed}, rows)
    # What passes have put in (copies of arguments, merged back edges) comes from nowhere.
    origins = {new: origin[old] for new, old in twins.items() if old in origin}
    for first, others in found.items():
        if first in origins:
            origins |= {item: origins[first] for item in others if isinstance(item, Instruction)}
    name_values(copy)
    return Coarse(copy, origins, rows, [tuple(found[fresh[item]]) for item in assumed])


def _is_refused(item: Instruction) -> bool:
    if item.opcode == "barrier":
        return False
    if item.opcode == "sreg":
        return item.text("register") not in _REGISTERS
    return bool(OPCODES[item.opcode].effects & _REFUSED) or item.opcode == "unreachable"


# -- what depends on the row -----------------------------------------------------------------------------------------


def _is_root(item: Instruction) -> bool:
    if item.opcode == "sreg":
        return item.text("register") == "tid.y"
    return item.opcode in _OWN or (item.opcode in ("load", "store") and item.flag("volatile"))


def _dependent(kernel: Function, assumed: list[Instruction]) -> list[Instruction]:
    """What is there once per row, in order; ``assumed`` are, but what uses them need not be."""
    users = users_of(kernel)
    found: set[Instruction] = set()
    work = [item for item in kernel.instructions() if _is_root(item)]
    while work:
        item = work.pop()
        if item in found:
            continue
        found.add(item)
        if item not in assumed:
            work += users.get(item, [])
    return [item for item in kernel.instructions() if item in found]


def _assume(kernel: Function) -> list[Instruction] | None:
    """The conditions taken to hold for all rows of a group or for none; None if a branch asks for more."""
    assumed: list[Instruction] = []
    while True:
        dependent = set(_dependent(kernel, assumed))
        branches = [item for item in dependent if OPCODES[item.opcode].effects & Effect.TERMINATOR]
        if not branches:
            return assumed
        leaves = [leaf for branch in branches for leaf in _leaves(branch.operands[0], dependent - set(assumed))]
        fresh = [leaf for leaf in dict.fromkeys(leaves) if leaf not in assumed]
        if not fresh or len(assumed) + len(fresh) > MAX_AGREEMENTS or not all(map(_is_testable, fresh)):
            return None
        assumed += fresh


def _leaves(condition: Value, dependent: set[Instruction]) -> list[Instruction]:
    """The parts of a condition, joined by logic operations, that depend on the row."""
    if not isinstance(condition, Instruction) or condition not in dependent:
        return []
    if condition.opcode not in _LOGIC:
        return [condition]
    return [leaf for operand in condition.operands for leaf in _leaves(operand, dependent)]


def _is_testable(condition: Instruction) -> bool:
    """Whether a condition can be computed at the start, and may well be the same in neighbouring rows."""
    if condition.opcode != "icmp" or condition.text("predicate") in ("eq", "ne"):
        return False
    return early_operations(condition) <= MAX_OPERATIONS


# -- the copy --------------------------------------------------------------------------------------------------------


def _replicate(
    copy: Function, dependent: set[Instruction], assumed: set[Instruction], rows: int
) -> dict[Instruction, list[Value]]:
    """Put the other rows' instructions behind each one in ``dependent``; for each all of them, by row."""
    found: dict[Instruction, list[Value]] = {}
    for item in copy.instructions():
        if item in dependent:
            twins = [_twin(item, row) for row in range(1, rows)]
            found[item] = [item, *twins]
    for block in copy.blocks:
        old, block.instructions = block.instructions, []
        for item in old:
            for twin in found.get(item, [item]):
                assert isinstance(twin, Instruction)
                block.append(twin)
    for item in found:
        if _is_row_index(item):
            continue
        for row, twin in enumerate(found[item]):
            assert isinstance(twin, Instruction)
            if row:
                twin.operands = [_in_row(operand, row, found, assumed) for operand in item.operands]
    return found


def _in_row(operand: Value, row: int, found: dict[Instruction, list[Value]], assumed: set[Instruction]) -> Value:
    if not isinstance(operand, Instruction) or operand in assumed:
        return operand
    return found[operand][row] if operand in found else operand


def _twin(item: Instruction, row: int) -> Instruction:
    if _is_row_index(item):
        return Instruction("add", I32, [item, ConstantInt(I32, row)], location=item.location)
    return item.twin([], list(item.targets))


def _is_row_index(item: Instruction) -> bool:
    return item.opcode == "sreg"


__all__ = ["Coarse", "coarsen"]
