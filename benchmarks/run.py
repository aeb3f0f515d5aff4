"""The benchmark command.

    python -m benchmarks.run [--only saxpy,nbody] [--quick] [--rounds N] [--seconds S] [--threads N]
                             [--columns hand,intel] [--ab OTHER_CHECKOUT] [--out FILE.json]

All columns of a kernel are started, check their results, and then take turns: one round each, several times, so that
whatever else the machine does hits all alike. The limits of the machine are measured among them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import build, report
from benchmarks.catalogue import Kernel, chosen
from benchmarks.columns import Column, Settings, all_columns
from benchmarks.opencl import UnavailableError
from benchmarks.worker import Command, Worker, WorkerError

FOLDER = build.HERE / ".build"
RESULTS = build.HERE / "results"
_TIMEOUT = 600.0


class Session:
    """One run of the command: what is measured, and what has been found so far."""

    def __init__(self, columns: list[Column], limits: Command | None, rounds: int, *, quick: bool) -> None:
        self.columns = columns
        self.quick = quick
        self.rounds = rounds
        self.found: dict[str, dict[str, report.Row]] = {}
        self.limit_rounds: list[report.Row] = []
        self._limits = limits
        self._unavailable: dict[str, str] = {}

    def measure(self, kernel: Kernel, size: int) -> None:
        """All columns of one kernel."""
        rows: dict[str, report.Row] = {}
        with contextlib.ExitStack() as stack:
            workers = {}
            for column in self.columns:
                rows[column.name] = {"family": column.family}
                try:
                    worker = self._start(column, kernel, size, stack)
                except (build.BuildError, WorkerError, UnavailableError) as problem:
                    rows[column.name]["problem"] = str(problem)
                    print(f"{kernel.name}: {column.name}: {problem}", file=sys.stderr)
                    continue
                if worker:
                    workers[column.name] = worker
            measured = self._take_turns(workers, rows, stack)
        for name, rounds in measured.items():
            rows[name] |= report.summary(rounds) if rounds else {}
        self.found[kernel.name] = rows

    def _start(self, column: Column, kernel: Kernel, size: int, stack: contextlib.ExitStack) -> Worker | None:
        if column.family in self._unavailable:
            raise UnavailableError("not available")
        try:
            command = column.command(kernel, size)
        except UnavailableError as problem:
            self._unavailable[column.family] = str(problem)
            raise
        if command is None:
            return None
        log = FOLDER / "logs" / f"{column.name.replace(' ', '-')}-{kernel.name}.log"
        worker = stack.enter_context(Worker(command, log, _TIMEOUT))
        worker.ready()
        return worker

    def _take_turns(
        self, workers: dict[str, Worker], rows: dict[str, report.Row], stack: contextlib.ExitStack
    ) -> dict[str, list[report.Row]]:
        limits = None
        if self._limits:
            limits = stack.enter_context(Worker(self._limits, FOLDER / "logs" / "limits.log", _TIMEOUT))
            limits.ready()
        measured: dict[str, list[report.Row]] = {name: [] for name in workers}
        for _ in range(self.rounds):
            if limits:
                self.limit_rounds.append(limits.round())
            for name in list(workers):
                try:
                    measured[name].append(workers[name].round())
                except WorkerError as problem:
                    rows[name]["problem"] = str(problem)
                    del workers[name], measured[name]
        return measured

    def results(self) -> dict[str, Any]:
        """What is kept as JSON."""
        return {
            "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": platform.machine(),
            "processor": _processor(),
            "load": os.getloadavg(),
            "quick": self.quick,
            "limits": report.limits(self.limit_rounds),
            "kernels": self.found,
        }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def _parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="", help="kernels, separated by commas")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: to see that all works")
    parser.add_argument("--rounds", type=int, help="turns of each column (7; quick: 2)")
    parser.add_argument("--seconds", type=float, help="seconds of one round (0.2; quick: 0.02)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--columns", default="hand,intel", help="baselines: hand, intel, or none")
    parser.add_argument("--ab", type=Path, metavar="CHECKOUT", help="compare with the anychip of another checkout")
    parser.add_argument("--out", type=Path, help=f"the JSON (default: a new file in {RESULTS.name}/)")
    return parser.parse_args(words)


def _session(options: argparse.Namespace) -> Session:
    seconds = options.seconds or (0.02 if options.quick else 0.2)
    settings = Settings(FOLDER, options.threads, seconds)
    other = options.ab.resolve() if options.ab else None
    columns = all_columns(settings, set(options.columns.split(",")), other)
    program = build.limits_program(FOLDER / "hand")
    words = (str(program), "--threads", str(options.threads), "--seconds", str(seconds), "--serve")
    rounds = options.rounds or (2 if options.quick else 7)
    return Session(columns, Command(words, dict(os.environ)), rounds, quick=options.quick)


def main(words: list[str] | None = None) -> int:
    """Measure, print, keep. Exit status 1 if anychip's own column failed somewhere, 2 for wrong arguments."""
    options = _parse(words)
    try:
        kernels = chosen(options.only)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): ratios are rough, absolute figures mean little.")
    session = _session(options)
    out = options.out or RESULTS / time.strftime("%Y%m%d-%H%M%S.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    for kernel in kernels:
        print(f"measuring {kernel.name}", file=sys.stderr)
        session.measure(kernel, kernel.quick if options.quick else 0)
        out.write_text(json.dumps(session.results(), indent=1))
    print(report.table(session.results()))
    print(f"\nkept in {out}")
    return int(any("problem" in rows["anychip"] for rows in session.found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
