"""Addresses that are strided unless a narrow index wraps: tested at run time, where the access stands.

``x[i + 1]`` with a 32-bit ``i`` extends a strided integer: the result is strided too unless the 32-bit value wraps
between the first and the last lane. That is one scalar comparison (``analysis.guards``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from anychip.analysis.guards import Guard, type_bounds
from anychip.codegen.llvm_types import type_text
from anychip.ir import Instruction, IntType, Value
from anychip.vectorize.bases import write_base
from anychip.vectorize.lane_emitter import LaneEmitter


@dataclass
class Guess:
    """Lane 0's address, the stride, and the tests (i1) under which these are right."""

    base: str = ""
    stride: int = 0
    tests: list[str] = field(default_factory=list)


def guess_stride(emitter: LaneEmitter, address: Value) -> int | None:
    """The stride an address has if no extension in it wraps; None if it has none. Writes nothing."""
    shapes = emitter.shapes
    known = shapes.stride(address)
    if known is not None or not isinstance(address, Instruction) or not _walkable(emitter, address):
        return known
    return shapes.guarded_stride(address)


def _walkable(emitter: LaneEmitter, value: Instruction) -> bool:
    """Whether lane 0's value can be computed anew from values that have one at hand."""
    seen: set[Value] = set()
    work: list[Value] = [value]
    while work:
        item = work.pop()
        if item in seen or emitter.shapes.stride(item) is not None:
            continue
        if item not in emitter.shapes.lazy:
            return False
        assert isinstance(item, Instruction)
        seen.add(item)
        work += item.operands
    return True


def write_guess(emitter: LaneEmitter, address: Value) -> Guess:
    """Compute the base and the tests of an address that has a guessed stride."""
    guess = Guess(stride=guess_stride(emitter, address) or 0)
    guess.base = _base(emitter, address, guess, {})
    return guess


def _base(emitter: LaneEmitter, value: Value, guess: Guess, done: dict[Value, str]) -> str:
    """Lane 0's value, computed anew by scalar operations where only the vector exists."""
    if emitter.shapes.stride(value) is not None:
        return emitter.operand(value)
    if value in done:
        return done[value]
    assert isinstance(value, Instruction)
    texts = {operand: _base(emitter, operand, guess, done) for operand in value.operands}
    facts = emitter.shapes.facts
    if value in facts.shape_of(value).guards:
        guess.tests.append(write_test(emitter, facts.guard(value), texts[value.operands[0]]))
    emitter.lane_texts = texts
    done[value] = write_base(emitter, value)
    emitter.lane_texts = {}
    return done[value]


def write_test(emitter: LaneEmitter, guard: Guard, base: str) -> str:
    """Whether the narrow value goes from lane 0 to the last without leaving the range of its type."""
    assert isinstance(guard.narrow.type, IntType)
    type_, sign = guard.narrow.type, "s" if guard.signed else "u"
    text = type_text(type_)
    lowest, highest = type_bounds(type_.bits, signed=guard.signed)
    tests = []
    if guard.low > lowest:
        tests.append(emitter.op(f"icmp {sign}ge {text} {base}, {type_.signed(guard.low)}"))
    if guard.high < highest:
        tests.append(emitter.op(f"icmp {sign}le {text} {base}, {type_.signed(guard.high)}"))
    return tests[0] if len(tests) == 1 else emitter.op(f"and i1 {tests[0]}, {tests[1]}")
