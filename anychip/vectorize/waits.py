"""Barriers: the group gives the word back to its caller and is called again (docs/design/kernel_abi.md).

What lives across a barrier goes from its slots to the frame and back, or is computed anew (``renewal``).
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.liveness import live_after
from anychip.ir import I1, Function, Instruction, align_of, align_up, size_of
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.renewal import renew, split_live
from anychip.vectorize.rounds import CACHE_LINE
from anychip.vectorize.shapes import LaneShapes
from anychip.vectorize.votes import result_of, tell


@dataclass(frozen=True)
class _Slot:
    """A slot to save: its LLVM type and size in bytes."""

    name: str
    type: str
    bytes: int

    @property
    def alignment(self) -> int:
        """Of its place in the frame: a vector lies in as few cache lines as it can."""
        return min(CACHE_LINE, 1 << (self.bytes - 1).bit_length())

    @staticmethod
    def of(emitter: LaneEmitter, value: Instruction, point: Instruction) -> _Slot | None:
        """Where a value lies that is used behind ``point``; None if only behind other points."""
        assert point.block is not None
        size = align_up(size_of(value.type), align_of(value.type))
        if emitter.shapes.is_past(value, point.block):
            return _Slot(emitter.latches[value], emitter.wide(value.type), size * emitter.width)
        if value not in emitter.slots:
            return None
        lanes = emitter.width if emitter.shapes.stride(value) is None else 1
        return _Slot(emitter.slots[value], emitter.slot_type(value), size * lanes)


class Waits:
    """The frame of one function that waits, and the labels it is resumed at; ``rounds``: by ``rounds``'s run_block."""

    def __init__(self, shapes: LaneShapes, function: Function, *, rounds: bool) -> None:
        points = [item for item in function.instructions() if item.opcode in BARRIERS]
        order = {instruction: index for index, instruction in enumerate(function.instructions())}
        self._rounds = rounds
        self._kept: dict[Instruction, list[Instruction]] = {}
        self._renewed: dict[Instruction, list[Instruction]] = {}
        for point, live in live_after(function, points).items():
            kept, renewed = split_live(shapes, point, live)
            self._kept[point] = sorted(kept, key=order.__getitem__)
            self._renewed[point] = sorted(renewed, key=order.__getitem__)
        self._places: dict[int, list[int]] = {}
        self._usual: dict[str, int] = {}
        self.labels: list[str] = []
        self.size = 8  # the mask comes first

    def local(self, emitter: LaneEmitter, bytes_: int, alignment: int) -> str:
        """The address of local memory in the frame."""
        if alignment > CACHE_LINE:
            raise RefusedError(f"local memory aligned to {alignment} bytes in a kernel with barriers")
        name = emitter.fresh("local")
        emitter.entry_lines.append(f"  {name} = getelementptr i8, ptr %frame, i64 {self._reserve(bytes_, CACHE_LINE)}")
        return name

    def suspend(self, emitter: LaneEmitter, point: Instruction, mask: str) -> str:
        """Wait at a barrier; returns the mask as it is after, if there is one."""
        tell(emitter, point, rounds=self._rounds)
        kept = [_Slot.of(emitter, value, point) for value in self._kept[point]]
        slots = list(dict.fromkeys(slot for slot in kept if slot))
        places = self._lay_out(slots)
        for slot in slots:
            _move(emitter, slot, places[slot], save=True)
        number = f"i{emitter.width}"
        if mask:
            emitter.emit(f"store {number} {emitter.bits(mask)}, ptr %frame, align 8")
        label = f"resume{len(self.labels) + 1}"
        self.labels.append(label)
        emitter.emit(f"ret i32 {len(self.labels)}")
        emitter.start_block(label)
        emitter.known, emitter.mask = {}, ""
        for slot in slots:
            _move(emitter, slot, places[slot], save=False)
        for value in self._renewed[point]:
            renew(emitter, value)
        if point.opcode == "barrier.reduce":
            emitter.define(point, scalar=result_of(emitter, point, rounds=self._rounds))
        if not mask:
            return ""
        bits = emitter.op(f"load {number}, ptr %frame, align 8")
        return emitter.op(f"bitcast {number} {bits} to {emitter.wide(I1)}")

    def _lay_out(self, slots: list[_Slot]) -> dict[_Slot, int]:
        """Places in the frame, which other slots may take at other barriers; each has its usual one if it can."""
        found: dict[_Slot, int] = {}
        for slot in sorted(slots, key=lambda slot: slot.name not in self._usual):
            places = self._places.setdefault(slot.bytes, [])
            wanted = [self._usual[slot.name], *places] if slot.name in self._usual else places
            place = next((place for place in wanted if place not in found.values()), None)
            if place is None:
                place = self._reserve(slot.bytes, slot.alignment)
                places.append(place)
            found[slot] = self._usual[slot.name] = place
        return found

    def _reserve(self, bytes_: int, alignment: int) -> int:
        place = align_up(self.size, alignment)
        self.size = place + bytes_
        return place


def _move(emitter: LaneEmitter, slot: _Slot, place: int, *, save: bool) -> None:
    frame = emitter.address("%frame", place)
    source, target = (slot.name, frame) if save else (frame, slot.name)
    alignments = ("", f", align {slot.alignment}")
    text = emitter.op(f"load {slot.type}, ptr {source}{alignments[not save]}")
    emitter.emit(f"store {slot.type} {text}, ptr {target}{alignments[save]}")
