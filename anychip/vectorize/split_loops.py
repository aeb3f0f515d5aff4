"""Pass: a loop that carries more values than there are registers becomes several, each with some of them.

requires: ``clone.normalize`` has run; provides: no loop of one block that only reads and carries more
than twice ``most`` values that do not depend on each other; breaks: nothing.
A register-tiled product carries 64 sums per thread: in one loop all of them are stored and loaded again in each round.
Each part counts the rounds anew and reads anew what it needs, which nothing has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable

from anychip.analysis.cfg import control_flow
from anychip.analysis.users import users_of
from anychip.ir import VOID, Block, Function, Instruction, PointerType, Value
from anychip.vectorize.clone import name_values
from anychip.vectorize.group_accesses import is_plain

MAX_PARTS = 8


def split_loops(function: Function, origin: dict[Instruction, Instruction], most: int) -> None:
    """Split such loops in place; ``origin`` gains the copies.

    A loop that carries up to twice as many stays, and one whose parts would read again much of what they share.
    """
    for block in list(function.blocks):
        parts = _parts(function, block, most)
        if 1 < len(parts) <= MAX_PARTS:
            _split(function, block, parts, origin)
            name_values(function)


def _parts(function: Function, block: Block, most: int) -> list[set[Instruction]]:
    """What each part of a loop computes, but for what it shares with others: one part if it is not to be split."""
    if not _is_simple(function, block):
        return []
    control = _slice(block, [block.terminator])
    carried = [phi for phi in block.phis() if phi not in control and not isinstance(phi.type, PointerType)]
    if len(carried) <= 2 * most:
        return []
    users = users_of(function)
    wanted = [item for item in block.instructions if any(user.block is not block for user in users.get(item, []))]
    found: list[set[Instruction]] = []
    for group in _groups([_slice(block, [item]) for item in [*carried, *wanted]], set(block.phis()) - control):
        if found and len(group & set(carried)) + len(found[-1] & set(carried)) <= most:
            found[-1] |= group
        else:
            found.append(group)
    again = sum(_reads(part | control) for part in found) - _reads(block.instructions)
    return [part | control for part in found] if 2 * again <= len(carried) else []


def _is_simple(function: Function, block: Block) -> bool:
    """Whether a block is a loop by itself, entered from one block, that has no effects."""
    entries = [source for source in control_flow(function).predecessors[block] if source is not block]
    return (
        block in block.successors
        and len(set(block.successors)) == 2
        and len(entries) == 1
        and all(item.is_pure or item.opcode == "phi" or _is_read(item) for item in block.instructions[:-1])
    )


def _reads(items: Iterable[Instruction]) -> int:
    return sum(item.opcode == "load" for item in items)


def _is_read(item: Instruction) -> bool:
    return item.opcode == "load" and is_plain(item)


def _slice(block: Block, roots: Iterable[Instruction]) -> set[Instruction]:
    """What values depend on in a loop of one block, themselves among it."""
    found: set[Instruction] = set()
    work: list[Value] = list(roots)
    while work:
        item = work.pop()
        if isinstance(item, Instruction) and item.block is block and item not in found:
            found.add(item)
            work += item.operands
    return found


def _groups(slices: list[set[Instruction]], carried: set[Instruction]) -> list[set[Instruction]]:
    """Slices that share what the loop carries belong together; in the order of their first."""
    groups: list[set[Instruction]] = []
    for new in slices:
        merged = set(new)
        apart: list[set[Instruction]] = []
        place = len(groups)
        for index, group in enumerate(groups):
            if group & merged & carried:
                merged |= group
                place = min(place, index)
            else:
                apart.append(group)
        apart.insert(place, merged)
        groups = apart
    return groups


def _split(
    function: Function, block: Block, parts: list[set[Instruction]], origin: dict[Instruction, Instruction]
) -> None:
    """Put a loop for each part but the last before the loop, which keeps the last."""
    before = next(source for source in control_flow(function).predecessors[block] if source is not block)
    entry = before
    last, moved = parts[-1], dict[Value, Value]()
    place = function.blocks.index(block)
    for number, part in enumerate(parts[:-1]):
        loop, between = Block(f"{block.name}.part{number}", function), Block(f"{block.name}.next{number}", function)
        function.blocks[place:place] = [loop, between]
        place += 2
        copies = _copy(block, part, loop, between, (before, entry), origin)
        moved.update((item, copies[item]) for item in part - last)
        entry.terminator.targets = [loop if target is block else target for target in entry.terminator.targets]
        between.append(Instruction("br", VOID, [], targets=[block], location=block.terminator.location))
        entry = between
    for phi in block.phis():
        phi.targets = [entry if target is before else target for target in phi.targets]
    block.instructions = [item for item in block.instructions if item in last]
    for item in function.instructions():
        item.operands = [moved.get(operand, operand) for operand in item.operands]


def _copy(
    block: Block,
    part: set[Instruction],
    loop: Block,
    after: Block,
    entries: tuple[Block, Block],
    origin: dict[Instruction, Instruction],
) -> dict[Value, Value]:
    """Write a part of ``block`` into ``loop``; of ``entries`` the first is where the loop was entered from."""
    blocks = {block: loop, entries[0]: entries[1]}
    copies: dict[Value, Value] = {}
    twins: list[Instruction] = []
    for item in block.instructions:
        if item in part:
            twin = loop.append(item.twin(list(item.operands), [blocks.get(target, after) for target in item.targets]))
            twins.append(twin)
            copies[item] = twin
            if item in origin:
                origin[twin] = origin[item]
    for twin in twins:
        twin.operands = [copies.get(operand, operand) for operand in twin.operands]
    return copies


__all__ = ["split_loops"]
