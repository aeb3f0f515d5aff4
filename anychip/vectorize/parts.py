"""Which instructions are there once per part, where one lane runs several threads: its *parts*.

Along x the parts of a lane are the threads x, x + W, x + 2 W ... of a row, for groups of W lanes; along y they are the
threads at x of the rows y, y + 1 ... What depends on the part is what differs between these threads, or may.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anychip.ir import I32, OPCODES, Block, ConstantInt, Effect, Function, Instruction, Value

_REGISTERS = frozenset(
    {f"{name}.{axis}" for name in ("tid", "ntid", "ctaid", "nctaid") for axis in "xyz"} | {"warpsize"}
)
_OWN = frozenset({"alloca", "atomic", "cmpxchg"})  # each thread has its own
_REFUSED = Effect.SIDE | Effect.CONVERGENT | Effect.YIELD


@dataclass(frozen=True)
class Parts:
    """``count`` threads, ``step`` apart along ``axis``."""

    axis: str
    step: int
    count: int

    def is_root(self, item: Instruction) -> bool:
        """Whether an instruction differs between parts by itself."""
        if item.opcode == "sreg":
            return self.is_index(item)
        return item.opcode in _OWN or (item.opcode in ("load", "store") and item.flag("volatile"))

    def is_index(self, item: Instruction) -> bool:
        """Whether an instruction reads the index that parts differ in."""
        return item.opcode == "sreg" and item.text("register") == f"tid.{self.axis}"

    def index_of(self, first: Instruction, part: int) -> Instruction:
        """A part's index from that of the first."""
        return Instruction("add", I32, [first, ConstantInt(I32, part * self.step)], location=first.location)

    def dependent(self, blocks: Iterable[Block], outside: set[Value]) -> set[Value]:
        """What depends on the part in ``blocks``, if the values ``outside`` do; these are among the result."""
        users: dict[Value, list[Instruction]] = {}
        work: list[Value] = list(outside)
        for item in (item for block in blocks for item in block.instructions):
            for operand in item.operands:
                users.setdefault(operand, []).append(item)
            if self.is_root(item):
                work.append(item)
        found: set[Value] = set()
        while work:
            value = work.pop()
            if value not in found:
                found.add(value)
                work += users.get(value, [])
        return found


MOST_REPLICATED = {4: 150, 2: 300}
"""Parts, and up to how many instructions that depend on the part they are taken for."""


def choose_parts(kernel: Function, width: int) -> Parts | None:
    """Rows of a kernel that knows them, else groups of ``width`` lanes beside each other; None if it is too large."""
    registers = {item.text("register") for item in kernel.instructions() if item.opcode == "sreg"}
    axis = "y" if "tid.y" in registers else "x"
    step = width if axis == "x" else 1
    dependent = len(Parts(axis, step, 1).dependent(kernel.blocks, set()))
    count = next((count for count, most in MOST_REPLICATED.items() if dependent <= most), 0)
    return Parts(axis, step, count) if count and f"tid.{axis}" in registers else None


def is_refused(item: Instruction) -> bool:
    """Whether an instruction is of a kind that parts cannot have several of, barriers apart."""
    if item.opcode == "barrier":
        return False
    if item.opcode == "sreg":
        return item.text("register") not in _REGISTERS
    return bool(OPCODES[item.opcode].effects & _REFUSED) or item.opcode == "unreachable"


__all__ = ["Parts", "choose_parts", "is_refused"]
