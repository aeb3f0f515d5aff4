"""Loads, stores, address computation, block copies, atomics and fences as LLVM text.

Atomics of every scope are LLVM's default (system) scope, unless nobody else sees the memory. Nothing is marked
inbounds: addresses wrap as on a GPU.
"""

from __future__ import annotations

from anychip.analysis.memory_space import is_private
from anychip.codegen.emitter import Emitter
from anychip.codegen.frame import array_shape
from anychip.codegen.kernel_abi import FRAME_ALIGNMENT
from anychip.codegen.llvm_types import is_narrow, type_text
from anychip.codegen.private_atomics import write_private_atomic, write_private_cmpxchg
from anychip.ir import FloatType, Instruction, IntType, PointerType, Type, Value, align_of, size_of

_ORDERINGS = {
    "relaxed": "monotonic",
    "acquire": "acquire",
    "release": "release",
    "acq_rel": "acq_rel",
    "seq_cst": "seq_cst",
}
# What a failed compare-and-exchange may order: it stores nothing.
_FAILURE = {
    "monotonic": "monotonic",
    "acquire": "acquire",
    "release": "monotonic",
    "acq_rel": "acquire",
    "seq_cst": "seq_cst",
}

_INTEGER_ATOMICS = {
    **{name: name for name in ["xchg", "add", "sub", "and", "nand", "or", "xor", "max", "min", "umax", "umin"]},
    "inc_wrap": "uinc_wrap",
    "dec_wrap": "udec_wrap",
}
_FLOAT_ATOMICS = {"xchg": "xchg", "fadd": "fadd", "fsub": "fsub"}


def write_alloca(emitter: Emitter, instruction: Instruction) -> str:
    """Local memory: on the native stack, or in the frame if the function can yield."""
    bytes_, alignment = array_shape(instruction)
    if not emitter.resumable:
        return emitter.alloca(bytes_, alignment)
    place = emitter.address("%frame", emitter.frame.arrays[instruction])
    if alignment <= FRAME_ALIGNMENT:
        return place
    bumped = emitter.address(place, alignment - FRAME_ALIGNMENT)
    callee = emitter.context.intrinsic("llvm.ptrmask.p0.i64", "ptr", ["ptr", "i64"])
    return emitter.op(f"call {callee}(ptr {bumped}, i64 {-alignment})")


def write_load(emitter: Emitter, instruction: Instruction) -> str:
    """A load, atomic or volatile if it says so."""
    before, after = _access(emitter, instruction, instruction.type)
    pointer = emitter.operand(instruction.operands[0])
    return emitter.op(f"load {before}{type_text(instruction.type)}, ptr {pointer}{after}")


def write_store(emitter: Emitter, instruction: Instruction) -> str:
    """A store, atomic or volatile if it says so."""
    value, pointer = instruction.operands
    before, after = _access(emitter, instruction, value.type)
    emitter.emit(f"store {before}{emitter.typed(value)}, ptr {emitter.operand(pointer)}{after}")
    return ""


def write_gep(emitter: Emitter, instruction: Instruction) -> str:
    """ptr + offset + sum(index * scale), modulo 2^64."""
    scales = instruction.attributes["scales"]
    assert isinstance(scales, tuple)
    place = emitter.operand(instruction.operands[0])
    for index, scale in zip(instruction.operands[1:], scales, strict=True):
        place = emitter.op(f"getelementptr [{scale} x i8], ptr {place}, {emitter.typed(index)}")
    return emitter.address(place, instruction.number("offset"))


def write_copy(emitter: Emitter, instruction: Instruction) -> str:
    """memcpy and memmove."""
    return _block_operation(emitter, instruction, f"llvm.{instruction.opcode}.p0.p0.i64", "ptr")


def write_set(emitter: Emitter, instruction: Instruction) -> str:
    """Fill bytes."""
    return _block_operation(emitter, instruction, "llvm.memset.p0.i64", "i8")


def write_atomic(emitter: Emitter, instruction: Instruction) -> str:
    """Read-modify-write; yields the old value."""
    pointer, value = instruction.operands
    ordering = _ordering(instruction)
    operation = instruction.text("operation")
    type_ = _atomic_type(emitter, instruction, value)
    table = _FLOAT_ATOMICS if isinstance(type_, FloatType) and not is_narrow(type_) else _INTEGER_ATOMICS
    helped = isinstance(type_, FloatType) and operation != "xchg" and (is_narrow(type_) or operation not in table)
    if not helped and operation not in table:
        raise emitter.unsupported(f"atomic {operation} on {type_}", instruction)
    if is_private(instruction.operands[0], emitter.function):
        return write_private_atomic(emitter, instruction)
    if helped:
        helper = emitter.context.helper(f"anychip.atomic.{operation}.{type_}.{ordering}")
        return emitter.op(f"call {type_text(type_)} {helper}(ptr {emitter.operand(pointer)}, {emitter.typed(value)})")
    place = emitter.operand(pointer)
    return emitter.op(
        f"atomicrmw {table[operation]} ptr {place}, {emitter.typed(value)} {ordering}, align {size_of(type_)}"
    )


def write_cmpxchg(emitter: Emitter, instruction: Instruction) -> str:
    """Compare-and-exchange: {old, swapped}."""
    pointer, expected, new = instruction.operands
    type_ = _atomic_type(emitter, instruction, new)
    ordering = _ordering(instruction)
    place = emitter.operand(pointer)
    if isinstance(type_, FloatType) and not is_narrow(type_):
        raise emitter.unsupported("compare-and-exchange of a floating-point value", instruction)
    if is_private(instruction.operands[0], emitter.function):
        return write_private_cmpxchg(emitter, instruction)
    operands = f"{emitter.typed(expected)}, {emitter.typed(new)}"
    return emitter.op(f"cmpxchg ptr {place}, {operands} {ordering} {_FAILURE[ordering]}, align {size_of(type_)}")


def write_fence(emitter: Emitter, instruction: Instruction) -> str:
    """A relaxed fence orders nothing."""
    ordering = _ordering(instruction)
    if ordering != "monotonic":
        emitter.emit(f"fence {ordering}")
    return ""


def write_space_is(emitter: Emitter, instruction: Instruction) -> str:
    """Address range tests: exact for shared, and for constant memory of this module."""
    space = instruction.text("space")
    address = emitter.op(f"ptrtoint {emitter.typed(instruction.operands[0])} to i64")
    if space == "shared":
        ranges = [
            (emitter.block_field(field, "ptr"), emitter.op(f"zext i32 {emitter.block_field(size, 'i32')} to i64"))
            for field, size in (("shared", "static_shared_bytes"), ("dynamic_shared", "dynamic_shared_bytes"))
        ]
    elif space == "constant":
        ranges = emitter.context.constant_ranges()
    else:
        raise emitter.unsupported(f"the test whether a pointer points into {space} memory", instruction)
    result = "false"
    for start, size in ranges:
        base = emitter.op(f"ptrtoint ptr {start} to i64")
        inside = emitter.op(f"icmp ult i64 {emitter.op(f'sub i64 {address}, {base}')}, {size}")
        result = emitter.op(f"or i1 {result}, {inside}")
    return result


def copy_by_value(emitter: Emitter, source: str, type_: Type, alignment: int, destination: str) -> None:
    """Copy a by-value argument to the callee's own memory."""
    _memcpy(emitter, destination, source, size_of(type_), max(alignment, align_of(type_)))


def _memcpy(emitter: Emitter, destination: str, source: str, bytes_: int, alignment: int) -> None:
    callee = emitter.context.intrinsic("llvm.memcpy.p0.p0.i64", "void", ["ptr", "ptr", "i64", "i1 immarg"])
    emitter.emit(
        f"call {callee}(ptr align {alignment} {destination}, ptr align {alignment} {source}, i64 {bytes_}, i1 false)"
    )


def _access(emitter: Emitter, instruction: Instruction, type_: Type) -> tuple[str, str]:
    """Words before the type and after the pointer of a load or store."""
    volatile = "volatile " if instruction.flag("volatile") else ""
    alignment = max(instruction.number("alignment", 1), 1)
    if "ordering" not in instruction.attributes:
        return volatile, f", align {alignment}"
    if not isinstance(type_, (IntType, FloatType, PointerType)):
        raise emitter.unsupported(f"atomic access to {type_}", instruction)
    return f"atomic {volatile}", f" {_ordering(instruction)}, align {max(alignment, size_of(type_))}"


def _ordering(instruction: Instruction) -> str:
    return _ORDERINGS[instruction.text("ordering")]


def _atomic_type(emitter: Emitter, instruction: Instruction, value: Value) -> Type:
    type_ = value.type
    if not isinstance(type_, (IntType, FloatType, PointerType)) or size_of(type_) > 8:
        raise emitter.unsupported(f"atomic operation on {type_}", instruction)
    return type_


def _block_operation(emitter: Emitter, instruction: Instruction, name: str, second: str) -> str:
    callee = emitter.context.intrinsic(name, "void", ["ptr", second, "i64", "i1 immarg"])
    operands = ", ".join(emitter.typed(operand) for operand in instruction.operands)
    volatile = "true" if instruction.flag("volatile") else "false"
    emitter.emit(f"call {callee}({operands}, i1 {volatile})")
    return ""
