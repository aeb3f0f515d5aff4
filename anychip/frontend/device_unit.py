"""The device code of one relocatable object: LLVM bitcode with what the device link must know, in a section of its own.

Objects that were merged (``ld -r``) hold several, one behind the other with padding between. The section is marked
to be left out of programs. docs/design/separate_compilation.md describes the format.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from anychip.diagnostics import UserError

SECTION = ".anychip_device"
FORMAT = 1
REGISTER = "__cudaRegisterLinkedBinary"
"""With a unit's identity behind it: the function its host code calls to register, which the device link defines."""

_MAGIC = b"anychip\x01"
_HEADER = struct.Struct("<8sIII")  # magic, format, bytes of the description, bytes of the compressed bitcode
_ALIGNMENT = 8


@dataclass(frozen=True, slots=True)
class DeviceUnit:
    """One source's device code. ``identity`` is what its host code calls itself when it registers (``__nv_...``)."""

    source: str
    identity: str
    target: str
    bitcode: bytes


def pack(unit: DeviceUnit) -> bytes:
    """The bytes that go into the object's section."""
    description = json.dumps({"source": unit.source, "identity": unit.identity, "target": unit.target}).encode()
    code = zlib.compress(unit.bitcode, 6)
    return _HEADER.pack(_MAGIC, FORMAT, len(description), len(code)) + description + code


def unpack(section: bytes, file: str) -> Iterator[DeviceUnit]:
    """The units of a section. Raises UserError, naming ``file``, for damaged data or that of another version."""
    at = 0
    while at + _HEADER.size <= len(section):
        magic, version, described, size = _HEADER.unpack_from(section, at)
        if magic != _MAGIC or version != FORMAT:
            raise _refused(file, "is damaged" if magic != _MAGIC else "is of another version of anychip")
        start = at + _HEADER.size
        end = start + described + size
        yield _unit(section[start : start + described], section[start + described : end], file)
        at = -(-end // _ALIGNMENT) * _ALIGNMENT


def _unit(description: bytes, code: bytes, file: str) -> DeviceUnit:
    try:
        words = json.loads(description)
        return DeviceUnit(words["source"], words["identity"], words["target"], zlib.decompress(code))
    except (ValueError, KeyError, zlib.error) as error:
        raise _refused(file, "is damaged") from error


def _refused(file: str, what: str) -> UserError:
    return UserError(f"{file}: the device code in this object {what}", hint="compile its source again")
