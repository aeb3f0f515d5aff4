"""The commands that only tell: versions, every stage of a compilation, what the doctor finds, the cache."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from anychip import __version__
from anychip.compiler import STAGES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "__global__ void add(int *x) { x[threadIdx.x] += 5; }\nint main() { add<<<1, 1>>>(nullptr); }\n"
ELF = b"\x7fELF"


def anychip(cache: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT), "ANYCHIP_CACHE_SIZE": "1"}
    if cache.name == "anychip-cache":
        del environment["ANYCHIP_CACHE_SIZE"]  # the shared one stays whole
    command = [sys.executable, "-m", "anychip", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=500)


def test_version(tmp_path: Path) -> None:
    for option in ("--version", "-V"):
        assert anychip(tmp_path, tmp_path, option).stdout.decode() == f"anychip {__version__}\n"


def test_nvcc_version_is_readable_for_build_tools(tmp_path: Path) -> None:
    done = anychip(tmp_path, tmp_path, "nvcc", "--version")
    assert done.returncode == 0
    assert re.search(rb"release (\d+)\.(\d+), V\1\.\2\.\d+", done.stdout)


def test_help_names_every_command(tmp_path: Path) -> None:
    text = anychip(tmp_path, tmp_path, "--help").stdout.decode()
    for command in ("run", "nvcc", "doctor", "show", "cache"):
        assert f"\n  {command} " in text
        assert anychip(tmp_path, tmp_path, command, "--help").stdout.decode().startswith(f"``anychip {command}")


# What each stage must contain to be the stage that its name says.
MARKS = {
    "device.ll": rb"define .*ptx_kernel void @_Z3addPi",
    "normalized.ll": rb"define .*ptx_kernel void @_Z3addPi",
    "wir": rb"@_Z3addPi",
    "lanes": rb"_Z3addPi",
    "scalar.ll": rb"target triple = ",
    "optimized.ll": rb"target triple = ",
    "device.s": rb"_Z3addPi",
    "device.o": ELF,
    "host.ll": rb"define .* @main\(",
    "host.o": ELF,
    "object": ELF,
    "linked.ll": rb"define .*ptx_kernel void @_Z3addPi",
}
OPTIONS = {"linked.ll": ["-rdc=true"]}


def test_every_stage_is_listed(tmp_path: Path) -> None:
    listed = anychip(tmp_path, tmp_path, "show").stdout.decode().splitlines()
    assert [line.split()[0] for line in listed] == list(STAGES) == list(MARKS)


@pytest.mark.parametrize("stage", MARKS)
def test_every_stage_is_shown(shared_cache: Path, tmp_path: Path, stage: str) -> None:
    (tmp_path / "add.cu").write_text(SOURCE)
    done = anychip(shared_cache, tmp_path, "show", *OPTIONS.get(stage, []), "--stage", stage, "add.cu")
    assert done.returncode == 0, done.stderr
    assert re.search(MARKS[stage], done.stdout)
    written = (
        anychip(shared_cache, tmp_path, "show", *OPTIONS.get(stage, []), "--stage", stage, "-o", "out", "add.cu")
        if stage == "wir"
        else None
    )
    assert written is None or (tmp_path / "out").read_bytes() == done.stdout


def test_show_refuses_what_has_no_such_stage(shared_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "host.cu").write_text("int main() {}\n")
    (tmp_path / "b.cu").write_text(SOURCE)
    done = anychip(shared_cache, tmp_path, "show", "--stage", "wir", "host.cu")
    assert done.returncode == 1
    assert b"host.cu has no device code, so there is no stage wir" in done.stderr
    done = anychip(shared_cache, tmp_path, "show", "--stage", "wir", "host.cu", "b.cu")
    assert b"show takes one CUDA source" in done.stderr


def test_doctor_prepares_so_that_a_program_builds_nothing_else(shared_cache: Path, tmp_path: Path) -> None:
    done = anychip(shared_cache, tmp_path, "doctor", "--prepare")
    assert done.returncode == 0, done.stdout
    text = done.stdout.decode()
    assert text.endswith("Ready to compile and run for x86_64.\n") or "Ready to compile and run for" in text
    for what in ("runtime", "device library", "precompiled header, device", "precompiled header, host"):
        path = re.search(rf"^{what}: (.*)$", text, re.M)
        assert path, text
        assert Path(path[1]).stat().st_size > 1000
        assert Path(path[1]).is_relative_to(shared_cache)


def test_doctor_for_a_target_that_does_not_exist(shared_cache: Path, tmp_path: Path) -> None:
    done = anychip(shared_cache, tmp_path, "doctor", "--target", "vax")
    assert done.returncode == 1
    assert b"unknown target 'vax'" in done.stderr


def make_artefacts(cache: Path, count: int, size: int) -> list[Path]:
    """Artefacts of so many bytes, the first the least recently used."""
    made = []
    for number in range(count):
        path = cache / f"{number:02x}" / "artefact.o"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(size))
        os.utime(path, (1000 + number, 1000 + number))
        made.append(path)
    return made


def test_cache_tells_its_place_and_size(tmp_path: Path) -> None:
    make_artefacts(tmp_path / "c", 3, 1 << 20)
    text = anychip(tmp_path / "c", tmp_path, "cache").stdout.decode()
    assert text == f"{tmp_path / 'c'}\n3 files, 3.0 MiB of at most 1 MiB\n"


def test_cache_prune_removes_the_least_recently_used(tmp_path: Path) -> None:
    artefacts = make_artefacts(tmp_path / "c", 5, 300 << 10)  # the bound is 1 MiB, pruned to 80 % of it
    done = anychip(tmp_path / "c", tmp_path, "cache", "prune")
    assert done.stdout.decode() == f"removed 3 files from {tmp_path / 'c'}\n"
    assert [path.exists() for path in artefacts] == [False, False, False, True, True]


def test_cache_clear_removes_all(tmp_path: Path) -> None:
    make_artefacts(tmp_path / "c", 2, 10)
    assert anychip(tmp_path / "c", tmp_path, "cache", "clear").stdout.decode().startswith("removed 2 files")
    assert anychip(tmp_path / "c", tmp_path, "cache").stdout.decode().splitlines()[1].startswith("0 files")


def test_cache_takes_no_other_word_and_says_if_its_size_is_none(tmp_path: Path) -> None:
    done = anychip(tmp_path, tmp_path, "cache", "burn")
    assert (done.returncode, b"anychip cache [clear | prune]" in done.stderr) == (1, True)
    environment = {**os.environ, "ANYCHIP_CACHE_SIZE": "big", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "anychip", "cache"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=100)
    assert done.returncode == 1
    assert b"ANYCHIP_CACHE_SIZE is 'big', not a number of MiB" in done.stderr
