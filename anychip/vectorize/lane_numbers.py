"""Numbers that the lanes of a warp are known to have at compile time: what follows from lane indices alone."""

from __future__ import annotations

from anychip.diagnostics import Unsupported
from anychip.ir import ConstantInt, Instruction, IntType, Value
from anychip.reference.evaluate import evaluator
from anychip.vectorize.shapes import Grouping

Numbers = tuple[int, ...]
LANES = 32
BASES = range(0, 1024, LANES)
"""Where in its block a warp may begin."""
_MASKS = {
    "lanemask_eq": lambda lane: 1 << lane,
    "lanemask_lt": lambda lane: (1 << lane) - 1,
    "lanemask_le": lambda lane: (2 << lane) - 1,
    "lanemask_gt": lambda lane: 0xFFFFFFFF & ~((2 << lane) - 1),
    "lanemask_ge": lambda lane: 0xFFFFFFFF & ~((1 << lane) - 1),
}


class LaneNumbers:
    """The numbers of the lanes of the warp whose first thread has the index ``base`` in its block."""

    def __init__(self, grouping: Grouping, base: int) -> None:
        self._grouping = grouping
        self._base = base
        self._known: dict[Value, Numbers | None] = {}

    def of(self, value: Value) -> Numbers | None:
        """An integer of all lanes, read unsigned; None if it depends on anything else."""
        if value not in self._known:
            self._known[value] = None  # a phi that depends on itself
            self._known[value] = self._find(value)
        return self._known[value]

    def _find(self, value: Value) -> Numbers | None:
        if not isinstance(value.type, IntType):
            return None
        if isinstance(value, ConstantInt):
            return (value.value & value.type.mask,) * LANES
        if not isinstance(value, Instruction):
            return None
        if value.opcode == "sreg":
            return self._register(value.text("register"))
        if _is_linear_index(value):
            return tuple(self._base + lane for lane in range(LANES))
        parts = [self.of(operand) for operand in value.operands] if value.opcode != "phi" else [None]
        if not parts or None in parts:
            return None
        try:
            function = evaluator(value)
            rows = zip(*(part for part in parts if part), strict=True)
            return tuple(function(*row) & value.type.mask for row in rows)
        except (KeyError, TypeError, Unsupported):
            return None

    def _register(self, name: str) -> Numbers | None:
        if name == "laneid":
            return tuple(range(LANES))
        if name in _MASKS:
            return tuple(_MASKS[name](lane) for lane in range(LANES))
        # A row is a whole number of warps, or the whole block.
        if name == "tid.x" and self._grouping == Grouping.WHOLE:
            return tuple(self._base + lane for lane in range(LANES))
        return None


def _is_linear_index(value: Value) -> bool:
    """Whether it is x + x_extent * (y + y_extent * z) of the thread index, in this or another order."""
    rest = _other(value, "add", "tid.x")
    rows = _other(rest, "mul", "ntid.x")
    planes = _other(_other(rows, "add", "tid.y"), "mul", "ntid.y")
    return _is_register(planes, "tid.z")


def _other(value: Value | None, opcode: str, register: str) -> Value | None:
    """The other operand of an operation with a special register."""
    if not isinstance(value, Instruction) or value.opcode != opcode:
        return None
    first, second = value.operands
    if _is_register(first, register):
        return second
    return first if _is_register(second, register) else None


def _is_register(value: Value | None, register: str) -> bool:
    return isinstance(value, Instruction) and value.opcode == "sreg" and value.text("register") == register
