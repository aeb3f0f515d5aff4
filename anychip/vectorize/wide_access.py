"""One piece of memory that lies lane after lane: a plain or masked vector access."""

from __future__ import annotations

from anychip.ir import I1, Type
from anychip.vectorize.lane_emitter import LaneEmitter


def load_vector(emitter: LaneEmitter, type_: Type, base: str, alignment: int) -> str:
    """The lanes' values; those of inactive lanes are zero and not read."""
    wide, align = emitter.wide(type_), f"align {alignment}"
    if not emitter.mask:
        return emitter.op(f"load {wide}, ptr {base}, {align}")
    mask = emitter.wide(I1)
    name = f"llvm.masked.load.{emitter.vector_suffix(type_)}.p0"
    callee = emitter.context.intrinsic(name, wide, ["ptr", mask, wide])
    return emitter.op(f"call {callee}(ptr {align} {base}, {mask} {emitter.mask}, {wide} zeroinitializer)")


def store_vector(emitter: LaneEmitter, type_: Type, text: str, base: str, alignment: int) -> None:
    """Store in the active lanes."""
    wide, align = emitter.wide(type_), f"align {alignment}"
    if not emitter.mask:
        emitter.emit(f"store {wide} {text}, ptr {base}, {align}")
        return
    mask = emitter.wide(I1)
    name = f"llvm.masked.store.{emitter.vector_suffix(type_)}.p0"
    callee = emitter.context.intrinsic(name, "void", [wide, "ptr", mask])
    emitter.emit(f"call {callee}({wide} {text}, ptr {align} {base}, {mask} {emitter.mask})")


__all__ = ["load_vector", "store_vector"]
