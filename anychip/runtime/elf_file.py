"""The parts of a 64-bit little-endian ELF file that a device link looks at: sections by name, symbols it defines.

Field offsets are those of the System V ABI, chapters "Sections" and "Symbol Table".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEADER_BYTES = 64
_SECTION = struct.Struct("<IIQQQQIIQQ")  # name, type, flags, address, offset, size, link, info, alignment, entry size
_SYMBOL = struct.Struct("<IBBHQQ")  # name, info, other, section, value, size
_SYMBOL_TABLE = 2
_NO_BITS = 8
_UNDEFINED = 0
_RELOCATABLE = 1


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    type: int
    offset: int
    size: int
    link: int


class ElfFile:
    """A relocatable object in memory. Anything that is not one has no sections: the linker will say what it is."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._sections = _read_sections(data) if _is_object(data) else []
        except (struct.error, IndexError):
            self._sections = []  # cut off

    def section(self, name: str) -> bytes:
        """The content of a section, empty if there is none."""
        parts = [self._content(found) for found in self._sections if found.name == name and found.type != _NO_BITS]
        return b"".join(parts)

    def defined_symbols(self) -> frozenset[str]:
        """The names of global symbols that the object defines."""
        found = set()
        for table in (section for section in self._sections if section.type == _SYMBOL_TABLE):
            names = self._content(self._sections[table.link])
            rows = self._content(table)
            for name, info, _, section, _, _ in _SYMBOL.iter_unpack(rows[: len(rows) // _SYMBOL.size * _SYMBOL.size]):
                if section != _UNDEFINED and info >> 4:
                    found.add(_text(names, name))
        return frozenset(found)

    def _content(self, section: _Section) -> bytes:
        return self._data[section.offset : section.offset + section.size]


def _is_object(data: bytes) -> bool:
    """64-bit, little-endian, relocatable."""
    return data[:6] == b"\x7fELF\x02\x01" and len(data) >= _HEADER_BYTES and data[16] == _RELOCATABLE


def _read_sections(data: bytes) -> list[_Section]:
    (start,) = struct.unpack_from("<Q", data, 40)
    size, count, names_at = struct.unpack_from("<HHH", data, 58)
    if not start:
        return []
    rows = [_SECTION.unpack_from(data, start)]
    # With very many sections the numbers stand in the first one.
    count, names_at = count or rows[0][5], rows[0][6] if names_at == 0xFFFF else names_at
    rows += [_SECTION.unpack_from(data, start + size * index) for index in range(1, count)]
    names = data[rows[names_at][4] : rows[names_at][4] + rows[names_at][5]]
    return [_Section(_text(names, row[0]), row[1], row[4], row[5], row[6]) for row in rows]


def _text(table: bytes, at: int) -> str:
    return table[at : table.index(b"\0", at)].decode(errors="replace") if at < len(table) else ""
