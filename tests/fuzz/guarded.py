"""Memory between pages that may not be touched: buffers end where such a page starts."""

from __future__ import annotations

import ctypes
import mmap

_NO_ACCESS = 0  # PROT_NONE
_CANARY = 0xC3
_ALIGNMENT = 16


class GuardedBuffer:
    """A copy of some bytes; an access past the end, or a page before the start, is a fault."""

    def __init__(self, libc: ctypes.CDLL, data: bytes) -> None:
        page = mmap.PAGESIZE
        inner = -(-len(data) // page) * page
        self._map = mmap.mmap(-1, inner + 2 * page)
        self._whole = (ctypes.c_char * len(self._map)).from_buffer(self._map)
        base = ctypes.addressof(self._whole)
        self._first, self._inner, self._size = base + page, inner, len(data)
        self.address = (base + page + inner - len(data)) // _ALIGNMENT * _ALIGNMENT
        ctypes.memset(self._first, _CANARY, inner)
        ctypes.memmove(self.address, data, len(data))
        libc.mprotect(ctypes.c_void_p(base), ctypes.c_size_t(page), _NO_ACCESS)
        libc.mprotect(ctypes.c_void_p(base + page + inner), ctypes.c_size_t(page), _NO_ACCESS)

    def content(self) -> bytes:
        """The bytes now."""
        return ctypes.string_at(self.address, self._size)

    def stray_writes(self) -> bool:
        """Whether something around the bytes was overwritten."""
        front = ctypes.string_at(self._first, self.address - self._first)
        end = self.address + self._size
        back = ctypes.string_at(end, self._first + self._inner - end)
        return any(byte != _CANARY for byte in front + back)
