"""Finding device code in what is linked: objects, archives of both kinds, libraries by name."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from anychip.codegen.object_file import emit_host_object
from anychip.diagnostics import UserError
from anychip.frontend.device_unit import REGISTER, SECTION, DeviceUnit, pack
from anychip.runtime.archive import members
from anychip.runtime.device_inputs import DeviceInput, device_inputs
from anychip.runtime.elf_file import ElfFile
from anychip.runtime.static_library import write_archive
from anychip.targets import lookup

needs_ar = pytest.mark.skipif(shutil.which("ar") is None, reason="ar is not installed")


def unit(name: str) -> DeviceUnit:
    return DeviceUnit(f"{name}.cu", f"__nv_{name}", lookup(None).triple, b"BC")


def object_of(text: str) -> bytes:
    return emit_host_object(text, lookup(None))


def carrier(path: Path, name: str) -> Path:
    """An object that carries a unit's device code."""
    data = pack(unit(name))
    content = "".join(f"\\{byte:02X}" for byte in data)
    path.write_bytes(object_of(f'@u = constant [{len(data)} x i8] c"{content}", section "{SECTION}", align 8\n'))
    return path


def found(name: str, file: Path, *, library: bool = False) -> DeviceInput:
    return DeviceInput(unit(name), str(file), library)


def test_sections_and_symbols_of_an_object() -> None:
    elf = ElfFile(
        object_of('@v = global i32 1, section ".mine"\n@w = external global i32\ndefine void @f() { ret void }\n')
    )
    assert elf.section(".mine") == b"\1\0\0\0"
    assert elf.section(".other") == b""
    assert {"v", "f"} <= elf.defined_symbols()
    assert "w" not in elf.defined_symbols()


@pytest.mark.parametrize("data", [b"", b"text", b"\x7fELF\x02\x01" + b"\1" * 100])
def test_what_is_no_object_has_no_sections(data: bytes) -> None:
    assert ElfFile(data).section(SECTION) == b""
    assert not ElfFile(data).defined_symbols()


def test_objects_give_their_units_once(tmp_path: Path) -> None:
    one, two = carrier(tmp_path / "one.o", "one"), carrier(tmp_path / "two.o", "two")
    plain = tmp_path / "plain.o"
    plain.write_bytes(object_of("define void @f() { ret void }\n"))
    assert device_inputs([one, plain, two, one], ()) == [found("one", one), found("two", two)]


def test_units_that_a_device_link_made_register_are_done(tmp_path: Path) -> None:
    one, two = carrier(tmp_path / "one.o", "one"), carrier(tmp_path / "two.o", "two")
    linked = tmp_path / "linked.o"
    linked.write_bytes(object_of(f"define weak hidden void @{REGISTER}__nv_one() {{ ret void }}\n"))
    assert device_inputs([one, two, linked], ()) == [found("two", two)]


@needs_ar
@pytest.mark.parametrize("flags", ["crs", "crsT"])
def test_members_of_libraries(tmp_path: Path, flags: str) -> None:
    long = carrier(tmp_path / "a_name_longer_than_a_header_has_room_for.o", "one")
    short = carrier(tmp_path / "b.o", "two")
    library = tmp_path / "libboth.a"
    subprocess.run(["ar", flags, library.name, long.name, short.name], cwd=tmp_path, check=True)
    assert [name for name, _ in members(library, library.read_bytes())] == [long.name, short.name]
    expected = [found("one", library, library=True), found("two", library, library=True)]
    assert device_inputs([library], ()) == expected
    assert device_inputs([], (f"-L{tmp_path}", "-lboth")) == expected
    assert device_inputs([], ("-Xlinker", str(library))) == expected
    assert device_inputs([], (f"-L{tmp_path}", "-l:libboth.a")) == expected


@needs_ar
def test_the_first_folder_that_has_a_library_decides(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    write_archive({"a.o": carrier(tmp_path / "a.o", "a")}, tmp_path / "two" / "libx.a")
    folders = (f"-L{tmp_path / 'one'}", f"-L{tmp_path / 'two'}", "-lx")
    assert len(device_inputs([], folders)) == 1
    (tmp_path / "one" / "libx.so").touch()
    assert device_inputs([], folders) == []


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    library = tmp_path / "libx.a"
    library.write_bytes(b"!<arch>\n" + b"x" * 60)
    with pytest.raises(UserError, match="the archive is damaged"):
        device_inputs([library], ())
