"""Pass: the stretches of a kernel in which parts of a lane may go different ways become sections.

requires: a kernel that ``pipeline.prepare`` has made; provides: for each branch that depends on the part a *section*
around it, with one way in and one way out; breaks: names of values (``clone.name_values``).
A section is entered at its head, which is the header of a loop or holds nothing but a branch, and left for its join,
a block of its own whose phis bring out whatever is used behind it. Sections are as small as they can be and do not
overlap; those inside of others are found by looking again, with the inside of the other as ``within``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import DominatorTree, dominator_tree
from anychip.analysis.loops import Loop, loop_nest
from anychip.analysis.postdominance import post_dominators
from anychip.ir import VOID, Block, Function, Instruction, Value
from anychip.vectorize.clone import BARRIERS, gather_edges, split_after
from anychip.vectorize.parts import Parts
from anychip.vectorize.refusal import RefusedError


@dataclass(eq=False)
class Section:
    """``blocks`` are those inside, the head among them, the join not.

    ``latch`` closes a loop and alone leaves it; a loop that is left from elsewhere too has none.
    """

    head: Block
    join: Block
    blocks: set[Block]
    is_loop: bool
    latch: Block | None = None


@dataclass
class Sections:
    """What depends on the part in a stretch of code, and its sections by head."""

    dependent: set[Value]
    by_head: dict[Block, Section] = field(default_factory=dict)

    def inside(self) -> set[Block]:
        """The blocks of all sections."""
        return set[Block]().union(*(section.blocks for section in self.by_head.values()))


def unite_ends(function: Function) -> None:
    """Let all threads end in one block."""
    ends = [block for block in function.blocks if block.terminator.opcode in ("ret", "exit")]
    if len(ends) < 2:
        return
    last = function.add_block("end")
    last.append(Instruction("ret", VOID, [], location=ends[0].terminator.location))
    for block in ends:
        old = block.instructions.pop()
        block.append(Instruction("br", VOID, [], targets=[last], location=old.location))


def find_sections(
    function: Function,
    parts: Parts,
    within: set[Block],
    outside: set[Value],
    *,
    latch: Block | None = None,
    around: list[set[Block]] | None = None,
) -> Sections:
    """The sections of the blocks ``within``, if the values ``outside`` depend on the part; the branch of ``latch`` may.

    New blocks are put into ``within`` and each set in ``around``. Raises RefusedError for branches that have no such
    section, or one with a barrier.
    """
    found = Sections(set())
    while True:
        inside = found.inside()
        joined: set[Value] = {phi for section in found.by_head.values() for phi in section.join.phis()}
        found.dependent = parts.dependent(within - inside, outside | joined)
        branch = next(
            (block for block in _ordered(function, within - inside - {latch}) if _parts_at(block, found)), None
        )
        if branch is None:
            return found
        section = _Cutter(function, [within, *(around or [])]).cut(branch)
        if not section.blocks <= within:
            raise RefusedError("parts of a lane that do not meet again", branch.terminator)
        found.by_head = {head: old for head, old in found.by_head.items() if head not in section.blocks}
        found.by_head[section.head] = section


def _ordered(function: Function, blocks: set[Block]) -> list[Block]:
    return [block for block in function.blocks if block in blocks]


def _parts_at(block: Block, found: Sections) -> bool:
    return len(block.successors) > 1 and block.terminator.operands[0] in found.dependent


class _Cutter:
    def __init__(self, function: Function, sets: list[set[Block]]) -> None:
        self.function = function
        self.sets = sets
        self.flow: ControlFlow = control_flow(function)
        self.tree: DominatorTree = dominator_tree(self.flow)
        self.nest = loop_nest(self.flow, self.tree)
        self.after = post_dominators(self.flow).immediate

    def cut(self, branch: Block) -> Section:
        """Make a section around a branch."""
        head, behind, blocks, loop = self._extent(branch)
        for block in blocks:
            if any(item.opcode in BARRIERS for item in block.instructions):
                raise RefusedError("a barrier where parts of a lane may have gone different ways", branch.terminator)
        if loop:
            self._enter_once(head, blocks)
        else:
            blocks.remove(head)
            head = self._split_branch(head)
            blocks.add(head)
        join = self._join(blocks, behind)
        latch = None
        if loop and [source for source, _ in loop.exits] == list(loop.latches) and blocks == loop.blocks:
            latch = loop.latches[0]
        return Section(head, join, blocks, loop is not None, latch)

    def _extent(self, branch: Block) -> tuple[Block, Block, set[Block], Loop | None]:
        """Head, the block that follows, the blocks between, and the loop if that is what the section is."""
        head, loop = branch, None
        while True:
            behind = self._behind(head, loop)
            left = [outer for outer in self.nest.containing(head) if behind not in outer.blocks]
            if left and left[-1] is not loop:
                loop = left[-1]
                head = loop.header
                continue
            blocks = _between(head, behind)
            top = head
            for block in blocks:
                while not self.tree.dominates(top, block):
                    top = self.tree.immediate[top]
            if top is head:
                return head, behind, blocks, loop
            head, loop = top, None

    def _behind(self, head: Block, loop: Loop | None) -> Block:
        """The nearest block that all ways from ``head`` come to, outside of ``loop``."""
        behind = self.after[head]
        while behind is not None and loop and behind in loop.blocks:
            behind = self.after[behind]
        if behind is None:
            raise RefusedError("parts of a lane that do not meet again", head.terminator)
        return behind

    def _new(self, block: Block, inside: set[Block] | None = None) -> Block:
        for blocks in [*self.sets, *([inside] if inside is not None else [])]:
            blocks.add(block)
        return block

    def _split_branch(self, head: Block) -> Block:
        """A block that holds nothing but the branch of ``head``."""
        if len(head.instructions) == 1:
            return head
        return self._new(split_after(self.function, head, head.instructions[-2]))

    def _enter_once(self, head: Block, blocks: set[Block]) -> None:
        """Let all ways into a loop come by one edge."""
        sources = [block for block in self.flow.predecessors[head] if block not in blocks]
        if len(sources) > 1:
            self._gather(head, sources, "front")

    def _gather(self, target: Block, sources: list[Block], stem: str) -> Block:
        name = f"{target.name}.{stem}{len(self.function.blocks)}"
        return self._new(gather_edges(self.function, target, sources, name))

    def _join(self, blocks: set[Block], behind: Block) -> Block:
        """The block that a section is left for, with phis for all that is used behind it."""
        sources = [block for block in control_flow(self.function).predecessors[behind] if block in blocks]
        join = self._gather(behind, sources, "join")
        users: dict[Instruction, list[Instruction]] = {}
        for block in self.function.blocks:
            if block in blocks:
                continue
            for item in block.instructions:
                own = item.operands if block is not join or item.opcode != "phi" else []
                for operand in own:
                    if isinstance(operand, Instruction) and operand.block in blocks:
                        users.setdefault(operand, []).append(item)
        for value, items in users.items():
            phi = Instruction("phi", value.type, [value] * len(sources), targets=list(sources), location=value.location)
            phi.block = join
            join.instructions.insert(0, phi)
            for item in items:
                item.operands = [phi if operand is value else operand for operand in item.operands]
        return join


def _between(head: Block, behind: Block) -> set[Block]:
    """The blocks from ``head`` on that come before ``behind``."""
    found = {head}
    work = [head]
    while work:
        fresh = [block for block in work.pop().successors if block is not behind and block not in found]
        found.update(fresh)
        work += fresh
    return found


__all__ = ["Section", "Sections", "find_sections", "unite_ends"]
