"""How a value differs between the lanes of a group: the lattice of the shape analysis.

    UNIFORM   all lanes hold the same value
    STRIDED   value(lane) = base + stride * lane, modulo 2^bits of its type (bytes for pointers)
    LOCAL     a pointer into the thread's own local memory: one variable of ``root`` plus the same offset in all lanes
    VARYING   anything

The claims hold for the *active* lanes of one execution, where lanes run in lockstep: the same block in the same
iteration of its loops. The base is that of lane 0 whether or not lane 0 is active; it is what the scalar operation
``LaneFacts.base_opcode`` gives for the operands' bases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from math import gcd

from anychip.ir import Instruction, Value

MAX_ALIGNMENT = 1 << 32
"""The alignment of zero; beyond what any address needs."""


class Kind(Enum):
    """See the module's docstring."""

    UNIFORM = auto()
    STRIDED = auto()
    LOCAL = auto()
    VARYING = auto()


@dataclass(frozen=True)
class Shape:
    """One point of the lattice.

    ``stride`` is signed, 0 unless STRIDED. ``alignment`` is a power of two that divides the base (the value, where
    UNIFORM or VARYING; the offset into the variable where LOCAL). ``guards`` are the zext and sext instructions whose
    run-time test (``LaneFacts.guard``) must hold for the value to be strided; where one fails only the vector form is
    right. Only STRIDED values have guards.
    """

    kind: Kind
    stride: int = 0
    alignment: int = 1
    guards: frozenset[Instruction] = frozenset()
    root: Value | None = None

    @property
    def is_uniform(self) -> bool:
        """Whether all lanes hold the same value."""
        return self.kind is Kind.UNIFORM

    @property
    def is_strided(self) -> bool:
        """Whether lanes differ by a constant stride, where the guards hold."""
        return self.kind is Kind.STRIDED

    @property
    def is_varying(self) -> bool:
        """Whether only a vector can hold the value."""
        return self.kind is Kind.VARYING

    @property
    def has_base(self) -> bool:
        """Whether a scalar base and a constant stride say it all, where the guards hold."""
        return self.kind in (Kind.UNIFORM, Kind.STRIDED)

    @property
    def lane_alignment(self) -> int:
        """A power of two that divides the value of every lane."""
        return power_of_two(gcd(self.alignment, self.stride)) if self.stride else self.alignment


UNIFORM = Shape(Kind.UNIFORM)
VARYING = Shape(Kind.VARYING)


def power_of_two(number: int) -> int:
    """The largest power of two that divides a number; MAX_ALIGNMENT for 0."""
    return min(number & -number, MAX_ALIGNMENT) if number else MAX_ALIGNMENT


def strided(stride: int, bits: int, alignment: int, guards: frozenset[Instruction] = frozenset()) -> Shape:
    """Base plus ``stride`` for each lane, in ``bits`` bits: UNIFORM if the stride is 0 there.

    A guarded value that would be uniform is varying: control flow must not hang on a test at run time.
    """
    stride &= (1 << bits) - 1
    stride -= (stride >> (bits - 1)) << bits
    if stride and bits > 1:
        return Shape(Kind.STRIDED, stride, alignment, guards)
    return varying(alignment) if stride or guards else uniform(alignment)


def uniform(alignment: int = 1) -> Shape:
    """The same in all lanes."""
    return Shape(Kind.UNIFORM, 0, alignment)


def varying(alignment: int = 1) -> Shape:
    """Different in each lane; ``alignment`` divides them all."""
    return Shape(Kind.VARYING, 0, alignment)


def local(root: Value, alignment: int = MAX_ALIGNMENT) -> Shape:
    """A pointer into the local variable ``root``."""
    return Shape(Kind.LOCAL, 0, alignment, frozenset(), root)


def join(a: Shape | None, b: Shape | None) -> Shape | None:
    """The least shape above both; None is the bottom (not computed yet)."""
    if a is None or b is None:
        return b if a is None else a
    if (a.kind, a.stride, a.root) != (b.kind, b.stride, b.root):
        return varying(min(a.lane_alignment, b.lane_alignment) if Kind.LOCAL not in (a.kind, b.kind) else 1)
    return replace(a, alignment=min(a.alignment, b.alignment), guards=a.guards | b.guards)
