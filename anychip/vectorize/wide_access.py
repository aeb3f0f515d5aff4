"""One piece of memory that lies lane after lane: a plain or masked vector access."""

from __future__ import annotations

from anychip.ir import I1, Type
from anychip.vectorize.lane_emitter import LaneEmitter


def load_vector(emitter: LaneEmitter, type_: Type, base: str, alignment: int, mask: str | None = None) -> str:
    """The lanes' values; those of inactive lanes are zero and not read. ``mask``: elements, if not those of lanes."""
    wide, align = emitter.wide(type_), f"align {alignment}"
    truth = emitter.mask if mask is None else mask
    if not truth:
        return emitter.op(f"load {wide}, ptr {base}, {align}")
    masks = emitter.wide(I1)
    name = f"llvm.masked.load.{emitter.vector_suffix(type_)}.p0"
    callee = emitter.context.intrinsic(name, wide, ["ptr", masks, wide])
    return emitter.op(f"call {callee}(ptr {align} {base}, {masks} {truth}, {wide} zeroinitializer)")


def store_vector(
    emitter: LaneEmitter, type_: Type, text: str, base: str, alignment: int, mask: str | None = None
) -> None:
    """Store in the active lanes. ``mask``: elements, if not those of lanes."""
    wide, align = emitter.wide(type_), f"align {alignment}"
    truth = emitter.mask if mask is None else mask
    if not truth:
        emitter.emit(f"store {wide} {text}, ptr {base}, {align}")
        return
    masks = emitter.wide(I1)
    name = f"llvm.masked.store.{emitter.vector_suffix(type_)}.p0"
    callee = emitter.context.intrinsic(name, "void", [wide, "ptr", masks])
    emitter.emit(f"call {callee}({wide} {text}, ptr {align} {base}, {masks} {truth})")


__all__ = ["load_vector", "store_vector"]
