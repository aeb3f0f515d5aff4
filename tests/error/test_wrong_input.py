"""Files and command lines that are wrong: what is wrong, where, what to do instead; exit status 1."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from error_support import Workplace


def test_missing_file(workplace: Workplace) -> None:
    done = workplace.anychip("run", "nowhere.cu")
    assert (done.returncode, done.stderr) == (1, "anychip: error: nowhere.cu: no such file\n")


def test_a_folder(workplace: Workplace) -> None:
    done = workplace.anychip("run", ".")
    assert (done.returncode, done.stderr) == (1, "anychip: error: .: is a directory\n")


def test_a_binary_file_is_not_cuda(workplace: Workplace) -> None:
    workplace.write("picture.cu", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    done = workplace.anychip("run", "picture.cu")
    assert done.returncode == 1
    assert done.stderr == "anychip: error: picture.cu: not CUDA or C++ source text: the file is binary\n"


def test_an_unknown_suffix(workplace: Workplace) -> None:
    workplace.write("notes.txt", "buy milk\n")
    done = workplace.anychip("run", "notes.txt")
    assert done.returncode == 1
    assert "notes.txt: not a source file or object" in done.stderr
    assert "hint: known suffixes: .cu, .cpp" in done.stderr
    assert "-x cu says that it is CUDA" in done.stderr


def test_prose_under_a_sources_name_has_clangs_first_complaint(workplace: Workplace) -> None:
    workplace.write("prose.cu", "Dear Sir or Madam\n")
    done = workplace.anychip("run", "prose.cu")
    assert done.returncode == 1
    assert done.stderr.startswith("prose.cu:1:1: error: unknown type name 'Dear'")
    assert done.stderr.endswith("anychip: error: clang could not compile prose.cu\n")


def test_a_syntax_error_in_device_code_is_told_once(workplace: Workplace) -> None:
    workplace.write("bad.cu", "__global__ void k(int *x) {\n  *x = 1\n}\nint main() {}\n")
    done = workplace.anychip("run", "bad.cu")
    assert done.returncode == 1
    assert done.stderr.count("bad.cu:2:9: error: expected ';' after expression") == 1


def test_an_error_only_the_device_pass_sees_passes_through(workplace: Workplace) -> None:
    source = (
        "int host_only();\n__device__ int f();\n__global__ void k(int *x) {\n  *x = host_only();\n}\nint main() {}\n"
    )
    workplace.write("host_call.cu", source)
    done = workplace.anychip("run", "host_call.cu")
    assert done.returncode == 1
    assert "candidate function not viable: call to __host__ function from __global__ function" in done.stderr
    assert "host_call.cu:4:8: error: no matching function for call to 'host_only'" in done.stderr


def test_a_missing_function_is_the_linkers_message(workplace: Workplace) -> None:
    workplace.write("half.cu", "int other();\nint main() { return other(); }\n")
    done = workplace.anychip("run", "half.cu")
    assert done.returncode == 1
    assert "undefined symbol: other()" in done.stderr
    assert "anychip: error:" in done.stderr


COMMAND_LINES = [
    (["nvcc", "--use_fastmath", "a.cu"], "unknown option --use_fastmath", "did you mean --use_fast_math?"),
    (["run", "--exeuctor", "reference", "a.cu"], "unknown option --exeuctor", "did you mean --executor?"),
    (["nvcc", "-Wall", "a.cu"], "unknown option -Wall", "-Xcompiler -Wall"),
    (["nvcc", "a.cu", "-o"], "option -o needs a value", "-o VALUE"),
    (["run", "a.cu", "--target"], "option --target needs a value", "--target VALUE"),
    (["run", "--target", "vax", "a.cu"], "unknown target 'vax'", "riscv64"),
    (["run", "--executor", "magic", "a.cu"], "unknown executor 'magic'", "compiled, reference"),
    (["run", "a.cu", "-o", "b"], "run makes no file", "anychip nvcc"),
    (["run", "a.o"], "no such file", ""),
    (["show", "--stage", "soup", "a.cu"], "there is no stage 'soup'", "stages: device.ll"),
    (["nvcc", "-c", "a.cu", "-o", "no/where.o"], "no/where.o: cannot be written", ""),
]


@pytest.mark.parametrize(("words", "message", "hint"), COMMAND_LINES, ids=[" ".join(row[0]) for row in COMMAND_LINES])
def test_wrong_arguments(workplace: Workplace, words: list[str], message: str, hint: str) -> None:
    workplace.write("a.cu", "int main() { return 0; }\n")
    done = workplace.anychip(*words)
    assert done.returncode == 1
    assert message in done.stderr.splitlines()[0]
    assert hint in done.stderr


def test_an_unknown_command_is_status_2(workplace: Workplace) -> None:
    done = workplace.anychip("fly")
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown command 'fly'" in done.stderr


UNSUPPORTED = [
    (
        '__global__ void k(int *x) {\n  \n  asm volatile("bfind.u32 %0, %1;" : "=r"(*x) : "r"(*x));\n}\n',
        "k.cu:3:3: unsupported: inline PTX is not supported yet: bfind.u32",
        'asm volatile("bfind.u32',
    ),
    (
        "__global__ void k(cudaTextureObject_t t, float *x) {\n  *x = tex2D<float>(t, 1.0f, 2.0f);\n}\n",
        "k.cu:2:8: note: ",
        "tex2D is not supported by anychip: texture access",
    ),
    (
        "texture<float, 2> image;\n__global__ void k(float *x) {\n  *x = tex2D(image, 1.0f, 2.0f);\n}\n",
        "k.cu:1:19: note: ",
        "texture references are not supported by anychip",
    ),
]


@pytest.mark.parametrize(("source", "place", "text"), UNSUPPORTED, ids=["inline PTX", "texture object", "texture"])
def test_unsupported_constructs_say_where(workplace: Workplace, source: str, place: str, text: str) -> None:
    workplace.write("k.cu", source + "int main() { return 0; }\n")
    done = workplace.anychip("run", "k.cu")
    assert done.returncode == 1
    assert place in done.stderr
    assert text in done.stderr


@pytest.mark.parametrize("option", ["-m32"])
def test_unsupported_ways_to_compile_are_named(workplace: Workplace, option: str) -> None:
    workplace.write("a.cu", "int main() { return 0; }\n")
    done = workplace.anychip("nvcc", option, "a.cu")
    assert done.returncode == 1
    assert done.stderr.startswith("anychip: unsupported: ")
    assert f"({option.partition('=')[0]})" in done.stderr
    assert "hint: " in done.stderr
    assert [path.name for path in workplace.folder.iterdir()] == ["a.cu"]


def test_whole_program_device_code_must_be_complete(workplace: Workplace) -> None:
    workplace.write("a.cu", "extern __device__ int other();\n__global__ void k(int *p) { *p = other(); }\n")
    done = workplace.anychip("nvcc", "-c", "a.cu")
    assert done.returncode == 1
    assert "a.cu:2:34: error: device function 'other()' is called but not defined" in done.stderr
    assert "hint: if another source defines it, compile both with -rdc=true" in done.stderr


@pytest.mark.parametrize("place", ["/proc/anychip", "below a file", "read-only folder"])
def test_a_cache_that_cannot_be_written(workplace: Workplace, place: str) -> None:
    """Root may write to a read-only folder, but nobody below a file or in /proc."""
    workplace.write("a.cu", "int main() { return 0; }\n")
    folder = workplace.folder / "folder"
    folder.mkdir(mode=0o500)
    if place == "read-only folder" and os.access(folder, os.W_OK):
        pytest.skip("root ignores permissions")
    paths = {"/proc/anychip": Path("/proc/anychip"), "below a file": workplace.folder / "a.cu" / "cache"}
    cache = paths.get(place, folder / "cache")
    for words in (["run", "a.cu"], ["nvcc", "-c", "a.cu"], ["show", "--stage", "wir", "a.cu"]):
        done = Workplace(workplace.folder, cache).anychip(*words)
        assert done.returncode == 1
        assert f"anychip: error: the cache folder {cache} cannot be written: " in done.stderr
        assert "hint: set ANYCHIP_CACHE_DIR to a folder that can be written" in done.stderr
    done = Workplace(workplace.folder, cache).anychip("doctor")
    assert done.returncode == 1
    assert f"MISSING cache: the cache folder {cache} cannot be written" in done.stdout
