"""Build the benchmark programs, all by ``anychip nvcc``: baselines and CUDA programs come from the same clang."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
SOURCES = HERE / "kernels"


class BuildError(Exception):
    """A program did not build; the message is the compiler's."""


@dataclass(frozen=True, slots=True)
class Flags:
    """One set of host compiler flags of the hand-written C++."""

    name: str
    words: tuple[str, ...]
    libraries: tuple[str, ...] = ()


def hand_flags() -> tuple[Flags, ...]:
    """-O3 and -ffast-math, each with and without the effect of ``omp simd``; the latter with the widest vectors."""
    tuned = "-mcpu=native" if platform.machine() == "aarch64" else "-march=native"
    wide = ("-fopenmp-simd", *(("-mprefer-vector-width=512",) if _has_avx512() else ()))
    fast = ("-ffast-math", *_vector_math())
    library = ("-lmvec",) if _vector_math() else ()
    return (
        Flags("O3", (tuned,), library),
        Flags("O3-simd", (tuned, *wide), library),
        Flags("fast", (tuned, *fast), library),
        Flags("fast-simd", (tuned, *fast, *wide), library),
    )


def _vector_math() -> tuple[str, ...]:
    """The C library's vector functions, where clang knows them: log and exp in loops are vectorised only so."""
    return ("-fveclib=libmvec",) if platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc" else ()


def _has_avx512() -> bool:
    try:
        return "avx512f" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def nvcc(arguments: list[str], output: Path, checkout: Path = CHECKOUT) -> Path:
    """Run ``anychip nvcc`` of a checkout; returns the output. Raises BuildError."""
    output.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "anychip", "nvcc", "-O3", *arguments, "-o", str(output)]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise BuildError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return output


def cuda_program(source: Path, folder: Path, checkout: Path = CHECKOUT) -> Path:
    """A CUDA program of this folder by the anychip of a checkout."""
    return nvcc([str(source)], folder / source.stem, checkout)


def hand_program(source: str, flags: Flags, folder: Path) -> Path:
    """A program of hand-written C++ with one set of flags."""
    words = ["-std=c++20", str(SOURCES / f"{source}.cpp"), "-Xcompiler", ",".join(flags.words), *flags.libraries]
    return nvcc(words, folder / flags.name / source)


def limits_program(folder: Path) -> Path:
    """The program that measures what the machine can do."""
    return hand_program("limits", hand_flags()[0], folder)


def workload_library(folder: Path) -> Path:
    """The inputs and checks as a shared library, for workers that are not C++."""
    words = ["-std=c++20", "-shared", "-Xcompiler", "-fPIC", str(SOURCES / "workload_library.cpp")]
    return nvcc(words, folder / "libworkloads.so")
