"""Analysis: loads, or stores, of one block whose addresses differ by constants: done together at one of them.

The parts of a ``float4`` or of a structure, or the columns of a register tile, arrive as several accesses of one base.
Loads of a group are done at the first, stores at the last; between these nothing may touch what they touch. Accesses
of one thread are what counts: nothing but fences, barriers and volatile orders them for other threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from anychip.analysis.memory_space import pointer_space
from anychip.ir import (
    OPCODES,
    AddressSpace,
    Block,
    FloatType,
    Function,
    Instruction,
    IntType,
    PointerType,
    Type,
    size_of,
)
from anychip.vectorize.address_terms import Address, address_of, distinct

Stride = Callable[[Instruction], int | None]

MAX_BYTES = 256
"""How far apart the first and the last byte of a group may lie: far less than a page."""


@dataclass(frozen=True)
class AccessGroup:
    """``members`` in program order, each with where it lies, in bytes, from the lowest of them; all of ``size``."""

    members: tuple[Instruction, ...]
    offsets: tuple[int, ...]
    size: int

    @property
    def point(self) -> Instruction:
        """The member at whose place all are done."""
        return self.members[0 if self.members[0].opcode == "load" else -1]

    @property
    def place(self) -> int:
        """Where the point lies from the lowest member."""
        return self.offsets[self.members.index(self.point)]

    @property
    def span(self) -> int:
        """Bytes from the lowest member's first to the highest member's last."""
        return max(self.offsets) + self.size


def accessed_type(instruction: Instruction) -> Type:
    """What a load yields or a store takes."""
    return instruction.type if instruction.opcode == "load" else instruction.operands[0].type


def is_plain(instruction: Instruction) -> bool:
    """Whether it is an ordinary access of a type that vectors hold as memory does."""
    type_ = accessed_type(instruction)
    if instruction.flag("volatile") or "ordering" in instruction.attributes:
        return False
    if isinstance(type_, IntType):
        return type_.bits in (8, 16, 32, 64)
    return isinstance(type_, (FloatType, PointerType))


def group_accesses(
    function: Function, stride: Stride, together: Callable[[int], bool] = lambda size: True
) -> dict[Instruction, AccessGroup]:
    """The group of each plain access of differing addresses; ``stride`` tells how an access's differ from lane to lane,
    None if irregularly; ``together`` whether accesses of so many bytes may have company at all.
    """
    groups: dict[Instruction, AccessGroup] = {}
    for block in function.blocks:
        for group in _Block(function, stride, together).run(block):
            groups.update(dict.fromkeys(group.members, group))
    return groups


@dataclass
class _Access:
    instruction: Instruction
    address: Address
    size: int
    space: AddressSpace

    def meets(self, other: _Access) -> bool:
        """Whether one thread's two accesses may touch the same byte."""
        if self.address.terms == other.address.terms:
            apart = other.address.offset - self.address.offset
            return -other.size < apart < self.size
        spaces = {self.space, other.space}
        if len(spaces) == 2 and AddressSpace.GENERIC not in spaces:
            return False
        return not distinct(self.address, other.address)


@dataclass
class _Open:
    """A group that may still grow; ``written`` are stores that may be done after its first load."""

    stride: int | None
    accesses: list[_Access]
    written: list[_Access] = field(default_factory=list)

    def takes(self, new: _Access) -> bool:
        first = self.accesses[0]
        if new.size != first.size or new.address.terms != first.address.terms or self.stride == new.size:
            return False
        offsets = [item.address.offset for item in (*self.accesses, new)]
        span = max(offsets) + new.size - min(offsets)
        if span > min(abs(self.stride) if self.stride else MAX_BYTES, MAX_BYTES):
            return False
        return (max(offsets) - min(offsets)) % new.size == 0 and not any(new.meets(store) for store in self.written)

    def close(self) -> AccessGroup:
        lowest = min(item.address.offset for item in self.accesses)
        return AccessGroup(
            tuple(item.instruction for item in self.accesses),
            tuple(item.address.offset - lowest for item in self.accesses),
            self.accesses[0].size,
        )


class _Block:
    """Goes through one block with the groups that are open."""

    def __init__(self, function: Function, stride: Stride, together: Callable[[int], bool]) -> None:
        self.function = function
        self.together = together
        self.stride = stride
        self.loads: list[_Open] = []
        self.stores: list[_Open] = []

    def run(self, block: Block) -> Iterator[AccessGroup]:
        for instruction in block.instructions:
            if instruction.opcode not in ("load", "store"):
                if OPCODES[instruction.opcode].effects:
                    yield from self._close_all()
                continue
            if not is_plain(instruction):
                if instruction.flag("volatile") or "ordering" in instruction.attributes:
                    yield from self._close_all()
                else:
                    yield from self._pass(self._access(instruction))
                continue
            access = self._access(instruction)
            stride = self.stride(instruction)
            opened = self._find(access, stride) if self.together(access.size) else None
            yield from self._pass(access, opened)
            if opened:
                opened.accesses.append(access)
            elif stride != 0:
                self._open(access, stride)
        yield from self._close_all()

    def _access(self, instruction: Instruction) -> _Access:
        pointer = instruction.operands[-1]
        return _Access(
            instruction,
            address_of(pointer),
            size_of(accessed_type(instruction)),
            pointer_space(pointer, self.function),
        )

    def _find(self, access: _Access, stride: int | None) -> _Open | None:
        if stride == 0:
            return None
        is_load = access.instruction.opcode == "load"
        groups = self.loads if is_load else self.stores
        found = next((item for item in reversed(groups) if item.stride == stride and item.takes(access)), None)
        # Of two stores to one place the later one counts.
        overlaps = found and not is_load and any(item.meets(access) for item in found.accesses)
        return None if overlaps else found

    def _open(self, access: _Access, stride: int | None) -> None:
        if access.instruction.opcode == "store":
            self.stores.append(_Open(stride, [access]))
        else:  # stores that came before may be done later
            delayed = [store for item in self.stores for store in item.accesses]
            self.loads.append(_Open(stride, [access], delayed))

    def _pass(self, access: _Access, joined: _Open | None = None) -> Iterator[AccessGroup]:
        """Close the groups whose later accesses must not be done before this one, or their earlier ones after."""
        if access.instruction.opcode == "store":
            for item in self.loads:
                item.written.append(access)
        for item in list(self.stores):
            if item is not joined and any(other.meets(access) for other in item.accesses):
                self.stores.remove(item)
                yield item.close()

    def _close_all(self) -> Iterator[AccessGroup]:
        for item in (*self.loads, *self.stores):
            yield item.close()
        self.loads, self.stores = [], []


__all__ = ["AccessGroup", "accessed_type", "group_accesses", "is_plain"]
