"""Addresses that are strided unless a narrow index wraps: found by walking back from the address, tested at run time.

``x[i + 1]`` with a 32-bit ``i`` extends a strided integer: the result is strided too unless the 32-bit value wraps
between the first and the last lane. That is one scalar comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from anychip.codegen.function_writer import WRITERS
from anychip.codegen.llvm_types import type_text
from anychip.ir import ConstantInt, Instruction, IntType, Value
from anychip.vectorize.lane_emitter import LaneEmitter

MAX_DEPTH = 12
_WALKED = frozenset({"add", "sub", "mul", "shl", "gep", "sext", "zext", "space.cast", "trunc"})


@dataclass
class Guess:
    """Lane 0's address, the stride, and the tests (i1) under which these are right."""

    base: str = ""
    stride: int = 0
    tests: list[str] = field(default_factory=list)


def guess_stride(emitter: LaneEmitter, address: Value) -> int | None:
    """The stride an address has if no extension in it wraps; None if it has none. Writes nothing."""
    return _stride(emitter, address, MAX_DEPTH)


def guess_leaves(emitter: LaneEmitter, address: Value) -> Iterator[Instruction]:
    """The values that ``write_guess`` will ask for."""
    if emitter.shapes.stride(address) is not None or guess_stride(emitter, address) is None:
        return
    work: list[Value] = [address]
    seen: set[Value] = set()
    while work:
        value = work.pop()
        if value in seen or not isinstance(value, Instruction):
            continue
        seen.add(value)
        if emitter.shapes.stride(value) is not None:
            yield value
        else:
            work += value.operands


def all_leaves(emitter: LaneEmitter) -> set[Instruction]:
    """The same for all loads and stores of the function."""
    accesses = (item for item in emitter.function.instructions() if item.opcode in ("load", "store"))
    return {leaf for item in accesses for leaf in guess_leaves(emitter, item.operands[-1])}


def write_guess(emitter: LaneEmitter, address: Value) -> Guess:
    """Compute the base and the tests of an address that has a guessed stride."""
    guess = Guess(stride=_stride(emitter, address, MAX_DEPTH) or 0)
    guess.base = _base(emitter, address, guess, {})
    return guess


def _stride(emitter: LaneEmitter, value: Value, depth: int) -> int | None:
    known = emitter.shapes.stride(value)
    if known is not None or not isinstance(value, Instruction) or not depth or value.opcode not in _WALKED:
        return known
    if value in emitter.shapes.escaping:  # lanes have it from different iterations
        return None
    parts = [_stride(emitter, operand, depth - 1) for operand in value.operands]
    if any(part is None for part in parts):
        return None
    return _combine(value, [part for part in parts if part is not None])


def _combine(value: Instruction, parts: list[int]) -> int | None:
    last = value.operands[-1]
    match value.opcode:
        case "add":
            return parts[0] + parts[1]
        case "sub":
            return parts[0] - parts[1]
        case "mul" if isinstance(last, ConstantInt):
            return parts[0] * last.signed
        case "shl" if isinstance(last, ConstantInt) and last.value < 32:
            return parts[0] << last.value
        case "gep":
            scales = value.attributes["scales"]
            assert isinstance(scales, tuple)
            return parts[0] + sum(part * scale for part, scale in zip(parts[1:], scales, strict=True))
        case "sext" | "zext" if isinstance(value.operands[0].type, IntType) and value.operands[0].type.bits >= 8:
            limit = 1 << value.operands[0].type.bits - 8
            return parts[0] if -limit < parts[0] < limit else None
        case "space.cast" | "trunc":
            return parts[0]
    return None


def _base(emitter: LaneEmitter, value: Value, guess: Guess, done: dict[Value, str]) -> str:
    """Lane 0's value, computed anew by scalar operations where only the vector exists."""
    if emitter.shapes.stride(value) is not None:
        return emitter.operand(value)
    if value in done:
        return done[value]
    assert isinstance(value, Instruction)
    texts = {operand: _base(emitter, operand, guess, done) for operand in value.operands}
    if value.opcode in ("sext", "zext"):
        _test(emitter, value, texts[value.operands[0]], guess)
    emitter.lane_texts = texts
    done[value] = WRITERS[value.opcode](emitter, value)
    emitter.lane_texts = {}
    return done[value]


def _test(emitter: LaneEmitter, extension: Instruction, base: str, guess: Guess) -> None:
    """Whether the narrow value goes from lane 0 to the last without leaving the range of its type."""
    operand = extension.operands[0]
    stride = _stride(emitter, operand, MAX_DEPTH)
    assert isinstance(operand.type, IntType)
    assert stride is not None
    if stride == 0:
        return
    bits, text, reach = operand.type.bits, type_text(operand.type), stride * (emitter.width - 1)
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if extension.opcode == "sext" else (0, (1 << bits) - 1)
    sign = "s" if extension.opcode == "sext" else "u"
    limit, order = (highest - reach, "le") if reach > 0 else (lowest - reach, "ge")
    guess.tests.append(emitter.op(f"icmp {sign}{order} {text} {base}, {_signed(limit, bits)}"))


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >= 1 << bits - 1 else number
