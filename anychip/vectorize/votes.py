"""What a group tells at a barrier and is told behind it: the scheduler by the thread record's request, and the rounds
of ``rounds`` by sums that all groups add to.
"""

from __future__ import annotations

from anychip.codegen.llvm_types import type_text
from anychip.codegen.suspend import ask, read_result
from anychip.ir import I1, Instruction
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.refusal import RefusedError


def tell(emitter: LaneEmitter, point: Instruction, *, rounds: bool) -> None:
    """Write what the barrier ``point`` needs to know of the active lanes. Raises RefusedError if they part there."""
    if emitter.shapes.stride(point.operands[0]) != 0:
        raise RefusedError("barriers whose number differs between threads", point)
    if rounds and point.opcode == "barrier.reduce":
        _add_votes(emitter, point)
    if rounds:
        return
    emitter.lane_texts = dict.fromkeys(point.operands[1:], "false" if point.opcode == "barrier.reduce" else "0")
    ask(emitter, point)
    emitter.lane_texts = {}
    if point.opcode == "barrier.reduce":
        _put_predicates(emitter, point)


def result_of(emitter: LaneEmitter, point: Instruction, *, rounds: bool) -> str:
    """The result of the ``barrier.reduce`` that the group waited at, the same for all lanes."""
    if not rounds:
        return read_result(emitter, point.type)
    yes, all_ = (emitter.op(f"load i64, ptr {emitter.thread_field('result', index)}, align 8") for index in (0, 1))
    if point.text("operation") == "popc":
        return emitter.op(f"trunc i64 {yes} to {type_text(point.type)}")
    test = f"icmp eq i64 {yes}, {all_}" if point.text("operation") == "and" else f"icmp ne i64 {yes}, 0"
    result = emitter.op(test)
    return result if point.type == I1 else emitter.op(f"zext i1 {result} to {type_text(point.type)}")


def _add_votes(emitter: LaneEmitter, point: Instruction) -> None:
    """operand[1] counts the lanes that say true, operand[2] the lanes there are."""
    truth, text = emitter.wide(I1), emitter.vector(point.operands[1])
    yes = emitter.op(f"and {truth} {text}, {emitter.active()}")
    for index, mask in ((1, yes), (2, emitter.active())):
        number = f"i{emitter.width}"
        found = emitter.call(f"llvm.ctpop.{number}", number, (number, emitter.bits(mask)))
        place = emitter.thread_field("operand", index)
        before = emitter.op(f"load i64, ptr {place}, align 8")
        total = emitter.op(f"add i64 {before}, {emitter.op(f'zext {number} {found} to i64')}")
        emitter.emit(f"store i64 {total}, ptr {place}, align 8")


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
