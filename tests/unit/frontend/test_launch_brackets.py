"""Launch brackets written apart."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from anychip.frontend.launch_brackets import include_folders, join_brackets, overlay_flags
from anychip.frontend.toolchain import find_toolchain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f << <1, 2 >> > (x);", "f <<< 1, 2 >>>  (x);"),
        ("f<<\t<1, 2>>>(x);", "f<<<\t1, 2>>>(x);"),
        ("f<<<1, 2>>>(x);", "f<<<1, 2>>>(x);"),
        ("V<V<V<int>> > v;", "V<V<V<int>> > v;"),
        ('a << <1> > b; s = "<< <"; // << <', 'a <<< 1> > b; s = "<< <"; // << <'),
        ('k << <1, 1>> >(); R"x(<< <)x"; /* << < */', 'k <<< 1, 1>>> (); R"x(<< <)x"; /* << < */'),
        ("friend S &operator<< <T>(S &, T); k << <1, 1>> >();", "friend S &operator<< <T>(S &, T); k <<< 1, 1>>> ();"),
        ("int n = 1'000; k << <1, n>> >();", "int n = 1'000; k <<< 1, n>>> ();"),
        ("char c = '\"'; k << <1, 1>> >();", "char c = '\"'; k <<< 1, 1>>> ();"),
    ],
)
def test_join(text: str, expected: str) -> None:
    assert join_brackets(text) == expected
    assert len(expected) == len(text)


def test_a_source_without_them_needs_no_overlay(tmp_path: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("k<<<1, 1>>>();\n")
    assert overlay_flags(source, (), tmp_path) == []


def test_included_files_are_shown_joined_under_their_own_names(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = tmp_path / "a.cpp"
    source.write_text('#include "b.h"\nint x = k << <1 >> > 2;\n')
    (tmp_path / "inner" / "b.h").write_text("b << <1 >> > 2\n")
    folders = include_folders(("-DX", f"-I{tmp_path / 'inner'}"))
    flags = overlay_flags(source, folders, scratch)
    command = [str(find_toolchain().clangxx), "-E", f"-I{tmp_path / 'inner'}", *flags, str(source)]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "b <<< 1 >>> 2" in seen
    assert "k <<< 1 >>> 2" in seen
    assert str(scratch) not in seen


def test_folders_of_includes() -> None:
    assert include_folders(("-Ia", "-I", "b", "-DX=1", "-isystem", "c")) == (Path("a"), Path("b"))
