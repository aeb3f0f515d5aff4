"""Atomics on memory that no other processor sees, as plain loads and stores.

One worker runs all threads of a block and changes between them only where they wait, so nothing can come between the
load and the store of an atomic on shared or local memory, and no ordering has anyone to show itself to.
"""

from __future__ import annotations

from anychip.codegen.emitter import Emitter
from anychip.codegen.llvm_types import is_narrow, type_text
from anychip.ir import FloatType, Instruction, Type, Value, size_of

_BINARY = frozenset({"add", "sub", "and", "or", "xor", "fadd", "fsub"})
_EXTREMA = {"max": "smax", "min": "smin", "umax": "umax", "umin": "umin"}


def write_private_atomic(emitter: Emitter, instruction: Instruction) -> str:
    """Read-modify-write; yields the old value. The operation must be one that the type has."""
    pointer, value = instruction.operands
    operation, type_, place = instruction.text("operation"), value.type, emitter.operand(pointer)
    narrow = isinstance(type_, FloatType) and is_narrow(type_)
    if operation in ("fmin", "fmax") or (narrow and operation != "xchg"):
        helper = emitter.context.helper(f"anychip.atomic.{operation}.{type_}.private")
        return emitter.op(f"call {type_text(type_)} {helper}(ptr {place}, {emitter.typed(value)})")
    tail = f"ptr {place}, align {size_of(type_)}"
    old = emitter.op(f"load {type_text(type_)}, {tail}")
    new = _combined(emitter, operation, value.type, old, value)
    emitter.emit(f"store {type_text(type_)} {new}, {tail}")
    return old


def write_private_cmpxchg(emitter: Emitter, instruction: Instruction) -> str:
    """Compare-and-exchange: {old, swapped}."""
    pointer, expected, new = instruction.operands
    text, place = type_text(new.type), emitter.operand(pointer)
    tail = f"ptr {place}, align {size_of(new.type)}"
    old = emitter.op(f"load {text}, {tail}")
    same = emitter.op(f"icmp eq {text} {old}, {emitter.operand(expected)}")
    left = emitter.op(f"select i1 {same}, {emitter.typed(new)}, {text} {old}")
    emitter.emit(f"store {text} {left}, {tail}")
    pair = emitter.op(f"insertvalue {{ {text}, i1 }} zeroinitializer, {text} {old}, 0")
    return emitter.op(f"insertvalue {{ {text}, i1 }} {pair}, i1 {same}, 1")


def _combined(emitter: Emitter, operation: str, type_: Type, old: str, value: Value) -> str:
    """What an operation leaves in memory."""
    text, operand = type_text(type_), emitter.operand(value)
    if operation in _BINARY:
        return emitter.op(f"{operation} {text} {old}, {operand}")
    if operation in _EXTREMA:
        callee = emitter.context.intrinsic(f"llvm.{_EXTREMA[operation]}.{text}", text, [text, text])
        return emitter.op(f"call {callee}({text} {old}, {text} {operand})")
    match operation:
        case "nand":
            return emitter.op(f"xor {text} {emitter.op(f'and {text} {old}, {operand}')}, -1")
        case "inc_wrap":
            last = emitter.op(f"icmp uge {text} {old}, {operand}")
            return emitter.op(f"select i1 {last}, {text} 0, {text} {emitter.op(f'add {text} {old}, 1')}")
        case "dec_wrap":
            lower = emitter.op(f"sub {text} {old}, 1")  # of zero: the largest number, above every bound but itself
            inside = emitter.op(f"icmp ult {text} {lower}, {operand}")
            return emitter.op(f"select i1 {inside}, {text} {lower}, {text} {operand}")
        case _:
            return operand
