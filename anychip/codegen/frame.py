"""The frame of a resumable function: where its return value, arguments, local arrays and saved values lie.

A frame starts with the return value, then the arguments, each at natural alignment: a caller lays these out from
the signature alone. Behind them: the record of the call that is under way, copies of by-value arguments, local
arrays, and the values that are live across some yield, each also in a native stack slot while the function runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from anychip.analysis.liveness import live_after
from anychip.codegen.kernel_abi import FRAME_ALIGNMENT
from anychip.ir import (
    Argument,
    Function,
    FunctionType,
    Instruction,
    Type,
    VoidType,
    align_of,
    align_up,
    size_of,
)

# Callee's frame, its state, and the function called.
RECORD_FRAME, RECORD_STATE, RECORD_FUNCTION, RECORD_BYTES = 0, 8, 16, 24


@dataclass
class Frame:
    """Byte offsets in the frame; ``slots`` names the stack slot of each saved value. Empty if nothing can yield."""

    arguments: dict[Argument, int] = field(default_factory=dict)
    copies: dict[Argument, int] = field(default_factory=dict)
    arrays: dict[Instruction, int] = field(default_factory=dict)
    saved: dict[Instruction, int] = field(default_factory=dict)
    slots: dict[Instruction, str] = field(default_factory=dict)
    live: dict[Instruction, tuple[Instruction, ...]] = field(default_factory=dict)
    record: int = 0
    size: int = 0


def signature_layout(signature: FunctionType) -> tuple[list[int], int]:
    """Offset of each argument behind the return value (which is at 0), and the end of the last."""
    position = 0 if isinstance(signature.result, VoidType) else size_of(signature.result)
    offsets = []
    for type_ in signature.parameters:
        position = align_up(position, align_of(type_))
        offsets.append(position)
        position += size_of(type_)
    return offsets, position


def plan_frame(
    function: Function,
    yields: Iterable[Instruction],
    copies: Iterable[Argument],
    recomputed: frozenset[Instruction],
) -> Frame:
    """Lay out the frame. ``recomputed`` values are never saved; ``copies`` are by-value arguments to be copied."""
    frame = Frame()
    position = 0
    if not function.kernel:
        offsets, position = signature_layout(function.function_type)
        frame.arguments = dict(zip(function.arguments, offsets, strict=True))
    layout = _Layout(position)
    frame.record = layout.place(RECORD_BYTES, 8)
    for argument in copies:
        pointee = argument.attributes.by_value
        assert pointee is not None
        frame.copies[argument] = layout.place(size_of(pointee), max(align_of(pointee), argument.attributes.alignment))
    for instruction in function.instructions():
        if instruction.opcode == "alloca":
            frame.arrays[instruction] = layout.place(*array_shape(instruction))
    order = {instruction: index for index, instruction in enumerate(function.instructions())}
    for point, values in live_after(function, yields).items():
        frame.live[point] = tuple(sorted(values - recomputed - frame.arrays.keys(), key=order.__getitem__))
    _place_saved(frame, layout)
    frame.size = align_up(layout.position, FRAME_ALIGNMENT)
    return frame


def array_shape(alloca: Instruction) -> tuple[int, int]:
    """Bytes and alignment of a local array."""
    allocated = alloca.attributes["allocated"]
    assert not isinstance(allocated, (int, str, tuple))
    type_: Type = allocated
    return size_of(type_), max(alloca.number("alignment", 1), 1)


@dataclass
class _Layout:
    position: int

    def place(self, size: int, alignment: int) -> int:
        """Reserve bytes; beyond the frame's own alignment there is room for the address to be rounded up."""
        slack = max(alignment - FRAME_ALIGNMENT, 0)
        offset = align_up(self.position, min(alignment, FRAME_ALIGNMENT))
        self.position = offset + size + slack
        return offset


def _place_saved(frame: Frame, layout: _Layout) -> None:
    for value in (value for values in frame.live.values() for value in values):
        if value in frame.slots:
            continue
        alignment = align_of(value.type)
        frame.slots[value] = f"%s{len(frame.slots)}"
        frame.saved[value] = layout.place(align_up(size_of(value.type), alignment), alignment)
