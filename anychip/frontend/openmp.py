"""OpenMP in host code: where LLVM's OpenMP runtime and its header are.

clang's wheel has neither. LLVM's own runtime is the PyPI package cmeel-libomp (the extra ``openmp``) or the
distribution's libomp-dev; the one that is found first is used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import Unsupported, UserError
from anychip.frontend.systems import find_system, is_native

_LIBRARY = "libomp.so"
# What build files name for OpenMP; LLVM's runtime stands for all of them.
LIBRARIES = frozenset({"-lgomp", "-lomp", "-liomp5"})


@dataclass(frozen=True, slots=True)
class OpenMP:
    """The folders of omp.h and of libomp.so."""

    header: Path
    library: Path

    def compile_flags(self) -> list[str]:
        """What every pass needs to find the header."""
        return ["-isystem", str(self.header)]

    def link_flags(self) -> list[str]:
        """What the linker needs; the program finds the library where it is now."""
        return [f"-L{self.library}", "-lomp", f"-Wl,-rpath,{self.library}"]


def find_openmp(target: str) -> OpenMP:
    """The OpenMP runtime for host code. Raises UserError that says how to get one, Unsupported for other processors."""
    if not is_native(target):
        raise Unsupported(f"-fopenmp for {find_system(target).name}: host code can use OpenMP only on this machine")
    for header, library in _candidates():
        if (header / "omp.h").exists() and (library / _LIBRARY).exists():
            return OpenMP(header, library)
    raise UserError(
        "-fopenmp needs LLVM's OpenMP runtime, which is not installed",
        hint="pip install 'anychip[openmp]', or apt-get install -y --no-install-recommends libomp-dev",
    )


def header_flags(target: str) -> list[str]:
    """Lets a source include omp.h without -fopenmp, as GCC does, if the header is there; searched after all others."""
    if not is_native(target):
        return []
    header = next((header for header, _ in _candidates() if (header / "omp.h").exists()), None)
    return ["-idirafter", str(header)] if header else []


def _candidates() -> Iterator[tuple[Path, Path]]:
    """Folders to look for header and library in: Python's packages first, then the system's LLVMs, newest first."""
    for folder in map(Path, sys.path):
        prefix = folder / "cmeel.prefix"
        yield prefix / "include", prefix / "lib"
    for llvm in sorted(Path("/usr/lib").glob("llvm-*"), key=_version, reverse=True):
        for header in llvm.glob("lib/clang/*/include"):
            yield header, llvm / "lib"
    yield Path("/usr/include"), Path(f"/usr/lib/{find_system().multiarch}")


def _version(folder: Path) -> int:
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdigit() else 0
