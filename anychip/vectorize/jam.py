"""Pass: several threads per lane, in kernels whose threads may go different ways between barriers.

requires: a kernel that ``pipeline.prepare`` has made, which it changes (``sections``); provides: a copy in which what
depends on the part (``parts``) is there once for each, side by side, and everything else once; breaks: nothing else.
A section, in which parts may go different ways, runs for one part after the other. Of a loop that only its end leaves
there is one for all parts first, as long as all of them stay, and what is left of it is done part by part; a branch
around loops is taken by all parts together if they agree. So the loads and sums of all parts are in flight at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from anychip.analysis.cfg import control_flow
from anychip.ir import I1, VOID, Block, ConstantInt, Function, Instruction, Value
from anychip.vectorize.clone import BARRIERS, empty_copy, name_values
from anychip.vectorize.parts import Parts
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.sections import Section, Sections, find_sections, unite_ends
from anychip.vectorize.simplify_phis import simplify_phis
from anychip.vectorize.warp_ops import WARP_OPERATIONS


@dataclass
class Jammed:
    """A kernel for several threads per lane; ``origin`` says where its instructions come from."""

    function: Function
    origin: dict[Instruction, Instruction]


def jam(kernel: Function, origin: dict[Instruction, Instruction], parts: Parts) -> Jammed:
    """The kernel for ``parts.count`` threads per lane. Raises RefusedError."""
    refused = next(filter(parts.refuses, kernel.instructions()), None)
    if refused:
        raise RefusedError(f"{refused.opcode} in several parts of a lane", refused)
    unite_ends(kernel)
    body = set(kernel.blocks)
    sections = find_sections(kernel, parts, body, set())
    writer = _Writer(kernel, origin, parts)
    writer.together(_Copy(), body, sections)
    simplify_phis(writer.out, writer.origin)
    fold_blocks(writer.out)
    name_values(writer.out)
    return Jammed(writer.out, writer.origin)


@dataclass
class _Copy:
    """What values and blocks of the kernel are in one copy of some of its blocks.

    A value is one for all parts, or one for each. ``starts`` are the blocks that ways to a block lead to, ``ends``
    those that ways from it come from.
    """

    values: dict[Value, list[Value]] = field(default_factory=dict)
    starts: dict[Block, Block] = field(default_factory=dict)
    ends: dict[Block, Block] = field(default_factory=dict)
    phis: list[tuple[Instruction, list[Instruction]]] = field(default_factory=list)

    def of(self, value: Value, part: int) -> Value:
        """A value as a part has it."""
        found = self.values.get(value, [value])
        return found[part if len(found) > 1 else 0]

    def fill(self, entry: dict[Instruction, Value] | None = None, head: Block | None = None) -> None:
        """Give the phis their arms. Along ways from outside phis of ``head`` take what ``entry`` says."""
        for phi, twins in self.phis:
            for value, source in zip(phi.operands, phi.targets, strict=True):
                enters = entry is not None and phi.block is head and source not in self.starts
                for part, twin in enumerate(twins):
                    twin.operands.append(entry[phi] if entry and enters else self.of(value, part))
                    twin.targets.append(self.ends[source])


_Outcome = tuple[list[list[Value]], Block]
"""For each phi of a section's join what it is for each part, and the block that control is in then."""


class _Writer:
    def __init__(self, kernel: Function, origin: dict[Instruction, Instruction], parts: Parts) -> None:
        self.kernel = kernel
        self.from_kernel = origin
        self.parts = parts
        self.out = empty_copy(kernel, kernel.name)
        self.origin: dict[Instruction, Instruction] = {}
        # The blocks of all that is being written around the present place: they get what finding sections adds.
        self.around: list[set[Block]] = []

    # -- all parts side by side ----------------------------------------------------------------------------------

    def together(self, copy: _Copy, blocks: set[Block], sections: Sections, latch: Block | None = None) -> None:
        """Write ``blocks`` for all parts at once, up to the branch of ``latch``."""
        inside = sections.inside()
        order = self._ordered(blocks - (inside - set(sections.by_head)))
        for block in order:
            copy.starts[block] = self._block(block)
        for block in order:
            if block in sections.by_head:
                self._section(copy, sections.by_head[block], sections)
                continue
            copy.ends[block] = copy.starts[block]
            for item in block.instructions[: -1 if block is latch else None]:
                if item not in copy.values:
                    count = self.parts.count if item in sections.dependent else 1
                    self._put(copy, item, copy.starts[block], range(count))
        copy.fill()

    def _within(self, copy: _Copy, blocks: set[Block], outside: set[Value], latch: Block | None = None) -> None:
        """Write blocks of a section for all parts at once, with sections of their own."""
        found = find_sections(self.kernel, self.parts, blocks, outside, latch=latch, around=self.around)
        self.around.append(blocks)
        self.together(copy, blocks, found, latch)
        self.around.pop()

    def _put(self, copy: _Copy, item: Instruction, into: Block, which: range) -> None:
        """An instruction for some of the parts, or for all of them in one."""
        if self.parts.is_index(item):
            first = self._append(into, item, [])
            copy.values[item] = [self._index(into, first, item, part) for part in which]
            return
        operands = [[copy.of(operand, k) for operand in item.operands] for k in range(len(which))]
        is_phi = item.opcode == "phi"
        targets = [] if is_phi else [copy.starts[target] for target in item.targets]
        twins = [self._append(into, item, [] if is_phi else own, targets) for own in operands]
        copy.values[item] = list(twins)
        if is_phi:
            copy.phis.append((item, twins))

    def _index(self, into: Block, first: Instruction, item: Instruction, part: int) -> Value:
        if not part:
            return first
        index = into.append(self.parts.index_of(first, part))
        return self._note(index, item)

    # -- sections ------------------------------------------------------------------------------------------------

    def _section(self, copy: _Copy, section: Section, outer: Sections) -> None:
        """Write a section; the phis of its join are then known for each part."""
        here, branch = copy.starts[section.head], section.head.terminator
        # Lanes of a warp must meet as they would without parts: those that leave together with another part would not.
        alone = any(item.opcode in WARP_OPERATIONS for block in section.blocks for item in block.instructions)
        side = None if alone else _side_with_loops(self.kernel, section)
        if section.latch and not alone:
            outcomes = [self._jam_loop(copy, section, section.latch, here, outer.dependent)]
        elif side and branch.operands[0] in outer.dependent:
            outcomes = self._agree(copy, section, side, here, outer.dependent)
        else:
            outcomes = [self._one_by_one(copy, section, here)]
        join = copy.starts[section.join]
        for _, block in outcomes:
            self._jump(block, join, branch)
        for index, phi in enumerate(list(section.join.phis())):
            twins = [self._append(join, phi, []) for _ in range(self.parts.count)]
            for part, twin in enumerate(twins):
                twin.operands = [values[index][part] for values, _ in outcomes]
                twin.targets = [block for _, block in outcomes]
            copy.values[phi] = list(twins)

    def _one_by_one(self, copy: _Copy, section: Section, here: Block) -> _Outcome:
        """The section for one part after the other."""
        by_part: list[list[Value]] = []
        for part in range(self.parts.count):
            own = self._alone(copy, section, part, here)
            self._jump(here, own.starts[section.head], section.head.terminator)
            here = own.starts[section.join]
            by_part.append([self._merge(here, phi, own) for phi in section.join.phis()])
        return [list(values) for values in zip(*by_part, strict=True)], here

    def _alone(
        self, copy: _Copy, section: Section, part: int, here: Block, entry: dict[Instruction, Value] | None = None
    ) -> _Copy:
        """A copy of the section for one part, to be entered from ``here``; its join is left empty."""
        own = _Copy({value: [copy.of(value, part)] for value in copy.values})
        for block in self._ordered(section.blocks):
            own.starts[block] = own.ends[block] = self._block(block)
        own.starts[section.join] = self._block(section.join)
        for source in _sources(self.kernel, section):
            own.ends[source] = here
        for block in self._ordered(section.blocks):
            for item in block.instructions:
                self._put(own, item, own.starts[block], range(part, part + 1))
        own.fill(entry, section.head)
        return own

    def _merge(self, into: Block, phi: Instruction, own: _Copy) -> Instruction:
        """A phi of a join for the ways from one copy that has one part."""
        twin = self._append(into, phi, [own.of(value, 0) for value in phi.operands])
        twin.targets = [own.ends[source] for source in phi.targets]
        return twin

    def _jam_loop(self, copy: _Copy, section: Section, latch: Block, here: Block, outside: set[Value]) -> _Outcome:
        """One loop for all parts until one leaves it, then the rest of it for one after the other."""
        joint = _Copy(dict(copy.values), {}, dict.fromkeys(_sources(self.kernel, section), here))
        self._within(joint, section.blocks, outside, latch)
        self._jump(here, joint.starts[section.head], section.head.terminator)
        branch = latch.terminator
        stays = branch.targets[0] is section.head
        end, here = joint.ends[latch], self._block(section.join)
        together = self._all(joint, branch, end, stays)
        self._branch(end, branch, together, [joint.starts[section.head], here])
        phis = list(section.join.phis())
        by_part: list[list[Value]] = []
        for part in range(self.parts.count):
            entry = {phi: joint.of(_arm(phi, latch), part) for phi in section.head.phis()}
            own = self._alone(copy, section, part, here, entry)
            ways = [own.starts[section.head], own.starts[section.join]]
            self._branch(here, branch, joint.of(branch.operands[0], part), ways if stays else ways[::-1])
            after = own.starts[section.join]
            by_part.append([])
            for phi in phis:
                twin = self._merge(after, phi, own)
                twin.operands.append(joint.of(_arm(phi, latch), part))
                twin.targets.append(here)
                by_part[-1].append(twin)
            here = after
        return [list(values) for values in zip(*by_part, strict=True)], here

    def _agree(self, copy: _Copy, section: Section, side: Block, here: Block, outside: set[Value]) -> list[_Outcome]:
        """All parts together if all take the branch to ``side``, else one after the other."""
        blocks = _side(section, side)
        branch = section.head.terminator
        joint = _Copy(dict(copy.values), {section.join: self._block(section.join)}, {section.head: here})
        self.around.append(section.blocks)
        self._within(joint, blocks, outside)
        self.around.pop()
        side = next(target for target in branch.targets if target in blocks)
        apart = self._block(section.head)
        condition = self._all(copy, branch, here, branch.targets[0] is side)
        self._branch(here, branch, condition, [joint.starts[side], apart])
        end = joint.starts[section.join]
        values: list[list[Value]] = []
        for phi in section.join.phis():
            arms = [
                (value, source) for value, source in zip(phi.operands, phi.targets, strict=True) if source in blocks
            ]
            twins = [
                self._append(end, phi, [joint.of(value, part) for value, _ in arms]) for part in range(self.parts.count)
            ]
            for twin in twins:
                twin.targets = [joint.ends[source] for _, source in arms]
            values.append(list(twins))
        return [(values, end), self._one_by_one(copy, section, apart)]

    # -- the text ------------------------------------------------------------------------------------------------

    def _ordered(self, blocks: set[Block]) -> list[Block]:
        return [block for block in control_flow(self.kernel).reverse_postorder if block in blocks]

    def _block(self, model: Block) -> Block:
        return self.out.add_block(f"{model.name}.{len(self.out.blocks)}")

    def _append(
        self, into: Block, model: Instruction, operands: list[Value], targets: list[Block] | None = None
    ) -> Instruction:
        return self._note(into.append(model.twin(operands, targets)), model)

    def _note(self, twin: Instruction, model: Instruction) -> Instruction:
        if model in self.from_kernel:
            self.origin[twin] = self.from_kernel[model]
        return twin

    def _jump(self, here: Block, target: Block, model: Instruction) -> None:
        here.append(Instruction("br", VOID, [], targets=[target], location=model.location))

    def _branch(self, here: Block, model: Instruction, condition: Value, targets: list[Block]) -> None:
        here.append(Instruction("condbr", VOID, [condition], targets=targets, location=model.location))

    def _all(self, copy: _Copy, branch: Instruction, into: Block, truth: bool) -> Value:
        """Whether the condition of a branch has this truth for all parts."""
        found: Value | None = None
        for part in range(self.parts.count):
            own = copy.of(branch.operands[0], part)
            if not truth:
                own = into.append(Instruction("xor", I1, [own, ConstantInt(I1, 1)], location=branch.location))
            both = Instruction("and", I1, [found, own], location=branch.location) if found else None
            found = into.append(both) if both else own
        assert found is not None
        return found


def _arm(phi: Instruction, source: Block) -> Value:
    return next(value for value, block in zip(phi.operands, phi.targets, strict=True) if block is source)


def _sources(kernel: Function, section: Section) -> list[Block]:
    """Where ways into a section come from."""
    return [block for block in control_flow(kernel).predecessors[section.head] if block not in section.blocks]


def _side(section: Section, start: Block) -> set[Block]:
    """The blocks of a section from ``start`` on."""
    found = {start}
    work = [start]
    while work:
        fresh = [block for block in work.pop().successors if block in section.blocks and block not in found]
        found.update(fresh)
        work += fresh
    return found


def _side_with_loops(kernel: Function, section: Section) -> Block | None:
    """Of the ways from a section's head the first with a loop on it, if ways meet at the join only."""
    if section.is_loop:
        return None
    starts = [target for target in section.head.successors if target in section.blocks]
    sides = [_side(section, start) for start in starts]
    if len(sides) == 2 and sides[0] & sides[1]:
        return None
    position = {block: index for index, block in enumerate(control_flow(kernel).reverse_postorder)}
    for start, side in zip(starts, sides, strict=True):
        if any(position[target] <= position[block] for block in side for target in block.successors):
            return start
    return None


def fold_blocks(function: Function) -> None:
    """Join blocks that only follow each other, but for those behind barriers, which stay as they are."""
    for block in list(function.blocks):
        if block not in function.blocks:
            continue
        while True:
            flow = control_flow(function)
            last = block.instructions[-2].opcode if len(block.instructions) > 1 else ""
            if block.terminator.opcode != "br" or last in BARRIERS:
                break
            target = block.successors[0]
            if target is block or flow.predecessors[target] != [block] or any(True for _ in target.phis()):
                break
            block.instructions.pop()
            for item in target.instructions:
                block.append(item)
            function.blocks.remove(target)
            for after in block.successors:
                for phi in after.phis():
                    phi.targets = [block if source is target else source for source in phi.targets]


__all__ = ["Jammed", "fold_blocks", "jam"]
