"""Write static libraries: the ar format with GNU's index of symbols, which linkers need to find members.

Neither the compiler's wheel nor a system without binutils has an archiver. The bytes depend only on the members.
"""

from __future__ import annotations

import struct
from pathlib import Path

from anychip.diagnostics import UserError

_MAGIC = b"!<arch>\n"
_ELF64_LITTLE = b"\x7fELF\x02\x01"
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_SYMTAB = 2
_GLOBAL_BINDINGS = frozenset({1, 2, 10})  # global, weak, unique
_SHORT_NAME = 15


def write_archive(objects: dict[str, Path], output: Path) -> None:
    """Make the static library of object files by the members' names. Raises UserError for a file that is no object."""
    contents = [(name, path.read_bytes()) for name, path in objects.items()]
    for path, (_, data) in zip(objects.values(), contents, strict=True):
        if not data.startswith(_ELF64_LITTLE):
            raise UserError(f"{path}: not an object file", hint="a static library is made of .o files")
    names, long_names = _member_names([name for name, _ in contents])
    symbols = [defined_symbols(data) for _, data in contents]
    table = b"".join(symbol + b"\0" for found in symbols for symbol in found)
    count = sum(map(len, symbols))
    index_size = 4 + 4 * count + len(table)
    position = len(_MAGIC) + 60 + _even(index_size) + (60 + _even(len(long_names)) if long_names else 0)
    offsets: list[int] = []
    for (_, data), found in zip(contents, symbols, strict=True):
        offsets += [position] * len(found)
        position += 60 + _even(len(data))
    parts = [_MAGIC]
    if count:
        parts.append(_member(b"/", struct.pack(f">{count + 1}I", count, *offsets) + table))
    elif contents:
        parts.append(_member(b"/", struct.pack(">I", 0)))
    parts += [_member(b"//", long_names)] if long_names else []
    parts += [_member(name, data) for name, (_, data) in zip(names, contents, strict=True)]
    output.write_bytes(b"".join(parts))


def defined_symbols(data: bytes) -> list[bytes]:
    """Names of the global symbols that an ELF object of 64 bits defines."""
    start, count, size = struct.unpack_from("<Q", data, 40)[0], *_section_count(data)
    sections = [_SECTION.unpack_from(data, start + index * size) for index in range(count)]
    found = []
    for _, kind, _, _, offset, length, link, *_ in sections:
        if kind != _SYMTAB:
            continue
        strings = sections[link][4]
        for at in range(offset, offset + length, _SYMBOL.size):
            name, info, _, section, _, _ = _SYMBOL.unpack_from(data, at)
            if section and info >> 4 in _GLOBAL_BINDINGS:
                begin = strings + name
                found.append(data[begin : data.index(b"\0", begin)])
    return found


def _section_count(data: bytes) -> tuple[int, int]:
    """How many section headers there are and the size of one; many sections are counted in the first header."""
    size, count = struct.unpack_from("<HH", data, 58)
    start = struct.unpack_from("<Q", data, 40)[0]
    return count or _SECTION.unpack_from(data, start)[5], size


def _member_names(names: list[str]) -> tuple[list[bytes], bytes]:
    """Each member's name field, and the table of the names that are too long for it."""
    fields, table = [], b""
    for name in names:
        encoded = name.encode(errors="surrogateescape")
        if len(encoded) <= _SHORT_NAME:
            fields.append(encoded + b"/")
        else:
            fields.append(b"/%d" % len(table))
            table += encoded + b"/\n"
    return fields, table


def _member(name: bytes, data: bytes) -> bytes:
    header = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, 0, 0, 0, b"644", len(data))
    return header + data + (b"\n" if len(data) % 2 else b"")


def _even(size: int) -> int:
    return size + size % 2
