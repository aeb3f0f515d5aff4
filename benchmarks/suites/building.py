"""Build a program the way its authors do, with ``anychip nvcc`` in the place of nvcc."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from benchmarks.build import CHECKOUT
from benchmarks.suites import process
from benchmarks.suites.catalogue import Program

_CLEAN_LIMIT = 30.0


class Builder:
    """Builds programs of a scratch copy. ``work`` receives the command that stands for nvcc."""

    def __init__(self, work: Path, limit: float) -> None:
        self.limit = limit
        folder = work / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(CHECKOUT)}
        command = folder / "nvcc"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m anychip nvcc "$@"\n')
        command.chmod(0o755)

    def build(self, program: Program, tree: Path) -> process.Outcome:
        """Build in place; the program is then run in the same folder."""
        folder = tree / program.folder
        if program.compile:
            return process.run(["nvcc", *program.compile], folder, self.environment, self.limit)
        process.run(["make", "clean"], folder, self.environment, _CLEAN_LIMIT)
        return process.run(["make", "CC=nvcc", "NVCC=nvcc", "LAUNCHER="], folder, self.environment, self.limit)
