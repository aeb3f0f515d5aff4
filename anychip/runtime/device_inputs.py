"""Which device code a link has to link: that of relocatable objects, alone or in static libraries.

Programs are linked by name as the linker does it: files in order, ``-lname`` looked for in the folders of ``-L``.
A unit whose registration one of the inputs already defines has been through a device link before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import UserError
from anychip.frontend.device_unit import REGISTER, SECTION, DeviceUnit, unpack
from anychip.runtime.archive import is_archive, members
from anychip.runtime.elf_file import ElfFile


@dataclass(frozen=True, slots=True)
class DeviceInput:
    """A unit, the file it came from, and whether that is a library, whose members are taken as needed."""

    unit: DeviceUnit
    file: str
    library: bool


def device_inputs(objects: Iterable[Path], flags: tuple[str, ...]) -> list[DeviceInput]:
    """The units to link, each once. Raises UserError for damaged files and for objects that stand for one another."""
    found: dict[str, DeviceInput] = {}
    done: set[str] = set()
    for file, name, data, library in _contents([*objects, *_libraries(flags)]):
        if SECTION.encode() not in data and REGISTER.encode() not in data:
            continue
        elf = ElfFile(data)
        done.update(symbol.removeprefix(REGISTER) for symbol in elf.defined_symbols() if symbol.startswith(REGISTER))
        for unit in unpack(elf.section(SECTION), name):
            found.setdefault(unit.identity, DeviceInput(unit, file, library))
    return [item for identity, item in found.items() if identity not in done]


def _contents(files: Iterable[Path]) -> Iterator[tuple[str, str, bytes, bool]]:
    """File, name for messages, bytes and whether it is from a library, of every object."""
    for file in dict.fromkeys(files):
        if ".so" in file.suffixes:
            continue
        try:
            data = file.read_bytes()
        except OSError as error:
            raise UserError(f"{file}: cannot be read: {error.strerror}") from error
        if not is_archive(data):
            yield str(file), str(file), data, False
            continue
        for name, content in members(file, data):
            yield str(file), f"{file}({name})", content, True


def _libraries(flags: tuple[str, ...]) -> Iterator[Path]:
    """The static libraries that ``-l`` finds in the folders of ``-L``."""
    words = [word for word in flags if word != "-Xlinker"]
    folders = [Path(word[2:]) for word in words if word.startswith("-L")]
    for word in words:
        if word.endswith(".a") and not word.startswith("-") and Path(word).is_file():
            yield Path(word)
        if word.startswith("-l"):
            found = _find_library(word[2:], folders)
            if found is not None:
                yield found


def _find_library(name: str, folders: list[Path]) -> Path | None:
    """The first of the folders that has the library decides; a shared one has no device code for us."""
    for folder in folders:
        if name.startswith(":"):
            if (folder / name[1:]).is_file():
                return folder / name[1:]
            continue
        if (folder / f"lib{name}.so").is_file():
            return None
        if (folder / f"lib{name}.a").is_file():
            return folder / f"lib{name}.a"
    return None
