"""Barriers: the group gives the word back to its caller and is called again (docs/design/kernel_abi.md).

What lives across a barrier goes from its slots to the frame and back.
"""

from __future__ import annotations

from anychip.analysis.dominance import DominatorTree
from anychip.analysis.liveness import live_after
from anychip.codegen.kernel_abi import FRAME_ALIGNMENT
from anychip.codegen.llvm_types import type_text
from anychip.codegen.suspend import ask, read_result
from anychip.ir import I1, Function, Instruction, align_of, align_up, size_of
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.rounds import runs_in_rounds


class Waits:
    """The frame of one function that waits, and the labels it is resumed at."""

    def __init__(self, function: Function, extra: set[Instruction], dominators: DominatorTree) -> None:
        """``extra``: values that are used where the IR does not say so, wherever they are available."""
        points = [item for item in function.instructions() if item.opcode in BARRIERS]
        order = {instruction: index for index, instruction in enumerate(function.instructions())}
        live = live_after(function, points)
        self._rounds = runs_in_rounds(function)
        self._live: dict[Instruction, list[Instruction]] = {}
        for point, values in live.items():
            known = values | {item for item in extra if _dominates(dominators, item, point)}
            self._live[point] = sorted(known, key=order.__getitem__)
        self._places: dict[Instruction, int] = {}
        self.labels: list[str] = []
        self.size = FRAME_ALIGNMENT  # the mask comes first

    def local(self, emitter: LaneEmitter, bytes_: int, alignment: int) -> str:
        """The address of local memory in the frame."""
        if alignment > FRAME_ALIGNMENT:
            raise RefusedError(f"local memory aligned to {alignment} bytes in a kernel with barriers")
        name = emitter.fresh("local")
        emitter.entry_lines.append(f"  {name} = getelementptr i8, ptr %frame, i64 {self._reserve(bytes_)}")
        return name

    def suspend(self, emitter: LaneEmitter, point: Instruction, mask: str) -> str:
        """Wait at a barrier; returns the mask as it is after, if there is one."""
        if not self._rounds:
            _ask_scheduler(emitter, point)
        elif point.opcode == "barrier.reduce":
            _vote(emitter, point)
        values = [value for value in self._live[point] if value in emitter.slots]
        for value in values:
            self._move(emitter, value, save=True)
        number = f"i{emitter.width}"
        if mask:
            emitter.emit(f"store {number} {emitter.bits(mask)}, ptr %frame, align {FRAME_ALIGNMENT}")
        label = f"resume{len(self.labels) + 1}"
        self.labels.append(label)
        emitter.emit(f"ret i32 {len(self.labels)}")
        emitter.start_block(label)
        emitter.known = {}
        for value in values:
            self._move(emitter, value, save=False)
        if point.opcode == "barrier.reduce":
            read = _read_votes(emitter, point) if self._rounds else read_result(emitter, point.type)
            emitter.define(point, scalar=read)
        if not mask:
            return ""
        bits = emitter.op(f"load {number}, ptr %frame, align {FRAME_ALIGNMENT}")
        return emitter.op(f"bitcast {number} {bits} to {emitter.wide(I1)}")

    def _move(self, emitter: LaneEmitter, value: Instruction, *, save: bool) -> None:
        type_, slot = emitter.slot_type(value), emitter.slots[value]
        if value not in self._places:
            lanes = emitter.width if emitter.shapes.stride(value) is None else 1
            self._places[value] = self._reserve(align_up(size_of(value.type), align_of(value.type)) * lanes)
        place = emitter.address("%frame", self._places[value])
        source, target = (slot, place) if save else (place, slot)
        alignments = ("", f", align {FRAME_ALIGNMENT}")
        text = emitter.op(f"load {type_}, ptr {source}{alignments[not save]}")
        emitter.emit(f"store {type_} {text}, ptr {target}{alignments[save]}")

    def _reserve(self, bytes_: int) -> int:
        place = self.size
        self.size = align_up(place + bytes_, FRAME_ALIGNMENT)
        return place


def _dominates(dominators: DominatorTree, value: Instruction, point: Instruction) -> bool:
    assert value.block is not None
    assert point.block is not None
    return value is not point and dominators.dominates(value.block, point.block)


def _ask_scheduler(emitter: LaneEmitter, point: Instruction) -> None:
    emitter.lane_texts = dict.fromkeys(point.operands[1:], "false" if point.opcode == "barrier.reduce" else "0")
    ask(emitter, point)
    emitter.lane_texts = {}
    if point.opcode == "barrier.reduce":
        _put_predicates(emitter, point)


def _vote(emitter: LaneEmitter, point: Instruction) -> None:
    """Add to what the block's groups count together: the lanes that say true, and the lanes there are."""
    truth, text = emitter.wide(I1), emitter.vector(point.operands[1])
    yes = emitter.op(f"and {truth} {text}, {emitter.active()}")
    for index, mask in ((1, yes), (2, emitter.active())):
        number = f"i{emitter.width}"
        found = emitter.call(f"llvm.ctpop.{number}", number, (number, emitter.bits(mask)))
        place = emitter.thread_field("operand", index)
        before = emitter.op(f"load i64, ptr {place}, align 8")
        total = emitter.op(f"add i64 {before}, {emitter.op(f'zext {number} {found} to i64')}")
        emitter.emit(f"store i64 {total}, ptr {place}, align 8")


def _read_votes(emitter: LaneEmitter, point: Instruction) -> str:
    """The result of all groups' votes."""
    yes, all_ = (emitter.op(f"load i64, ptr {emitter.thread_field('result', index)}, align 8") for index in (0, 1))
    if point.text("operation") == "popc":
        return emitter.op(f"trunc i64 {yes} to {type_text(point.type)}")
    test = f"icmp eq i64 {yes}, {all_}" if point.text("operation") == "and" else f"icmp ne i64 {yes}, 0"
    result = emitter.op(test)
    return result if point.type == I1 else emitter.op(f"zext i1 {result} to {type_text(point.type)}")


def _put_predicates(emitter: LaneEmitter, point: Instruction) -> None:
    """A bit for each lane; lanes that have ended must not change the result."""
    truth, text = emitter.wide(I1), emitter.vector(point.operands[1])
    if emitter.mask and point.text("operation") == "and":
        others = emitter.op(f"xor {truth} {emitter.mask}, splat (i1 true)")
        text = emitter.op(f"or {truth} {text}, {others}")
    elif emitter.mask:
        text = emitter.op(f"and {truth} {text}, {emitter.mask}")
    bits = emitter.op(f"zext i{emitter.width} {emitter.bits(text)} to i64")
    missing = emitter.op(f"zext i32 {emitter.op('sub i32 64, %existing')} to i64")
    bits = emitter.op(f"and i64 {bits}, {emitter.op(f'lshr i64 -1, {missing}')}")
    emitter.emit(f"store i64 {bits}, ptr {emitter.thread_field('operand', 1)}, align 8")
