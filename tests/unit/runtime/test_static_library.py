"""Static libraries written by us, read by the linker and the system's ar."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from anychip.diagnostics import UserError
from anychip.frontend.toolchain import find_toolchain
from anychip.runtime.static_library import defined_symbols, write_archive

LONG = "a_name_longer_than_fifteen_characters.o"


@pytest.fixture
def objects(tmp_path: Path) -> list[Path]:
    """Two objects, one with a long name, that define one(), two() and a weak three()."""
    texts = {
        "one.o": "int one(void) { return 1; }",
        LONG: "int two(void) { return 2; } __attribute__((weak)) int three;",
    }
    made = []
    for name, text in texts.items():
        source = tmp_path / f"{name}.c"
        source.write_text(f"static int hidden; {text} int *use_{name[0]}(void) {{ return &hidden; }}")
        subprocess.run([find_toolchain().clang, "-c", source, "-o", tmp_path / name], check=True)
        made.append(tmp_path / name)
    return made


def test_symbols_of_an_object_are_the_global_ones_it_defines(objects: list[Path]) -> None:
    assert set(defined_symbols(objects[0].read_bytes())) == {b"one", b"use_o"}
    assert set(defined_symbols(objects[1].read_bytes())) == {b"two", b"three", b"use_a"}


@pytest.mark.skipif(not shutil.which("ar"), reason="needs binutils")
def test_ar_reads_it(objects: list[Path], tmp_path: Path) -> None:
    library = tmp_path / "lib.a"
    write_archive({path.name: path for path in objects}, library)
    names = subprocess.run(["ar", "t", library], capture_output=True, text=True, check=True).stdout.split()
    assert names == ["one.o", LONG]
    for name, path in zip(names, objects, strict=True):
        assert subprocess.run(["ar", "p", library, name], capture_output=True, check=True).stdout == path.read_bytes()
    index = subprocess.run(["nm", "-s", library], capture_output=True, text=True, check=True).stdout
    assert f"two in {LONG}" in index
    assert "one in one.o" in index


@pytest.mark.parametrize("linker", ["ld", "ld.lld"])
def test_linkers_find_members_by_the_index(objects: list[Path], tmp_path: Path, linker: str) -> None:
    command = str(find_toolchain().linker) if linker == "ld.lld" else shutil.which(linker)
    if not command:
        pytest.skip(f"needs {linker}")
    library, output = tmp_path / "lib.a", tmp_path / "out"
    write_archive({path.name: path for path in objects}, library)
    subprocess.run([command, "-shared", "-u", "two", library, "-o", output], check=True)
    linked = output.read_bytes()
    assert b"use_a" in linked
    assert b"use_o" not in linked


def test_what_is_no_object_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.o").write_text("not an object")
    with pytest.raises(UserError, match=r"text\.o: not an object file"):
        write_archive({"text.o": tmp_path / "text.o"}, tmp_path / "lib.a")
