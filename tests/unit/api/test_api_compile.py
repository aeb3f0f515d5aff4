"""``anychip.compile``: text and files, options, errors as exceptions, and the cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import anychip
from anychip.diagnostics import ToolError, Unsupported, UserError

ROOT = Path(__file__).resolve().parents[3]
TEXT = """#ifndef STEP
#define STEP 1
#endif
extern "C" __global__ void next(int *x) { *x += STEP; }
"""


def test_text_and_options() -> None:
    x = np.zeros(1, np.int32)
    anychip.compile(TEXT)["next"][1, 1](x)
    anychip.compile(TEXT, ("-DSTEP=10",))["next"][1, 1](x)
    assert x[0] == 11


def test_a_file_by_str_or_path_and_its_headers(tmp_path: Path) -> None:
    folder = tmp_path / "include"
    folder.mkdir()
    (folder / "step.h").write_text("#define STEP 3\n")
    source = tmp_path / "next.cu"
    source.write_text(f'#include "step.h"\n{TEXT}')
    x = np.zeros(1, np.int32)
    anychip.compile(source, ["-I", str(folder)])["next"][1, 1](x)
    (folder / "step.h").write_text("#define STEP 40\n")
    anychip.compile(str(source), ["-I", str(folder)])["next"][1, 1](x)
    assert x[0] == 43


def test_host_code_in_the_source_does_no_harm() -> None:
    x = np.zeros(1, np.int32)
    host = '#include <cstdio>\nint main() { int *p; next<<<1, 1>>>(p); return printf("%d", *p); }\n'
    anychip.compile(TEXT + host)["next"][1, 1](x)
    assert x[0] == 1


def test_no_such_file() -> None:
    with pytest.raises(UserError, match=r"nowhere\.cu: no such file") as caught:
        anychip.compile("nowhere.cu")
    assert "source text must contain" in (caught.value.hint or "")


def test_a_folder_and_a_binary_are_not_sources(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a directory"):
        anychip.compile(tmp_path)
    picture = tmp_path / "picture.cu"
    picture.write_bytes(b"\x89PNG\r\n\0\0")
    with pytest.raises(UserError, match=r"picture\.cu: not CUDA or C\+\+ source text"):
        anychip.compile(picture)


def test_a_wrong_option() -> None:
    with pytest.raises(UserError, match="unknown option --use_fastmath") as caught:
        anychip.compile(TEXT, ["--use_fastmath"])
    assert "--use_fast_math" in (caught.value.hint or "")


def test_a_syntax_error_in_text_shows_clangs_words_and_the_place() -> None:
    with pytest.raises(ToolError) as caught:
        anychip.compile("__global__ void k(int *x) {\n  *x = y;\n}\n")
    assert "<source>:2:8: error: use of undeclared identifier 'y'" in str(caught.value)
    assert "clang could not compile" in str(caught.value)


def test_an_unsupported_construct_says_where() -> None:
    text = '__global__ void k(int *x) {\n  asm volatile("bfind.u32 %0, %1;" : "=r"(*x) : "r"(*x));\n}\n'
    with pytest.raises(Unsupported, match="inline PTX is not supported yet: bfind") as caught:
        anychip.compile(text)
    assert (caught.value.location.file, caught.value.location.line) == ("<source>", 2)


@pytest.fixture
def _broken_device() -> object:
    yield
    anychip.reset()


@pytest.mark.usefixtures("_broken_device")
def test_a_fault_in_text_names_its_line() -> None:
    program = anychip.compile("__global__ void poke(int *x, long far) {\n\n  x[far] = 1;\n}\n")
    with pytest.raises(anychip.CudaError, match=r"in kernel poke\(int\*, long\) at <source>:3, block \(0,0,0\)"):
        program["poke"][1, 1](np.zeros(1, np.int32), 1 << 40)


def test_a_cached_program_loads_neither_llvmlite_nor_the_compiler() -> None:
    anychip.compile(TEXT)
    code = (
        "import sys, numpy as np, anychip\n"
        f"x = np.zeros(1, np.int32); anychip.compile({TEXT!r})['next'][1, 1](x)\n"
        "print(x[0], [m for m in ('llvmlite', 'anychip.compiler', 'anychip.frontend.llvm_reader') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout == "1 []\n", done.stderr
