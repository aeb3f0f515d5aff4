"""The columns of the table: each builds what a kernel needs and says how to start it."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from benchmarks import build, opencl
from benchmarks.catalogue import Kernel
from benchmarks.worker import Command


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all columns: where to build, threads, seconds of a round."""

    folder: Path
    threads: int
    seconds: float


class Column(ABC):
    """One thing compared. ``family``: anychip, hand or intel; the best column of a family stands for it."""

    def __init__(self, name: str, family: str, settings: Settings) -> None:
        self.name = name
        self.family = family
        self.settings = settings

    @abstractmethod
    def command(self, kernel: Kernel, size: int) -> Command | None:
        """Build if need be; None if this column does not have the kernel. Raises BuildError or UnavailableError."""

    def _words(self, kernel: Kernel, size: int) -> list[str]:
        sized = ["--size", str(size)] if size else []
        return ["--kernel", kernel.name, "--seconds", str(self.settings.seconds), *sized, "--serve"]


class Anychip(Column):
    """The CUDA program, by the anychip of a checkout."""

    def __init__(self, name: str, settings: Settings, checkout: Path = build.CHECKOUT) -> None:
        super().__init__(name, "anychip" if checkout == build.CHECKOUT else "other", settings)
        self._checkout = checkout

    def command(self, kernel: Kernel, size: int) -> Command:
        """The program; its workers are bounded as everybody's are."""
        source = build.SOURCES / f"{kernel.name}.cu"
        program = build.cuda_program(source, self.settings.folder / self.name, self._checkout)
        environment = {**os.environ, "ANYCHIP_NUM_THREADS": str(self.settings.threads)}
        return Command((str(program), *self._words(kernel, size)), environment)


class Hand(Column):
    """Hand-written C++ with one set of flags."""

    def __init__(self, flags: build.Flags, settings: Settings) -> None:
        super().__init__(f"C++ {flags.name}", "hand", settings)
        self._flags = flags
        self._built: dict[str, Path] = {}

    def command(self, kernel: Kernel, size: int) -> Command | None:
        """The program that holds the kernel's counterpart."""
        source = kernel.hand_source
        if not source:
            return None
        if source not in self._built:
            self._built[source] = build.hand_program(source, self._flags, self.settings.folder / "hand")
        threads = ["--threads", str(self.settings.threads)]
        return Command((str(self._built[source]), *self._words(kernel, size), *threads), dict(os.environ))


class Intel(Column):
    """Intel's OpenCL CPU runtime with one width of index."""

    def __init__(self, index: str, settings: Settings, *, fast: bool = False) -> None:
        super().__init__(f"Intel {index}{' fast' if fast else ''}", "intel", settings)
        self._options = ["--index", index, *(["--fast"] if fast else [])]
        self._venv = settings.folder / "opencl"

    def command(self, kernel: Kernel, size: int) -> Command:
        """The worker in the OpenCL environment."""
        python = opencl.prepare(self._venv)
        library = self.settings.folder / "libworkloads.so"
        if not library.exists() or library.stat().st_mtime < _newest(build.SOURCES):
            build.workload_library(self.settings.folder)
        script = str(build.HERE / "opencl_worker.py")
        words = (str(python), script, str(library), *self._words(kernel, size), *self._options)
        return Command(words, opencl.environment(self._venv, self.settings.threads))


def _newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in folder.iterdir())


def all_columns(settings: Settings, families: set[str], other: Path | None) -> list[Column]:
    """The columns of the families asked for, in the order in which they take turns."""
    columns: list[Column] = [Anychip("anychip", settings)]
    if other is not None:
        columns.append(Anychip("other", settings, other))
    if "hand" in families:
        columns += [Hand(flags, settings) for flags in build.hand_flags()]
    if "intel" in families:
        columns += [Intel("int", settings), Intel("long", settings), Intel("long", settings, fast=True)]
    return columns
