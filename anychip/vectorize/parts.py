"""Which instructions are there once per part, where one lane runs several threads: its *parts*.

Along x the parts of a lane are the threads x, x + W, x + 2 W ... of a row, for groups of W lanes; along y they are the
threads at x of the rows y, y + 1 ... What depends on the part is what differs between these threads, or may.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anychip.analysis.liveness import live_after
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.ir import I32, OPCODES, Block, ConstantInt, Effect, FloatType, Function, Instruction, Value
from anychip.vectorize.warp_ops import WARP_OPERATIONS

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
        return item.opcode == "sreg" and item.text("register") in (f"tid.{self.axis}", self._warp())

    def index_of(self, first: Instruction, part: int) -> Instruction:
        """A part's index from that of the first."""
        step = 1 if first.text("register") == self._warp() else self.step
        return Instruction("add", I32, [first, ConstantInt(I32, part * step)], location=first.location)

    @property
    def are_warps(self) -> bool:
        """Whether each part of the lanes of a group is a warp."""
        return self.axis == "x" and self.step == WARP_SIZE

    def refuses(self, item: Instruction) -> bool:
        """Whether an instruction is of a kind that parts cannot have several of, barriers apart."""
        if item.opcode == "barrier" or (self.are_warps and item.opcode in WARP_OPERATIONS):
            return False
        if item.opcode == "sreg":
            name = item.text("register")
            return name not in _REGISTERS and not (self.are_warps and name.startswith(("lane", "warpid")))
        return bool(OPCODES[item.opcode].effects & _REFUSED) or item.opcode == "unreachable"

    def _warp(self) -> str:
        return "warpid" if self.are_warps else ""

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


MOST_REPLICATED = {4: 200, 2: 300}
"""Parts, and up to how many instructions that depend on the part they are taken for, times the vectors of a value."""


def choose_parts(kernel: Function, width: int, vector_bits: int) -> Parts | None:
    """Rows of a kernel that knows them, else groups of ``width`` lanes beside each other.

    None if the kernel is too large, if the values of all parts would not fit into the registers, or if it has atomic
    operations, which go lane after lane anyway.
    """
    opcodes = {item.opcode for item in kernel.instructions()}
    registers = {item.text("register") for item in kernel.instructions() if item.opcode == "sreg"}
    axis = "y" if "tid.y" in registers else "x"
    if f"tid.{axis}" not in registers or opcodes & {"atomic", "cmpxchg"}:
        return None
    step = width if axis == "x" else 1
    vectors = max(1, width * 32 // max(vector_bits, 32))
    dependent = Parts(axis, step, 1).dependent(kernel.blocks, set())
    held = _most_held(kernel, dependent) * vectors
    fitting = 24 if vector_bits >= _WIDE else 12  # of 32 or 16 registers; the rest is for what all parts share
    for count, most in MOST_REPLICATED.items():
        if len(dependent) * vectors <= most and held * count <= fitting:
            return Parts(axis, step, count)
    return None


_WIDE = 512


def _most_held(kernel: Function, dependent: set[Value]) -> int:
    """How many vectors a part has at once at the most: numbers of its own that are no indices."""
    held = {item for item in kernel.instructions() if item in dependent and _is_held(item)}
    live = live_after(kernel, kernel.instructions())
    return max((len(values & held) for values in live.values()), default=0)


def _is_held(item: Instruction) -> bool:
    return item.opcode == "load" or isinstance(item.type, FloatType)


__all__ = ["Parts", "choose_parts"]
