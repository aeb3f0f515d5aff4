"""Points where a resumable function waits: requests to the scheduler and calls of other resumable functions.

At each, the values live across it go from their stack slots to the frame and the function returns the number of the
point; called again with that number it restores them and goes on (docs/design/kernel_abi.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anychip.codegen.emitter import Emitter
from anychip.codegen.frame import RECORD_FRAME, RECORD_FUNCTION, RECORD_STATE, signature_layout
from anychip.codegen.kernel_abi import FRAME_ALIGNMENT, OPERATIONS, REQUESTS, STATE_ENDED
from anychip.codegen.llvm_types import type_text
from anychip.ir import (
    Function,
    FunctionType,
    Instruction,
    IntType,
    StructType,
    Type,
    Value,
    VoidType,
    align_up,
    size_of,
)

ALL_LANES = "-1"


@dataclass(frozen=True, slots=True)
class Request:
    """What goes into the thread record; texts of i32 values but for ``operands``, which are i64."""

    kind: str
    operands: list[str]
    mask: str = "0"
    operation: int = 0
    converged: bool = False


def write_request(emitter: Emitter, instruction: Instruction) -> str:
    """An operation at which the thread asks the scheduler for something; returns its result."""
    ask(emitter, instruction)
    _suspend(emitter, instruction)
    return read_result(emitter, instruction.type)


def ask(emitter: Emitter, instruction: Instruction) -> None:
    """Write the request into the thread record."""
    request = _REQUESTS[instruction.opcode](emitter, instruction)
    for index, operand in enumerate(request.operands):
        emitter.emit(f"store i64 {operand}, ptr {emitter.thread_field('operand', index)}, align 8")
    words = {
        "request": str(REQUESTS[request.kind]),
        "site": str(emitter.site(instruction)),
        "mask": request.mask,
        "operation": str(request.operation),
        "converged": str(int(request.converged)),
    }
    for field, text in words.items():
        emitter.emit(f"store i32 {text}, ptr {emitter.thread_field(field)}, align 4")


def write_resumable_call(emitter: Emitter, call: Instruction) -> str:
    """Call a function that may wait: run it, and while it waits, wait too."""
    signature = call.attributes["signature"]
    assert isinstance(signature, FunctionType)
    frame = _push_arguments(emitter, call, signature)
    callee = emitter.operand(call.operands[0])
    again, wait, done = (emitter.fresh(stem)[1:] for stem in ("call", "wait", "done"))
    before = emitter.label
    emitter.emit(f"br label %{again}")
    header = len(emitter.lines)
    emitter.start_block(again)
    names = [emitter.fresh("p") for _ in range(3)]
    state = emitter.op(f"call signext i32 {names[2]}(ptr %thread, ptr {names[0]}, i32 signext {names[1]})")
    ended = emitter.op(f"icmp eq i32 {state}, {STATE_ENDED}")
    emitter.emit(f"br i1 {ended}, label %{done}, label %{wait}")
    emitter.start_block(wait)
    fields = ((RECORD_FRAME, "ptr", names[0]), (RECORD_STATE, "i32", state), (RECORD_FUNCTION, "ptr", names[2]))
    for offset, type_, text in fields:
        emitter.emit(f"store {type_} {text}, ptr {_record(emitter, offset)}, align {8 if type_ == 'ptr' else 4}")
    resumed = _suspend(emitter, call)
    back = [
        emitter.op(f"load {type_}, ptr {_record(emitter, offset)}, align {8 if type_ == 'ptr' else 4}")
        for offset, type_, _ in fields
    ]
    emitter.emit(f"br label %{again}")
    phis = zip(names, ("ptr", "i32", "ptr"), (frame, "0", callee), back, strict=True)
    emitter.lines[header + 1 : header + 1] = [
        f"  {name} = phi {type_} [ {first}, %{before} ], [ {later}, %{resumed} ]" for name, type_, first, later in phis
    ]
    emitter.start_block(done)
    if isinstance(signature.result, VoidType):
        return ""
    return emitter.load_typed(signature.result, names[0])


def _push_arguments(emitter: Emitter, call: Instruction, signature: FunctionType) -> str:
    """Write the arguments where the callee's frame will be; returns its address."""
    frame = emitter.op(f"load ptr, ptr {emitter.thread_field('stack')}, align 8")
    offsets, end = signature_layout(signature)
    reserve = emitter.context.helper("anychip.stack.reserve")
    emitter.emit(f"call void {reserve}(ptr %thread, ptr {frame}, i64 {align_up(end, FRAME_ALIGNMENT)})")
    for value, offset in zip(call.operands[1:], offsets, strict=True):
        emitter.store_typed(value.type, emitter.operand(value), emitter.address(frame, offset))
    return frame


def _record(emitter: Emitter, offset: int) -> str:
    return emitter.address("%frame", emitter.frame.record + offset)


def _suspend(emitter: Emitter, point: Instruction) -> str:
    """Save, return, and the label at which the function goes on, with everything restored."""
    live = emitter.frame.live[point]
    for value in live:
        _move(emitter, value, emitter.frame.slots[value], _saved(emitter, value))
    state = len(emitter.resume_labels) + 1
    emitter.emit(f"ret i32 {state}")
    label = f"resume{state}"
    emitter.resume_labels.append(label)
    emitter.start_block(label)
    for value in live:
        _move(emitter, value, _saved(emitter, value), emitter.frame.slots[value])
    return label


def _saved(emitter: Emitter, value: Instruction) -> str:
    return emitter.address("%frame", emitter.frame.saved[value])


def _move(emitter: Emitter, value: Instruction, source: str, destination: str) -> None:
    emitter.store_typed(value.type, emitter.load_typed(value.type, source), destination)


def read_result(emitter: Emitter, type_: Type) -> str:
    """The scheduler's answer as a value of the instruction's type: result[0], and result[1] for a pair."""
    if isinstance(type_, VoidType):
        return ""
    first = emitter.op(f"load i64, ptr {emitter.thread_field('result')}, align 8")
    if not isinstance(type_, StructType):
        return _from_bits(emitter, type_, first)
    second = emitter.op(f"load i64, ptr {emitter.thread_field('result', 1)}, align 8")
    pair = type_text(type_)
    text = "zeroinitializer"
    for index, bits in enumerate((first, second)):
        field = type_.fields[index]
        text = emitter.op(f"insertvalue {pair} {text}, {type_text(field)} {_from_bits(emitter, field, bits)}, {index}")
    return text


def _from_bits(emitter: Emitter, type_: Type, bits: str) -> str:
    """A value from 64 bits; a truth value is any bit set."""
    text = type_text(type_)
    if text == "i1":
        return emitter.op(f"icmp ne i64 {bits}, 0")
    if text == "ptr":
        return emitter.op(f"inttoptr i64 {bits} to ptr")
    width = size_of(type_) * 8
    integer = bits if width == 64 else emitter.op(f"trunc i64 {bits} to i{width}")
    return integer if isinstance(type_, IntType) else emitter.op(f"bitcast i{width} {integer} to {text}")


def _bits(emitter: Emitter, value: Value) -> str:
    """A value of at most 64 bits, zero-extended."""
    text, operand = type_text(value.type), emitter.operand(value)
    if text == "ptr":
        return emitter.op(f"ptrtoint ptr {operand} to i64")
    width = 1 if text == "i1" else size_of(value.type) * 8
    if not isinstance(value.type, IntType):
        operand = emitter.op(f"bitcast {text} {operand} to i{width}")
    return operand if width == 64 else emitter.op(f"zext i{width} {operand} to i64")


def _barrier(emitter: Emitter, instruction: Instruction) -> Request:
    words = [_bits(emitter, operand) for operand in instruction.operands]
    kind = "barrier_arrive" if instruction.opcode == "barrier.arrive" else "barrier"
    return Request(kind, [*words, "0"][:2])


def _barrier_reduce(emitter: Emitter, instruction: Instruction) -> Request:
    words = [_bits(emitter, operand) for operand in instruction.operands]
    return Request("barrier_reduce", words, operation=_operation(instruction, "operation"))


def _warp_barrier(emitter: Emitter, instruction: Instruction) -> Request:
    return Request("warp_barrier", [], mask=emitter.operand(instruction.operands[0]))


def _optional_mask(kind: str) -> Callable[[Emitter, Instruction], Request]:
    """Shuffle and vote: with ``sync`` the first operand is the mask, without it the converged lanes take part."""

    def write(emitter: Emitter, instruction: Instruction) -> Request:
        sync = instruction.flag("sync")
        words = [_bits(emitter, operand) for operand in instruction.operands[1 if sync else 0 :]]
        mask = emitter.operand(instruction.operands[0]) if sync else ALL_LANES
        return Request(kind, words, mask, _operation(instruction, "mode"), converged=not sync)

    return write


def _masked(kind: str, attribute: str) -> Callable[[Emitter, Instruction], Request]:
    def write(emitter: Emitter, instruction: Instruction) -> Request:
        mask, value = instruction.operands
        word = _bits(emitter, value)
        return Request(kind, [word], emitter.operand(mask), _operation(instruction, attribute))

    return write


def _active_mask(emitter: Emitter, instruction: Instruction) -> Request:
    return Request("active_mask", [], ALL_LANES, converged=True)


def _nanosleep(emitter: Emitter, instruction: Instruction) -> Request:
    return Request("yield", [_bits(emitter, operand) for operand in instruction.operands])


def _operation(instruction: Instruction, attribute: str) -> int:
    return OPERATIONS[instruction.opcode][instruction.text(attribute)]


_REQUESTS: dict[str, Callable[[Emitter, Instruction], Request]] = {
    "barrier": _barrier,
    "barrier.arrive": _barrier,
    "barrier.reduce": _barrier_reduce,
    "warp.barrier": _warp_barrier,
    "shuffle": _optional_mask("shuffle"),
    "vote": _optional_mask("vote"),
    "match": _masked("match", "mode"),
    "warp.reduce": _masked("warp_reduce", "operation"),
    "active_mask": _active_mask,
    "nanosleep": _nanosleep,
}

REQUEST_OPCODES = frozenset(_REQUESTS)


def write_prologue(emitter: Emitter) -> None:
    """State 0: take the frame from the thread's stack and copy by-value arguments. Kernels are given theirs."""
    if emitter.function.kernel:
        return
    reserve = emitter.context.helper("anychip.stack.reserve")
    emitter.emit(f"call void {reserve}(ptr %thread, ptr %frame, i64 {emitter.frame.size})")
    top = emitter.address("%frame", emitter.frame.size)
    emitter.emit(f"store ptr {top}, ptr {emitter.thread_field('stack')}, align 8")


def write_end(emitter: Emitter, result: Value | None) -> None:
    """Leave the return value at the frame's start, give the frame back, and say that the function has ended."""
    function: Function = emitter.function
    if not function.kernel:
        if result is not None:
            emitter.store_typed(result.type, emitter.operand(result), "%frame")
        emitter.emit(f"store ptr %frame, ptr {emitter.thread_field('stack')}, align 8")
    emitter.emit(f"ret i32 {STATE_ENDED}")


__all__ = [
    "REQUEST_OPCODES",
    "ask",
    "read_result",
    "write_end",
    "write_prologue",
    "write_request",
    "write_resumable_call",
]
