"""Run tests: each .cu here is a program with its expectation inside, run by every executor on every processor.

Directives, in comments at the top of the file:
  EXPECT: LINE          standard output, line by line, exactly
  SAME                  no EXPECT: the output must be the native scalar path's on all the others
  STDERR: REGEX         must be found in standard error (one directive each)
  STATUS: N             exit status (0)
  ARGS: ... STDIN: ...  given to the program
  OPTIONS: ...          further options of `anychip run`
  ENVIRONMENT: K=V ...  further variables of the environment
  REFERENCE: skip, WHY  not run on the reference executor
  ONLY: native, WHY     not run on other processors
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PROGRAMS = sorted(HERE.glob("*.cu"))
# Name -> (options of `anychip run`, emulator needed)
WAYS = {
    "scalar": ([], None),
    "reference": (["--executor", "reference"], None),
    "riscv64": (["--target", "riscv64"], "qemu-riscv64"),
    "aarch64": (["--target", "aarch64"], "qemu-aarch64"),
    "lanes8": ([], None),
    "lanes16": ([], None),
    "lanes32": ([], None),
    # In groups of lanes on other processors: without vectors, with the shortest and with longer ones.
    "riscv64-lanes": (["--target", "riscv64"], "qemu-riscv64"),
    "riscv64-v": (["--target", "riscv64-v"], "qemu-riscv64"),
    "riscv64-v256": (["--target", "riscv64-v256"], "qemu-riscv64"),
    "aarch64-neon": (["--target", "aarch64"], "qemu-aarch64"),
    "aarch64-sve": (["--target", "aarch64-sve"], "qemu-aarch64"),
    "aarch64-sve256": (["--target", "aarch64-sve256"], "qemu-aarch64"),
    "x86_64-v2": (["--target", "x86_64-v2"], None),
    "x86_64-v3": (["--target", "x86_64-v3"], None),
}
# ANYCHIP_LANES of a way.
LANES = {
    "scalar": "1",
    "riscv64": "1",
    "aarch64": "1",
    "lanes8": "8",
    "lanes16": "16",
    "lanes32": "32",
    "riscv64-lanes": "8",
    **dict.fromkeys(["riscv64-v", "riscv64-v256", "aarch64-neon", "aarch64-sve", "aarch64-sve256"], "auto"),
    **dict.fromkeys(["x86_64-v2", "x86_64-v3"], "auto"),
}
# Every program runs natively by thread and in groups of 32, on the reference and on riscv64; to keep CI short the
# other ways take one program in so many (ANYCHIP_TEST_ALL=1: all of them).
SAMPLES = {
    "aarch64": 4,
    "lanes8": 4,
    "lanes16": 4,
    "riscv64-lanes": 8,
    "riscv64-v": 5,
    "riscv64-v256": 9,
    "aarch64-neon": 5,
    "aarch64-sve": 9,
    "aarch64-sve256": 9,
    "x86_64-v2": 7,
    "x86_64-v3": 7,
}


@dataclass
class Expectation:
    """The directives of one file."""

    output: list[str] = field(default_factory=list)
    same: bool = False
    errors: list[str] = field(default_factory=list)
    status: int = 0
    arguments: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    stdin: str = ""
    no_reference: str = ""
    only_native: str = ""


def expectation(path: Path) -> Expectation:
    """Read the directives of a program."""
    found = Expectation()
    for key, value in re.findall(r"^// ([A-Z]+)(?:: ?(.*))?$", path.read_text(), re.M):
        match key:
            case "EXPECT":
                found.output.append(value)
            case "SAME":
                found.same = True
            case "STDERR":
                found.errors.append(value)
            case "STATUS":
                found.status = int(value)
            case "ARGS":
                found.arguments = value.split()
            case "OPTIONS":
                found.options = value.split()
            case "ENVIRONMENT":
                found.environment = dict(pair.split("=", 1) for pair in value.split())
            case "STDIN":
                found.stdin = value
            case "REFERENCE":
                found.no_reference = value
            case "ONLY":
                found.only_native = value
            case _:
                raise ValueError(f"{path.name}: unknown directive {key}")
    assert found.output or found.same, f"{path.name} expects nothing"
    return found


@cache
def execute(path: Path, way: str) -> subprocess.CompletedProcess[str]:
    """Run a program once in one way."""
    expected, (options, _) = expectation(path), WAYS[way]
    command = [
        sys.executable,
        "-m",
        "anychip",
        "run",
        *options,
        *expected.options,
        str(path),
        "--",
        *expected.arguments,
    ]
    environment = {**os.environ, "ANYCHIP_NUM_THREADS": "2", **expected.environment}
    if way in LANES:
        environment["ANYCHIP_LANES"] = LANES[way]
    return subprocess.run(
        command, input=expected.stdin, capture_output=True, text=True, timeout=300, env=environment, errors="replace"
    )


def cases() -> list[pytest.param]:
    """Program x way."""
    chosen = []
    for number, path in enumerate(PROGRAMS):
        every = bool(os.environ.get("ANYCHIP_TEST_ALL"))
        ways = [way for place, way in enumerate(WAYS) if every or (number + place) % SAMPLES.get(way, 1) == 0]
        chosen += [pytest.param(path, way, id=f"{path.stem}-{way}") for way in ways]
    return chosen


@pytest.mark.parametrize(("path", "way"), cases())
def test_program(path: Path, way: str) -> None:
    expected, (options, emulator) = expectation(path), WAYS[way]
    if way == "reference" and expected.no_reference.startswith("skip"):
        pytest.skip(expected.no_reference)
    if emulator and expected.only_native:
        pytest.skip(expected.only_native)
    if not emulator and options and "--target" in options and platform.machine() != "x86_64":
        pytest.skip("runs on x86-64 only")
    if emulator and not shutil.which(emulator):
        pytest.skip(f"{emulator} is not installed (package qemu-user)")
    result = execute(path, way)
    report = f"status {result.returncode}\n{result.stdout}\n{result.stderr}"
    lines = execute(path, "scalar").stdout.splitlines() if expected.same else expected.output
    assert [line.rstrip() for line in result.stdout.splitlines()] == [line.rstrip() for line in lines], report
    assert lines, report
    for pattern in expected.errors:
        assert re.search(pattern, result.stderr), f"no {pattern!r} in\n{report}"
    assert result.returncode == expected.status, report
