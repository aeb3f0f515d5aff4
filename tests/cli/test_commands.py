"""The commands as a user types them: results, messages, exit status. Uses the machine's compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """#include <cstdio>
#include "value.h"
__global__ void add(int *x) { x[threadIdx.x] += VALUE; }
int main(int count, char **words) {
  int host[4] = {1, 2, 3, 4}, *device;
  cudaMalloc(&device, sizeof host);
  cudaMemcpy(device, host, sizeof host, cudaMemcpyHostToDevice);
  add<<<1, 4>>>(device);
  cudaMemcpy(host, device, sizeof host, cudaMemcpyDeviceToHost);
  printf("%d %d %s\\n", host[0], host[3], count > 1 ? words[1] : "-");
  return count;
}
"""


@pytest.fixture(scope="session")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "value.h").write_text("#define VALUE 10\n")
    path = tmp_path / "prog.cu"
    path.write_text(PROGRAM)
    for name in ("value.h", "prog.cu"):
        os.utime(tmp_path / name, (1, 1))
    return path


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "ANYCHIP_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}


def anychip(cache: Path, folder: Path, *words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *python, "-m", "anychip", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(cache), capture_output=True, text=True, timeout=500, check=False
    )


def test_run_gives_output_arguments_and_exit_status(cache: Path, source: Path) -> None:
    done = anychip(cache, source.parent, "run", "prog.cu", "--", "word")
    assert (done.stdout, done.returncode) == ("11 14 word\n", 2), done.stderr


def test_a_warm_run_loads_neither_llvmlite_nor_numpy_nor_the_compiler(cache: Path, source: Path) -> None:
    assert anychip(cache, source.parent, "run", "prog.cu").returncode == 1
    done = anychip(cache, source.parent, "run", "prog.cu", "--", "again", python=("-X", "importtime"))
    assert done.stdout == "11 14 again\n"
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "anychip.cli.warm" in loaded
    heavy = {"llvmlite", "numpy", "subprocess", "dataclasses", "typing", "_hashlib", "anychip.diagnostics"}
    assert not loaded & {*heavy, "anychip.compiler", "anychip.cli.driver", "anychip.api"}


def test_a_changed_header_is_compiled_again(cache: Path, source: Path) -> None:
    assert anychip(cache, source.parent, "run", "prog.cu").stdout == "11 14 -\n"
    (source.parent / "value.h").write_text("#define VALUE 20\n")
    assert anychip(cache, source.parent, "run", "prog.cu").stdout == "21 24 -\n"


def test_two_processes_compile_the_same_file(cache: Path, source: Path) -> None:
    source.write_text(PROGRAM + f"// {source}\n")
    command = [sys.executable, "-m", "anychip", "run", "prog.cu"]
    running = [
        subprocess.Popen(command, cwd=source.parent, env=environment(cache), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=500)[0] for process in running] == ["11 14 -\n"] * 2


def test_old_c_is_compiled_with_warnings(cache: Path, tmp_path: Path) -> None:
    """What GCC up to 13 takes in C: undeclared functions and functions without a type."""
    source = tmp_path / "old.c"
    source.write_text('length(char *s) { return strlen(s); }\nint main(void) { return length("ab") == 2 ? 0 : 1; }\n')
    done = anychip(cache, tmp_path, "nvcc", str(source), "-o", "old")
    assert done.returncode == 0, done.stderr
    assert "warning" in done.stderr
    assert subprocess.run([tmp_path / "old"], check=False).returncode == 0


def test_nvcc_compiles_apart_and_links_in_a_plain_build(cache: Path, source: Path) -> None:
    (source.parent / "main.cpp").write_text("int twice(int); int main() { return twice(4); }\n")
    (source.parent / "twice.cu").write_text(
        "__global__ void k() {}\nint twice(int x) { k<<<1, 1>>>(); return 2 * x; }\n"
    )
    for name in ("main.cpp", "twice.cu"):
        done = anychip(cache, source.parent, "nvcc", "-O2", "-MD", "-c", name)
        assert done.returncode == 0, done.stderr
    assert (source.parent / "twice.d").read_text().startswith("twice.o: twice.cu")
    done = anychip(cache, source.parent, "nvcc", "main.o", "twice.o", "-o", "both", "-lcudart")
    assert done.returncode == 0, done.stderr
    assert subprocess.run([source.parent / "both"], check=False).returncode == 8


def test_a_cuda_file_without_kernels_is_a_program_too(cache: Path, tmp_path: Path) -> None:
    text = '#include <cstdio>\nstruct S { S() { puts("constructed"); } } s;\nint main() { return 3; }\n'
    (tmp_path / "plain.cu").write_text(text)
    done = anychip(cache, tmp_path, "run", "plain.cu")
    assert (done.stdout, done.returncode) == ("constructed\n", 3), done.stderr


def test_nvcc_says_its_release(cache: Path, tmp_path: Path) -> None:
    done = anychip(cache, tmp_path, "nvcc", "--version")
    assert done.stdout.startswith("anychip")
    assert "release 12.9, V12.9." in done.stdout


def test_dryrun_prints_both_passes_and_makes_nothing(cache: Path, source: Path) -> None:
    done = anychip(cache, source.parent, "nvcc", "--dryrun", "prog.cu")
    assert done.stderr.count("--cuda-device-only") == done.stderr.count("--cuda-host-only") == 1
    assert not (source.parent / "a.out").exists()


def test_a_syntax_error_is_told_once_with_its_place(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.cu").write_text("int main() {\n  return x;\n}\n")
    done = anychip(cache, tmp_path, "run", "bad.cu")
    assert done.returncode == 1
    assert done.stderr.count("bad.cu:2:10: error: use of undeclared identifier 'x'") == 1
    assert "Traceback" not in done.stderr


BAD_INPUT = [
    (["run", "nowhere.cu"], 1, "nowhere.cu: no such file"),
    (["run", "."], 1, ".: is a directory"),
    (["run", "picture.png"], 1, "picture.png: not a source file"),
    (["run", "picture.cu"], 1, "picture.cu: not CUDA or C++ source text"),
    (["run"], 1, "no input files"),
    (["run", "empty.cu", "--executor", "magic"], 1, "unknown executor 'magic'"),
    (["run", "empty.cu", "--target", "vax"], 1, "unknown target 'vax'"),
    (["run", "empty.cu", "-c"], 1, "run makes no file"),
    (["run", "empty.cu"], 1, "main"),
    (["nvcc", "empty.cu", "-c", "-o", "no/where.o"], 1, "no/where.o: cannot be written"),
    (["nvcc", "-m32", "empty.cu"], 1, "unsupported: 32-bit programs"),
    (["show", "--stage", "soup", "empty.cu"], 1, "there is no stage 'soup'"),
    (["cache", "burn"], 1, "unknown word 'burn'"),
    (["fly"], 2, "unknown command 'fly'"),
    (["prog.cu"], 2, "hint: anychip run prog.cu"),
    ([], 2, ""),
]


@pytest.mark.parametrize(("words", "status", "message"), BAD_INPUT, ids=[" ".join(row[0]) for row in BAD_INPUT])
def test_bad_input(cache: Path, tmp_path: Path, words: list[str], status: int, message: str) -> None:
    for name in ("picture.png", "picture.cu"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\0\0\0")
    (tmp_path / "empty.cu").write_text("")
    done = anychip(cache, tmp_path, *words)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cache_that_cannot_be_written_is_a_clear_error(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = anychip(tmp_path / "file" / "cache", source.parent, "run", "prog.cu")
    assert done.returncode == 1
    assert "the cache folder" in done.stderr
    assert "cannot be written" in done.stderr
    assert "ANYCHIP_CACHE_DIR" in done.stderr


def test_stages_are_listed_and_shown(cache: Path, source: Path) -> None:
    listed = anychip(cache, source.parent, "show").stdout
    assert [line.split()[0] for line in listed.splitlines()][:3] == ["device.ll", "normalized.ll", "wir"]
    for stage, word in (("device.ll", "ptx_kernel"), ("wir", "@_Z3addPi"), ("host.ll", "__cuda_module_ctor")):
        done = anychip(cache, source.parent, "show", "--stage", stage, "prog.cu")
        assert word in done.stdout, done.stderr


def test_cache_command_tells_and_clears(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "cdef.o").write_bytes(bytes(3 << 20))
    assert "1 files, 3.0 MiB" in anychip(folder, tmp_path, "cache").stdout
    assert "removed 1 files" in anychip(folder, tmp_path, "cache", "clear").stdout
    assert "0 files" in anychip(folder, tmp_path, "cache").stdout


def test_doctor_is_content_where_programs_run(cache: Path, tmp_path: Path) -> None:
    done = anychip(cache, tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "Ready to compile and run" in done.stdout
