"""The index of programs: one JSON file per suite, one program per line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

INDEX = Path(__file__).resolve().parent / "index"


@dataclass(frozen=True, slots=True)
class Suite:
    """A repository of programs. ``revision`` is the commit that the index was made from."""

    name: str
    repository: str
    revision: str
    programs: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """One program of a suite.

    ``folder`` is where it is built, relative to the repository; ``compile`` the words after ``nvcc``, or empty for the
    program's own Makefile. ``run`` is the authors' command, ``scaled`` one of less work for a processor with few cores
    (only arguments differ). ``passes`` and ``fails`` are regular expressions over its output. ``groups`` are features
    beyond the core of CUDA that it uses, ``needs`` what it wants from outside (data, other libraries), ``twin`` the
    folder of an OpenMP version of the same program. ``intended`` says what a program does that is wrong on purpose.
    """

    suite: str
    name: str
    folder: str
    compile: tuple[str, ...] = ()
    run: str = "./main"
    scaled: str = ""
    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    needs: str = ""
    twin: str = ""
    intended: str = ""

    @property
    def command(self) -> str:
        """What is run here: the scaled command where there is one."""
        return self.scaled or self.run

    @property
    def checks_itself(self) -> bool:
        """Whether the output says if the result is right."""
        return bool(self.passes)


def suites() -> list[str]:
    """Names of the suites in the index."""
    return sorted(path.stem for path in INDEX.glob("*.json"))


def load(name: str, folder: Path = INDEX) -> Suite:
    """Read a suite's index. Raises FileNotFoundError for an unknown suite."""
    head, *rows = (folder / f"{name}.json").read_text().splitlines()
    about = json.loads(head)
    programs = tuple(_program(name, json.loads(row)) for row in rows if row.strip())
    return Suite(name, about["repository"], about["revision"], programs)


def _program(suite: str, row: dict[str, object]) -> Program:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Program(suite=suite, **fields)  # type: ignore[arg-type]


def chosen(programs: Iterable[Program], groups: str | None, names: str, limit: int) -> list[Program]:
    """Programs by name, or those that use nothing outside ``groups`` (comma list); ``limit`` takes a fixed sample."""
    found = list(programs)
    if names:
        wanted = set(names.split(","))
        found = [program for program in found if program.name in wanted]
    if groups is not None:
        allowed = set(filter(None, groups.split(",")))
        found = [program for program in found if set(program.groups) <= allowed]
    if limit:
        found = sorted(found, key=lambda program: hashlib.sha256(program.name.encode()).digest())[:limit]
    return found
