"""Local memory of one thread: a stack of allocations in chunks that the environment provides on demand."""

from __future__ import annotations

from collections.abc import Callable

from anychip.ir import align_up
from anychip.reference.errors import DeviceFault

FIRST_CHUNK = 4 << 10
CHUNK_ALIGNMENT = 256


class LocalMemory:
    """Allocations are given back in reverse order, when a function returns; chunks are kept until ``release_all``."""

    def __init__(self, allocate: Callable[[int, int], int], release: Callable[[int], None], limit: int) -> None:
        self._allocate = allocate
        self._release = release
        self._limit = limit
        self._chunks: list[tuple[int, int]] = []  # address, size
        self._top = (0, 0)  # index of the chunk in use, bytes used of it

    def mark(self) -> tuple[int, int]:
        """The present top, for ``give_back``."""
        return self._top

    def give_back(self, mark: tuple[int, int]) -> None:
        """Free all that was allocated since ``mark``."""
        self._top = mark

    def allocate(self, size: int, alignment: int) -> int:
        """Address of ``size`` bytes whose content is anything. Raises DeviceFault beyond the thread's limit."""
        index, used = self._top
        while True:
            if index == len(self._chunks):
                self._add_chunk(size + alignment)
            start, length = self._chunks[index]
            address = align_up(start + used, alignment)
            if address + size <= start + length:
                self._top = (index, address + size - start)
                return address
            index, used = index + 1, 0

    def _add_chunk(self, needed: int) -> None:
        held = sum(size for _, size in self._chunks)
        size = max(needed, held, FIRST_CHUNK)
        if held + needed > self._limit:
            raise DeviceFault(
                f"stack overflow: more than {self._limit} bytes of local memory", "cudaErrorHardwareStackError"
            )
        self._chunks.append((self._allocate(size, CHUNK_ALIGNMENT), size))

    def contains(self, address: int) -> bool:
        """Whether the address lies in this thread's local memory."""
        return any(start <= address < start + size for start, size in self._chunks)

    def release_all(self) -> None:
        """Hand every chunk back to the environment."""
        for address, _ in self._chunks:
            self._release(address)
        self._chunks.clear()
        self._top = (0, 0)
