"""Analysis: an address as a sum of terms plus a constant, so that two addresses can be compared.

Everything is modulo 2^64, as address arithmetic is; nothing that could wrap in fewer bits is looked into, and none of
clang's promises is relied upon.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from anychip.ir import I64, Argument, ConstantAddress, ConstantInt, GlobalVariable, Instruction, PointerType, Value

_MODULUS = 1 << 64
_DEPTH = 12


@dataclass(frozen=True)
class Address:
    """The sum of ``coefficient * value`` over ``terms``, a pointer among them, plus ``offset`` bytes (signed)."""

    terms: frozenset[tuple[Value, int]]
    offset: int

    @property
    def root(self) -> Value | None:
        """The pointer among the terms, if there is exactly one."""
        roots = [value for value, factor in self.terms if isinstance(value.type, PointerType) and factor == 1]
        return roots[0] if len(roots) == 1 else None


def address_of(pointer: Value) -> Address:
    """Take an address apart."""
    terms: Counter[Value] = Counter()
    offset = _add(terms, pointer, 1, _DEPTH)
    kept = frozenset((value, factor % _MODULUS) for value, factor in terms.items() if factor % _MODULUS)
    return Address(kept, I64.signed(offset))


def _add(terms: Counter[Value], value: Value, factor: int, depth: int) -> int:
    """Add ``factor * value`` to the terms; returns what it adds to the constant."""
    if isinstance(value, ConstantInt):
        return value.value * factor
    if isinstance(value, ConstantAddress) and isinstance(value.type, PointerType):
        terms[value.base] += factor
        return value.offset * factor
    if isinstance(value, Instruction) and depth:
        split = parts(value)
        if split is not None:
            inner, constant = split
            return constant * factor + sum(_add(terms, part, scale * factor, depth - 1) for part, scale in inner)
    terms[value] += factor
    return 0


def parts(value: Instruction) -> tuple[list[tuple[Value, int]], int] | None:
    """An operation as a sum of scaled operands and a constant; None if it is none."""
    if value.opcode == "gep":
        scales = value.attributes["scales"]
        assert isinstance(scales, tuple)
        return list(zip(value.operands, (1, *scales), strict=True)), value.number("offset")
    if value.type != I64 or len(value.operands) != 2:
        return None
    first, second = value.operands
    match value.opcode:
        case "add":
            return [(first, 1), (second, 1)], 0
        case "sub":
            return [(first, 1), (second, -1)], 0
        case "mul" if isinstance(second, ConstantInt):
            return [(first, second.value)], 0
        case "shl" if isinstance(second, ConstantInt) and second.value < I64.bits:
            return [(first, 1 << second.value)], 0
    return None


def distinct(first: Address, second: Address) -> bool:
    """Whether one thread's accesses through these addresses can never meet, wherever exactly they go."""
    a, b = first.root, second.root
    if a is None or b is None or a is b:
        return False
    return (_is_variable(a) and _is_variable(b)) or _is_restricted(a, b) or _is_restricted(b, a)


def _is_variable(root: Value) -> bool:
    """Whether it is the start of an object that no other of the kind overlaps."""
    if isinstance(root, GlobalVariable):  # those defined elsewhere may be one: all dynamic shared arrays are
        return root.initializer is not None
    return isinstance(root, Instruction) and root.opcode == "alloca"


def _is_restricted(root: Value, other: Value) -> bool:
    """``__restrict__``: what is reached through it is reached through nothing that does not come from it."""
    if not isinstance(root, Argument) or "noalias" not in root.attributes.extra:
        return False
    return isinstance(other, Argument) or _is_variable(other)


__all__ = ["Address", "address_of", "distinct", "parts"]
