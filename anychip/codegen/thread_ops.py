"""Special registers, time, traps and calls of runtime functions as LLVM text."""

from __future__ import annotations

from collections.abc import Callable

from anychip.codegen.emitter import INVARIANT, Emitter, Kind
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.llvm_types import type_text
from anychip.ir import Instruction

_AXES = {"x": 0, "y": 1, "z": 2}
_BLOCK_VECTORS = {"ntid": "block_dim", "ctaid": "block_idx", "nctaid": "grid_dim"}
# One multiprocessor and one grid are all a thread can see.
_CONSTANTS = {"warpsize": WARP_SIZE, "smid": 0, "nsmid": 1, "gridid": 0}


def write_sreg(emitter: Emitter, instruction: Instruction) -> str:
    """A special register, extended to the width asked for."""
    value = _register(emitter, instruction)
    type_ = type_text(instruction.type)
    return value if type_ == "i32" or not value.startswith("%") else emitter.op(f"zext i32 {value} to {type_}")


def _register(emitter: Emitter, instruction: Instruction) -> str:
    """The 32-bit value."""
    register = instruction.text("register")
    stem, _, axis = register.partition(".")
    if register in _CONSTANTS:
        return str(_CONSTANTS[register])
    if stem == "tid":
        return _thread_index(emitter, _AXES[axis])
    if stem in _BLOCK_VECTORS:
        return emitter.block_field(_BLOCK_VECTORS[stem], "i32", _AXES[axis])
    writer = _REGISTERS.get(register)
    if writer is None:
        raise emitter.unsupported(f"special register %{register}", instruction)
    return writer(emitter)


def _thread_index(emitter: Emitter, axis: int) -> str:
    if emitter.kind == Kind.LANE:
        return f"%tid.{'xyz'[axis]}"
    return emitter.op(f"load i32, ptr {emitter.thread_field('thread_idx', axis)}, align 4{_invariance(emitter)}")


def _linear(emitter: Emitter) -> str:
    if emitter.kind == Kind.LANE:
        return "%linear"
    return emitter.op(f"load i32, ptr {emitter.thread_field('thread_linear')}, align 4{_invariance(emitter)}")


def _invariance(emitter: Emitter) -> str:
    """A strand is one thread for good; run_block goes from thread to thread."""
    return INVARIANT if emitter.resumable else ""


def _lane(emitter: Emitter) -> str:
    return emitter.op(f"and i32 {_linear(emitter)}, {WARP_SIZE - 1}")


def _warp(emitter: Emitter) -> str:
    return emitter.op(f"lshr i32 {_linear(emitter)}, {WARP_SIZE.bit_length() - 1}")


def _warps(emitter: Emitter) -> str:
    rounded = emitter.op(f"add i32 {emitter.block_field('thread_count', 'i32')}, {WARP_SIZE - 1}")
    return emitter.op(f"lshr i32 {rounded}, {WARP_SIZE.bit_length() - 1}")


def _lane_bit(emitter: Emitter) -> str:
    return emitter.op(f"shl i32 1, {_lane(emitter)}")


def _below(emitter: Emitter) -> str:
    return emitter.op(f"add i32 {_lane_bit(emitter)}, -1")


def _inverse(writer: Callable[[Emitter], str]) -> Callable[[Emitter], str]:
    return lambda emitter: emitter.op(f"xor i32 {writer(emitter)}, -1")


def _up_to(emitter: Emitter) -> str:
    return emitter.op(f"or i32 {_below(emitter)}, {_lane_bit(emitter)}")


def _dynamic_bytes(emitter: Emitter) -> str:
    return emitter.block_field("dynamic_shared_bytes", "i32")


def _shared_bytes(emitter: Emitter) -> str:
    return emitter.op(f"add i32 {emitter.block_field('static_shared_bytes', 'i32')}, {_dynamic_bytes(emitter)}")


_REGISTERS: dict[str, Callable[[Emitter], str]] = {
    "laneid": _lane,
    "warpid": _warp,
    "nwarpid": _warps,
    "lanemask_eq": _lane_bit,
    "lanemask_lt": _below,
    "lanemask_le": _up_to,
    "lanemask_gt": _inverse(_up_to),
    "lanemask_ge": _inverse(_below),
    "dynamic_smem_size": _dynamic_bytes,
    "total_smem_size": _shared_bytes,
}


def write_clock(emitter: Emitter, instruction: Instruction) -> str:
    """clock, clock64 and globaltimer."""
    source = "anychip_globaltimer" if instruction.text("register").startswith("globaltimer") else "anychip_clock"
    value = emitter.op(f"call i64 {emitter.context.service(source)}()")
    type_ = type_text(instruction.type)
    return value if type_ == "i64" else emitter.op(f"trunc i64 {value} to {type_}")


def write_trap(emitter: Emitter, instruction: Instruction) -> str:
    """End the launch with an error that names this place."""
    site = emitter.site(instruction)
    emitter.emit(f"call void {emitter.context.service('anychip_trap')}(ptr %thread, i32 signext {site})")
    return ""


def _vprintf(emitter: Emitter, call: Instruction, texts: list[str]) -> str:
    callee = emitter.context.service("anychip_vprintf")
    return emitter.op(f"call signext i32 {callee}(ptr %thread, ptr {texts[0]}, ptr {texts[1]})")


def _assert_fail(emitter: Emitter, call: Instruction, texts: list[str]) -> str:
    callee = emitter.context.service("anychip_assert_fail")
    message, file, line, function = texts[:4]
    emitter.emit(f"call void {callee}(ptr %thread, ptr {message}, ptr {file}, i32 signext {line}, ptr {function})")
    return ""


def _malloc(emitter: Emitter, call: Instruction, texts: list[str]) -> str:
    return emitter.op(f"call ptr {emitter.context.service('anychip_device_malloc')}(ptr %thread, i64 {texts[0]})")


def _free(emitter: Emitter, call: Instruction, texts: list[str]) -> str:
    emitter.emit(f"call void {emitter.context.service('anychip_device_free')}(ptr %thread, ptr {texts[0]})")
    return ""


# Functions the runtime provides (ir.RUNTIME_FUNCTIONS)
RUNTIME_CALLS: dict[str, Callable[[Emitter, Instruction, list[str]], str]] = {
    "vprintf": _vprintf,
    "__assertfail": _assert_fail,
    "malloc": _malloc,
    "free": _free,
}
