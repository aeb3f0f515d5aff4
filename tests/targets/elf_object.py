"""What tests ask of a relocatable ELF file (System V ABI, "Object Files"; 64 bits, little-endian)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_SYMBOLS, _NO_BITS = 2, 8  # sh_type
_EXECUTABLE = 4  # sh_flags
_UNDEFINED = 0  # st_shndx


@dataclass(frozen=True)
class ElfObject:
    """``kind`` is e_type, ``machine`` e_machine; the symbols are those that other objects see or must define."""

    kind: int
    machine: int
    code_bytes: int
    defined: frozenset[str]
    undefined: frozenset[str]


@dataclass(frozen=True)
class _Section:
    kind: int
    flags: int
    offset: int
    size: int
    link: int


def read_object(data: bytes) -> ElfObject:
    """Parse an object; every section and symbol must lie inside the file."""
    assert data[:6] == b"\x7fELF\x02\x01"
    kind, machine = struct.unpack_from("<HH", data, 16)
    sections = _sections(data)
    for section in sections:
        assert section.kind == _NO_BITS or section.offset + section.size <= len(data)
    tables = [section for section in sections if section.kind == _SYMBOLS]
    assert len(tables) == 1
    defined, undefined = _symbols(data, tables[0], sections[tables[0].link])
    code = sum(section.size for section in sections if section.flags & _EXECUTABLE)
    return ElfObject(kind, machine, code, frozenset(defined), frozenset(undefined))


def _sections(data: bytes) -> list[_Section]:
    (start,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    if not count:  # too many for the header: the first section's size is their number
        (count,) = struct.unpack_from("<Q", data, start + 32)
    found = []
    for number in range(count):
        _, kind, flags, _, offset, length, link = struct.unpack_from("<IIQQQQI", data, start + number * size)
        found.append(_Section(kind, flags, offset, length, link))
    return found


def _symbols(data: bytes, table: _Section, names: _Section) -> tuple[set[str], set[str]]:
    defined: set[str] = set()
    undefined: set[str] = set()
    for place in range(table.offset + 24, table.offset + table.size, 24):
        name, info, _, section, _, _ = struct.unpack_from("<IBBHQQ", data, place)
        if info >> 4 == 0:
            continue  # local
        start = names.offset + name
        text = data[start : data.index(b"\0", start)].decode()
        (undefined if section == _UNDEFINED else defined).add(text)
    return defined, undefined
