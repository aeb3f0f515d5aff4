"""One LLVM function that runs a group of threads: every block in up to two versions, joined by stack slots.

``f.`` blocks run with all lanes, ``m.`` blocks under a mask, ``c.`` blocks ask whether any lane waits at an m. block.
Going from f. to m. is free, because what crosses blocks lies in slots.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from anychip.codegen import control_ops
from anychip.codegen.frame import array_shape
from anychip.codegen.kernel_abi import STATE_ENDED
from anychip.ir import I1, Block, Function, Instruction, Value
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.each_lane import identify_first
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_ops import write_operation
from anychip.vectorize.linearize import Plan
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.waits import Waits
from anychip.vectorize.wide_ops import write_wide

MAX_STACK = 1 << 18
"""Bytes of a group's local array on a worker's native stack."""


@dataclass
class _Moves:
    """What lanes take along an edge: the phis' values, and of loops that they leave the values wanted behind."""

    phis: list[tuple[Instruction, str]]
    latches: list[tuple[Instruction, str]] = field(default_factory=list)


class LaneFunctionWriter:
    """Writes the blocks of one kernel into an emitter."""

    def __init__(self, emitter: LaneEmitter, plan: Plan, waits: Waits | None = None) -> None:
        self.emitter = emitter
        self.plan = plan
        self.waits = waits
        self.names = {block: str(index) for index, block in enumerate(plan.structure.order)}
        self.masks = {block: f"%M{self.names[block]}" for block in plan.structure.order if block in plan.masked}
        emitter.write_vector = write_wide
        self._place_slots(emitter.function)

    def body(self) -> list[str]:
        """The text of all blocks; the first is where all lanes start, unless some do not exist."""
        for block in self.plan.structure.order:
            if self.plan.has_fast(block):
                self._block(block, masked=False)
            if block not in self.plan.masked:
                continue
            if self.plan.pending[block]:
                self._check(block)
            self._block(block, masked=True)
        return self.emitter.lines

    def entry_lines(self) -> list[str]:
        """Slots and masks, all zero."""
        emitter = self.emitter
        places = [(name, emitter.slot_type(owner)) for owner, name in emitter.slots.items()]
        places += [(name, emitter.wide(owner.type)) for owner, name in emitter.latches.items()]
        places += [(name, emitter.wide(I1)) for name in self.masks.values()]
        lines = [f"  {name} = alloca {type_}" for name, type_ in places]
        return [
            *emitter.entry_lines,
            *lines,
            *(f"  store {type_} zeroinitializer, ptr {name}" for name, type_ in places),
        ]

    def start(self) -> str:
        """The label to begin at."""
        return self._label(self.plan.structure.order[0], masked=not self.plan.has_fast(self.plan.structure.order[0]))

    # -- set-up ------------------------------------------------------------------------------------------------

    def _place_slots(self, function: Function) -> None:
        """A slot for each phi and each value that another block uses."""
        emitter = self.emitter
        for block in self.plan.structure.order:
            for instruction in block.instructions:
                if instruction.opcode == "phi":
                    emitter.slots[instruction] = f"%S{len(emitter.slots)}"
                if instruction.opcode == "alloca":
                    size, alignment = array_shape(instruction)
                    bytes_ = (emitter.shapes.stride(instruction) or size) * emitter.width
                    emitter.locals[instruction] = self._local(bytes_, alignment)
        for instruction in function.instructions():
            here = [instruction.block] * len(instruction.operands)
            places = instruction.targets if instruction.opcode == "phi" else here
            for operand, place in zip(instruction.operands, places, strict=True):
                assert place is not None
                self._reach(operand, place)
        for value, loop in emitter.shapes.lasting.items():
            for source in {source for source, _ in loop.exits}:
                if value in emitter.latches and self._is_computed(value, source):
                    self._reach(value, source)

    def _reach(self, value: Value, place: Block) -> None:
        """Make a value available in a block."""
        emitter = self.emitter
        if not isinstance(value, Instruction) or value in emitter.locals:
            return
        if emitter.shapes.is_past(value, place):
            emitter.latches.setdefault(value, f"%L{len(emitter.latches)}")
        elif value in emitter.shapes.lazy:
            for operand in value.operands:
                self._reach(operand, place)
        elif value.block is not place:
            emitter.slots.setdefault(value, f"%S{len(emitter.slots)}")

    def _is_computed(self, value: Instruction, block: Block) -> bool:
        """Whether a value is there at the end of a block."""
        assert value.block is not None
        return self.plan.structure.dominators.dominates(value.block, block)

    def _local(self, bytes_: int, alignment: int) -> str:
        """Memory of all lanes: it must outlive the call if the kernel waits."""
        if self.waits:
            return self.waits.local(self.emitter, bytes_, alignment)
        if bytes_ > MAX_STACK:
            raise RefusedError(f"{bytes_} bytes of local memory in a group")
        return self.emitter.stack(f"[{bytes_} x i8]", max(alignment, 64))

    def _label(self, block: Block, *, masked: bool) -> str:
        return f"{'m' if masked else 'f'}.{self.names[block]}"

    # -- blocks ------------------------------------------------------------------------------------------------

    def _check(self, block: Block) -> None:
        """Go to a masked block if lanes wait there, else on to those where others may."""
        emitter = self.emitter
        emitter.at(None)
        emitter.start_block(f"c.{self.names[block]}")
        some = emitter.any(emitter.op(f"load {emitter.wide(I1)}, ptr {self.masks[block]}"))
        emitter.emit(
            f"br i1 {some}, label %{self._label(block, masked=True)}, label %{self._waiting(self.plan.pending[block])}"
        )

    def _block(self, block: Block, *, masked: bool) -> None:
        emitter = self.emitter
        emitter.at(None)
        emitter.start_block(self._label(block, masked=masked))
        emitter.block = block
        emitter.known = {}
        emitter.mask = ""
        if masked:
            emitter.mask = emitter.op(f"load {emitter.wide(I1)}, ptr {self.masks[block]}")
            emitter.emit(f"store {emitter.wide(I1)} zeroinitializer, ptr {self.masks[block]}")
        others = self.plan.pending[block] if masked else frozenset()
        for instruction in block.instructions[:-1]:
            if not self._is_absent(instruction):
                emitter.at(instruction)
                write_operation(emitter, instruction)
        emitter.at(block.terminator)
        self._terminator(block, others)

    def _is_absent(self, instruction: Instruction) -> bool:
        """Whether nothing is written where the instruction stands."""
        if instruction.opcode in ("phi", "alloca", *BARRIERS) or instruction in self.emitter.shapes.lazy:
            return True
        return instruction.is_pure and self.emitter.shapes.facts.constant_of(instruction) is not None

    def _terminator(self, block: Block, others: frozenset[Block]) -> None:
        terminator = block.terminator
        match terminator.opcode:
            case "br" if self.waits and len(block.instructions) > 1 and block.instructions[-2].opcode in BARRIERS:
                self._wait(block, self.waits)
            case "ret" | "exit":
                self._end(others)
            case "unreachable":
                identify_first(self.emitter)
                control_ops.write_unreachable(self.emitter, terminator)
            case "br":
                self._go(block, terminator.targets[0], others)
            case _ if block in self.plan.divergent:
                self._part(block, others)
            case _:
                self._choose(block, others)

    def _end(self, others: frozenset[Block]) -> None:
        """The active lanes are done; go on where others wait, if they do: the last may just have ended."""
        emitter = self.emitter
        for block in sorted(others, key=self.plan.structure.index.__getitem__):
            some = emitter.any(emitter.op(f"load {emitter.wide(I1)}, ptr {self.masks[block]}"))
            label = emitter.fresh("ended")[1:]
            emitter.emit(f"br i1 {some}, label %{self._label(block, masked=True)}, label %{label}")
            emitter.start_block(label)
        emitter.emit(f"ret i32 {STATE_ENDED}" if self.waits else "ret void")

    def _wait(self, block: Block, waits: Waits) -> None:
        """All lanes there are wait at a barrier; they go on with the next block."""
        emitter, target = self.emitter, block.terminator.targets[0]
        masked = not self.plan.has_fast(target) or bool(emitter.mask)
        mask = emitter.mask or "splat (i1 true)"
        resumed = waits.suspend(emitter, block.instructions[-2], mask if masked else "")
        if masked:
            emitter.emit(f"store {emitter.wide(I1)} {resumed}, ptr {self.masks[target]}")
        emitter.emit(f"br label %{self._label(target, masked=masked)}")

    def _choose(self, block: Block, others: frozenset[Block]) -> None:
        """A branch that all lanes take the same way."""
        emitter, terminator = self.emitter, block.terminator
        condition = emitter.operand(terminator.operands[0])
        labels = [emitter.fresh("e")[1:] for _ in terminator.targets]
        emitter.emit(f"br i1 {condition}, label %{labels[0]}, label %{labels[1]}")
        known = emitter.known
        for label, target in zip(labels, terminator.targets, strict=True):
            emitter.start_block(label)
            emitter.known = dict(known)
            self._go(block, target, others)

    def _part(self, block: Block, others: frozenset[Block]) -> None:
        """A branch that lanes may take either way."""
        emitter, terminator, structure = self.emitter, block.terminator, self.plan.structure
        condition = emitter.vector(terminator.operands[0])
        if any(structure.fails(block, target) for target in terminator.targets):
            self._part_failing(block, condition, others)
            return
        if any(target in structure.ending for target in terminator.targets):
            self._part_ending(block, condition, others)
            return
        if not emitter.mask:
            self._part_together(block, condition)
        truth = emitter.wide(I1)
        inverse = emitter.op(f"xor {truth} {condition}, splat (i1 true)")
        masks = [condition, inverse]
        if emitter.mask:
            masks = [emitter.op(f"and {truth} {emitter.mask}, {mask}") for mask in masks]
        moves = [self._fetch(block, target) for target in terminator.targets]
        for target, mask, move in zip(terminator.targets, masks, moves, strict=True):
            self._commit(block, target, mask, move)
        forward = {target for target in terminator.targets if not structure.is_back(block, target)}
        waiting = others | forward
        back = [index for index in (0, 1) if terminator.targets[index] not in forward]
        onward = self._waiting(waiting) if waiting else ""
        if not back:
            emitter.emit(f"br label %{onward}")
            return
        header = self._label(terminator.targets[back[0]], masked=True)
        emitter.emit(f"br i1 {emitter.any(masks[back[0]])}, label %{header}, label %{onward}")

    def _part_failing(self, block: Block, condition: str, others: frozenset[Block]) -> None:
        """If any lane takes the way that fails the launch, these lanes go on; else all take the other."""
        emitter, targets, truth = self.emitter, block.terminator.targets, self.emitter.wide(I1)
        index = next(i for i in (0, 1) if self.plan.structure.fails(block, targets[i]))
        failing = condition if index == 0 else emitter.op(f"xor {truth} {condition}, splat (i1 true)")
        if emitter.mask:
            failing = emitter.op(f"and {truth} {emitter.mask}, {failing}")
        fail, well = (emitter.fresh(stem)[1:] for stem in ("fail", "well"))
        emitter.emit(f"br i1 {emitter.any(failing)}, label %{fail}, label %{well}")
        known = dict(emitter.known)
        emitter.start_block(fail)
        self._commit(block, targets[index], failing, self._fetch(block, targets[index]))
        emitter.emit(f"br label %{self._label(targets[index], masked=True)}")
        emitter.start_block(well)
        emitter.known = known
        self._go(block, targets[1 - index], others)

    def _part_ending(self, block: Block, condition: str, others: frozenset[Block]) -> None:
        """Some lanes end: they are gone, and wait nowhere."""
        emitter, targets, truth = self.emitter, block.terminator.targets, self.emitter.wide(I1)
        index = next(i for i in (0, 1) if targets[i] in self.plan.structure.ending)
        staying, target = condition, targets[1 - index]
        if target in self.plan.structure.ending:
            self._end(others)
            return
        if index == 0:
            staying = emitter.op(f"xor {truth} {condition}, splat (i1 true)")
        if emitter.mask:
            staying = emitter.op(f"and {truth} {emitter.mask}, {staying}")
        elif self.plan.has_fast(target):
            every, less = (emitter.fresh(stem)[1:] for stem in ("every", "less"))
            emitter.emit(f"br i1 {emitter.all(staying)}, label %{every}, label %{less}")
            known = dict(emitter.known)
            emitter.start_block(every)
            self._go(block, target, others)
            emitter.start_block(less)
            emitter.known = known
        moves = self._fetch(block, target)
        some, none = (emitter.fresh(stem)[1:] for stem in ("some", "none"))
        emitter.emit(f"br i1 {emitter.any(staying)}, label %{some}, label %{none}")
        emitter.start_block(some)
        self._commit(block, target, staying, moves)
        back = self.plan.structure.is_back(block, target)
        onward = self._label(target, masked=True) if back else self._waiting(others | {target})
        emitter.emit(f"br label %{onward}")
        emitter.start_block(none)
        self._end(others)

    def _part_together(self, block: Block, condition: str) -> None:
        """From an all-lanes block: if all lanes go the same way they stay in all-lanes blocks."""
        emitter, targets = self.emitter, block.terminator.targets
        if not any(map(self.plan.has_fast, targets)):
            return
        yes, some, no, mixed = (emitter.fresh(stem)[1:] for stem in ("all", "some", "none", "mixed"))
        emitter.emit(f"br i1 {emitter.all(condition)}, label %{yes}, label %{some}")
        emitter.start_block(some)
        emitter.emit(f"br i1 {emitter.any(condition)}, label %{mixed}, label %{no}")
        known = emitter.known
        for label, target in ((yes, targets[0]), (no, targets[1])):
            emitter.start_block(label)
            emitter.known = dict(known)
            self._go(block, target, frozenset())
        emitter.start_block(mixed)
        emitter.known = known

    # -- edges -------------------------------------------------------------------------------------------------

    def _go(self, block: Block, target: Block, others: frozenset[Block]) -> None:
        """All active lanes take one edge."""
        emitter = self.emitter
        if target in self.plan.structure.ending:
            self._end(others)
            return
        self._commit(block, target, emitter.mask, self._fetch(block, target))
        if not emitter.mask:
            if target in self.masks and not self.plan.has_fast(target):
                emitter.emit(f"store {emitter.wide(I1)} splat (i1 true), ptr {self.masks[target]}")
            emitter.emit(f"br label %{self._label(target, masked=not self.plan.has_fast(target))}")
        elif self.plan.structure.is_back(block, target) or self.plan.structure.fails(block, target):
            emitter.emit(f"br label %{self._label(target, masked=True)}")
        else:
            emitter.emit(f"br label %{self._waiting(others | {target})}")

    def _fetch(self, block: Block, target: Block) -> _Moves:
        """What an edge takes along; all is fetched before any is written."""
        emitter = self.emitter
        phis = ((phi, phi.operands[phi.targets.index(block)]) for phi in target.phis())
        moves = _Moves([(phi, emitter.slot_text(phi, value)) for phi, value in phis])
        for value in emitter.latches:
            body = emitter.shapes.lasting[value].blocks
            if block in body and target not in body and self._is_computed(value, block):
                moves.latches.append((value, emitter.vector(value)))
        return moves

    def _commit(self, block: Block, target: Block, mask: str, moves: _Moves) -> None:
        emitter = self.emitter
        blends = bool(mask) and self.plan.blends(block, target)
        for phi, text in moves.phis:
            emitter.store_slot(phi, text, mask if blends else "")
        for value, text in moves.latches:
            type_, slot = emitter.wide(value.type), emitter.latches[value]
            if mask:
                text = emitter.blend(value.type, mask, text, emitter.op(f"load {type_}, ptr {slot}"))
            emitter.emit(f"store {type_} {text}, ptr {slot}")
        if not mask or target not in self.masks:
            return
        place, truth = self.masks[target], emitter.wide(I1)
        if blends:
            mask = emitter.op(f"or {truth} {mask}, {emitter.op(f'load {truth}, ptr {place}')}")
        emitter.emit(f"store {truth} {mask}, ptr {place}")

    def _waiting(self, blocks: Iterable[Block]) -> str:
        """Where to go on while lanes wait at some of ``blocks``; at the only one they must be."""
        candidates = set(blocks)
        first = self.plan.first(candidates)
        if first not in self.plan.masked:
            return self._label(first, masked=False)
        return self._label(first, masked=True) if len(candidates) == 1 else f"c.{self.names[first]}"


__all__ = ["LaneFunctionWriter"]
