"""The three questions asked of a program: does it pass, is its output the oracle's, is it faster than its twin."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.suites import process
from benchmarks.suites.building import Builder
from benchmarks.suites.catalogue import Program
from benchmarks.suites.verdict import cause, judge, masked

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and within which limits (seconds) programs are built and run."""

    builder: Builder
    tree: Path
    run_limit: float
    twin_compiler: str = "g++ -O3 -march=native -fopenmp"


def check(program: Program, bench: Bench) -> Row:
    """Build, run, and judge by the program's own words."""
    row, outcome = _built_and_run(program, bench)
    if outcome:
        row["verdict"] = judge(program, outcome)
        if row["verdict"] not in ("pass", "ran", "intended"):
            row["cause"] = cause(outcome.output)
    return row


def compare(program: Program, bench: Bench) -> Row:
    """Build, run, and compare the output with the reference executor's, or a single lane's if that is too slow.

    Lines that differ between two runs of our own (random numbers of the hour, addresses) are left out.
    """
    row, outcome = _built_and_run(program, bench)
    if outcome is None:
        return row
    row["verdict"] = judge(program, outcome)
    if row["verdict"] not in ("pass", "ran"):
        return row | {"cause": cause(outcome.output)}
    folder, environment = bench.tree / program.folder, bench.builder.environment
    ours = [process.run(program.command, folder, environment, bench.run_limit, errors=False)]
    time.sleep(max(0.0, 1.1 - ours[0].seconds))  # the clock in seconds is what such programs seed by
    ours.append(process.run(program.command, folder, environment, bench.run_limit, errors=False))
    for name, second in (("reference", _by_reference), ("one lane", _by_one_lane)):
        other = second(program, bench)
        if other.status is None:
            continue
        difference = first_difference(ours[0].output, ours[1].output, other.output)
        found = row | {"verdict": "different" if difference else "same", "oracle": name}
        return found | {"cause": difference} if difference else found
    return row | {"verdict": "slow", "cause": "no second opinion within the time limit"}


def twin(program: Program, bench: Bench) -> Row:
    """Run beside the OpenMP version of the same program: same arguments, both on all cores."""
    row, ours = _built_and_run(program, bench)
    if ours is None:
        return row
    row["verdict"] = judge(program, ours)
    folder = bench.tree / program.twin
    sources = sorted(path.name for path in folder.glob("*.cpp")) or sorted(path.name for path in folder.glob("*.c"))
    # Twins share headers of the CUDA version, as their own build files say.
    words = [
        *shlex.split(bench.twin_compiler),
        "-std=c++17",
        f"-I{bench.tree / program.folder}",
        *sources,
        "-o",
        "main",
        "-lm",
    ]
    built = process.run(words, folder, os.environ, bench.builder.limit)
    if built.status:
        return row | {"twin": "build", "cause": cause(built.output)}
    theirs = process.run(program.command, folder, os.environ, bench.run_limit)
    if theirs.status is None:
        return row | {"twin": "slow"}
    # The best of two in turns: the first run of either also reads its files.
    again = process.run(program.command, bench.tree / program.folder, bench.builder.environment, bench.run_limit)
    theirs_again = process.run(program.command, folder, os.environ, bench.run_limit)
    mine = _least(ours, again)
    other = _least(theirs, theirs_again)
    kind = "kernel" if mine[0] and other[0] else "whole"
    pair = (mine[0], other[0]) if kind == "kernel" else (mine[1], other[1])
    return row | {"twin": "ran", "timed": kind, "ours_s": pair[0], "theirs_s": pair[1], "ratio": pair[1] / pair[0]}


MODES: dict[str, Callable[[Program, Bench], Row]] = {"check": check, "compare": compare, "twin": twin}


def _built_and_run(program: Program, bench: Bench) -> tuple[Row, process.Outcome | None]:
    row: Row = {"name": program.name}
    built = bench.builder.build(program, bench.tree)
    row["build_s"] = round(built.seconds, 2)
    if built.status != 0:
        return row | {"verdict": "build", "cause": cause(built.output)}, None
    outcome = process.run(program.command, bench.tree / program.folder, bench.builder.environment, bench.run_limit)
    row["run_s"] = round(outcome.seconds, 2)
    return row, outcome


def _by_reference(program: Program, bench: Bench) -> process.Outcome:
    """The same sources and flags through ``anychip run --executor reference``."""
    if not program.compile:
        return process.Outcome(None, "", 0.0)
    words = list(program.compile)
    if "-o" in words:
        place = words.index("-o")
        del words[place : place + 2]
    arguments = shlex.split(program.command)[1:]
    command = [sys.executable, "-m", "anychip", "run", "--executor", "reference", *words, "--", *arguments]
    environment = bench.builder.environment
    return process.run(command, bench.tree / program.folder, environment, bench.run_limit, errors=False)


def _by_one_lane(program: Program, bench: Bench) -> process.Outcome:
    """The same program compiled for one thread at a time: none of the vectoriser's passes take part."""
    builder, folder = Builder(bench.tree.parent, bench.builder.limit), bench.tree / program.folder
    builder.environment["ANYCHIP_LANES"] = "1"
    built = builder.build(program, bench.tree)
    if built.status != 0:
        return built
    return process.run(program.command, folder, builder.environment, bench.run_limit, errors=False)


def first_difference(ours: str, again: str, theirs: str) -> str:
    """The first line of two runs of ours that agree where another's differs; empty if there is none."""
    lines, repeated, others = masked(ours), masked(again), masked(theirs)
    if not len(lines) == len(repeated) == len(others):
        return f"{len(lines)} lines against {len(others)}" if len(lines) == len(repeated) else ""
    for mine, mine_again, other in zip(lines, repeated, others, strict=True):
        if mine == mine_again and mine != other:
            return f"{mine[:80]!r} against {other[:80]!r}"
    return ""


_KERNEL_TIME = re.compile(
    r"(?:kernel|average|execution|total)[^\n]*time[^\n]*?([\d.]+(?:e[-+]?\d+)?)\s*\(?\s*(s|ms|us|ns)\b", re.I
)
_UNIT = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def kernel_seconds(output: str) -> float:
    """The first kernel time that a program reports, in seconds; 0 where it reports none."""
    found = _KERNEL_TIME.search(output)
    return float(found[1]) * _UNIT[found[2].lower()] if found else 0.0


def _least(*outcomes: process.Outcome) -> tuple[float, float]:
    """Least kernel time reported (0 if none) and least time of the whole process."""
    kernels = [seconds for outcome in outcomes if (seconds := kernel_seconds(outcome.output))]
    return min(kernels, default=0.0), min(outcome.seconds for outcome in outcomes)
