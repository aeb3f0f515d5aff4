"""Quotients by a number that all lanes share: where that is a power of two, products with its reciprocal.

Both are the exact quotient, rounded once, so that they are the same to the last bit; a product takes a tenth of
the time. ``2 * pi * k / n`` of transforms and coordinates by an image's width are such quotients. The number is looked
at each time, which a processor foresees.
"""

from __future__ import annotations

from anychip.codegen.llvm_types import type_text
from anychip.ir import DOUBLE, FLOAT, Constant, FloatType, Instruction
from anychip.vectorize.lane_emitter import LaneEmitter

# Of each type: bits, and how many of them are the fraction's.
_FORMATS = {FLOAT: (32, 23), DOUBLE: (64, 52)}


def is_uniform_division(emitter: LaneEmitter, instruction: Instruction) -> bool:
    """Whether it divides a vector by a number of run time that all lanes share."""
    if instruction.opcode != "fdiv" or instruction.type not in _FORMATS:
        return False
    numerator, denominator = instruction.operands
    stride = emitter.shapes.stride
    return not isinstance(denominator, Constant) and stride(denominator) == 0 and stride(numerator) != 0


def write_uniform_division(emitter: LaneEmitter, instruction: Instruction) -> str:
    """The quotients of all lanes."""
    numerator, denominator = instruction.operands
    texts, number = emitter.vector(numerator), emitter.operand(denominator)
    wide, spread = emitter.wide(instruction.type), emitter.vector(denominator)
    power, reciprocal = _reciprocal(emitter, instruction, number)
    yes, no, done = (emitter.fresh(stem)[1:] for stem in ("power", "other", "divided"))
    emitter.emit(f"br i1 {power}, label %{yes}, label %{no}")
    ways = []
    for label in (yes, no):
        emitter.start_block(label)
        operation, by = ("fmul", emitter.splat(instruction.type, reciprocal)) if label == yes else ("fdiv", spread)
        ways.append(f"[ {emitter.op(f'{operation} {wide} {texts}, {by}')}, %{emitter.label} ]")
        emitter.emit(f"br label %{done}")
    emitter.start_block(done)
    return emitter.op(f"phi {wide} {', '.join(ways)}")


def _reciprocal(emitter: LaneEmitter, instruction: Instruction, number: str) -> tuple[str, str]:
    """Whether a number is a power of two whose reciprocal is a normal number, and that reciprocal if it is."""
    assert isinstance(instruction.type, FloatType)
    bits, fraction = _FORMATS[instruction.type]
    integer, real, op = f"i{bits}", type_text(instruction.type), emitter.op
    sign = -1 << bits - 1
    text = op(f"bitcast {real} {number} to {integer}")
    magnitude = op(f"and {integer} {text}, {~sign}")
    digits = op(f"and {integer} {text}, {(1 << fraction) - 1}")
    exponent = op(f"lshr {integer} {magnitude}, {fraction}")
    greatest = (1 << bits - 1 - fraction) - 3  # exponents from 1 on have a reciprocal's down to 1
    below = op(f"add {integer} {exponent}, -1")
    normal = op(f"icmp ult {integer} {below}, {greatest}")
    single = op(f"icmp eq {integer} {digits}, 0")
    inverse = op(f"sub {integer} {(greatest + 1) << fraction}, {magnitude}")
    signed = op(f"or {integer} {inverse}, {op(f'and {integer} {text}, {sign}')}")
    return op(f"and i1 {normal}, {single}"), op(f"bitcast {integer} {signed} to {real}")


__all__ = ["is_uniform_division", "write_uniform_division"]
