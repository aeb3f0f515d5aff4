"""Static libraries: reading the members of an ``ar`` archive (``static_library.py`` makes one).

The format is that of GNU and System V ``ar``: headers of 60 bytes, long names in a member ``//``. A thin archive names
its members' files instead of holding them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from anychip.diagnostics import UserError

_MAGIC = b"!<arch>\n"
_THIN = b"!<thin>\n"
_HEADER_BYTES = 60


def is_archive(data: bytes) -> bool:
    """Whether a file begins like an archive."""
    return data[:8] in (_MAGIC, _THIN)


def members(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each object in an archive. Raises UserError if it is damaged."""
    names, at, thin = b"", len(_MAGIC), data[:8] == _THIN
    while at + _HEADER_BYTES <= len(data):
        header = data[at : at + _HEADER_BYTES]
        at += _HEADER_BYTES
        if header[58:] != b"`\n" or not header[48:58].strip().isdigit():
            raise UserError(f"{path}: the archive is damaged")
        name, size = header[:16].rstrip(), int(header[48:58])
        special = name in (b"/", b"//", b"/SYM64/")
        content = b"" if thin and not special else data[at : at + size]
        at += 0 if thin and not special else size + size % 2
        if name == b"//":
            names = content
        elif not special:
            yield _member(path, _name(name, names), content, thin=thin)


def _name(short: bytes, names: bytes) -> str:
    """A member's name: in the header, or at an offset of the table of long names."""
    if short[:1] == b"/" and short[1:].isdigit():
        short = names[int(short[1:]) :].split(b"\n", 1)[0]
    return short.rstrip(b"/").decode(errors="surrogateescape")


def _member(path: Path, name: str, content: bytes, *, thin: bool) -> tuple[str, bytes]:
    if not thin:
        return name, content
    try:
        return name, (path.parent / name).read_bytes()
    except OSError as error:
        raise UserError(f"{path}: its member {name} cannot be read: {error.strerror}") from error
