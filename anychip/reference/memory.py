"""Device memory as the executor sees it: bytes at 64-bit addresses, every access checked.

``BytesMemory`` is a private address space for tests; ``ProcessMemory`` is the memory of this process, where the
runtime's arena lies. Sizes and addresses are in bytes.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right, insort
from collections.abc import Callable
from typing import Protocol

from anychip.ir import align_up
from anychip.reference.errors import DeviceFault


class Memory(Protocol):
    """What the executor needs of memory."""

    def read(self, address: int, size: int) -> bytes:
        """``size`` bytes at ``address``. Raises DeviceFault if one of them is not mapped."""

    def write(self, address: int, data: bytes) -> None:
        """Put ``data`` at ``address``. Raises DeviceFault if a byte of it is not mapped."""


class BytesMemory:
    """Allocations in an address space of its own, a gap after each, so that every overrun is a fault."""

    FIRST_ADDRESS = 0x10000
    GAP = 64

    def __init__(self) -> None:
        self._next = self.FIRST_ADDRESS
        self._starts: list[int] = []
        self._contents: dict[int, bytearray] = {}

    def allocate(self, size: int, alignment: int = 256) -> int:
        """Address of ``size`` new zero bytes."""
        address = align_up(self._next, alignment)
        self._next = address + size + self.GAP
        insort(self._starts, address)
        self._contents[address] = bytearray(size)
        return address

    def free(self, address: int) -> None:
        """Unmap an allocation. Raises DeviceFault if ``address`` is not the start of one."""
        if address not in self._contents:
            raise DeviceFault(f"free of 0x{address:x}, which is not the start of an allocation")
        self._starts.remove(address)
        del self._contents[address]

    def _find(self, address: int, size: int, verb: str) -> tuple[bytearray, int]:
        index = bisect_right(self._starts, address) - 1
        if index >= 0:
            content = self._contents[self._starts[index]]
            offset = address - self._starts[index]
            if offset + size <= len(content):
                return content, offset
        raise DeviceFault(f"{verb} of {size} bytes at 0x{address:x}, which is not mapped")

    def read(self, address: int, size: int) -> bytes:
        """See ``Memory.read``."""
        content, offset = self._find(address, size, "read")
        return bytes(content[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        """See ``Memory.write``."""
        content, offset = self._find(address, len(data), "write")
        content[offset : offset + len(data)] = data


class ProcessMemory:
    """Raw memory of this process. ``is_mapped(address, size)`` says whether the device may touch those bytes.

    ``describe(address)`` says in words what an address that may not be touched is.
    """

    def __init__(
        self, is_mapped: Callable[[int, int], bool], describe: Callable[[int], str] = lambda address: "not mapped"
    ) -> None:
        self._is_mapped = is_mapped
        self._describe = describe

    def read(self, address: int, size: int) -> bytes:
        """See ``Memory.read``."""
        self._check("read", address, size)
        return ctypes.string_at(address, size)

    def write(self, address: int, data: bytes) -> None:
        """See ``Memory.write``."""
        self._check("write", address, len(data))
        ctypes.memmove(address, data, len(data))

    def _check(self, verb: str, address: int, size: int) -> None:
        if not self._is_mapped(address, size):
            raise DeviceFault(
                f"{verb} of {size} bytes at 0x{address:x}, which is not mapped: {self._describe(address)}"
            )
