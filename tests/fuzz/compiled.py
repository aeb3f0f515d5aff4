"""Run cases on compiled kernels, in processes that may crash or hang."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.cases import Case, Result

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10.0  # for one launch, which takes milliseconds

Launch = tuple[Path, Case]  # the shared object that has the kernel


def run_cases(runtime: Path, launches: Sequence[Launch], folder: Path, seconds: float = SECONDS) -> list[Result]:
    """One result for each launch. ``folder`` takes files that are in the way afterwards."""
    launches_file, results_file = folder / "launches", folder / "results"
    launches_file.write_bytes(pickle.dumps(list(launches)))
    results: list[Result] = []
    while len(results) < len(launches):
        results_file.write_bytes(b"")
        words = [str(runtime), str(launches_file), str(results_file), str(len(results)), str(seconds)]
        limit = seconds * 2 + 0.2 * len(launches)
        ended, message = _run([sys.executable, "-m", "tests.fuzz.runner", *words], limit)
        before = len(results)
        results += read_results(results_file)
        told = len(results) > before and bool(results[-1].failure)
        if len(results) < len(launches) and not told:
            results.append(Result(failure=ended or "crash", message=message))
    return results


def _run(command: list[str], seconds: float) -> tuple[str, str]:
    """(``hang`` if it had to be killed, how it ended)."""
    environment = {"ANYCHIP_NUM_THREADS": "2", **os.environ}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "hang", f"not done after {seconds:.0f} s"
    errors = done.stderr.decode(errors="replace").strip()
    return "", f"status {done.returncode}\n{errors[-2000:]}"


def read_results(path: Path) -> list[Result]:
    """The results that were written in full."""
    results: list[Result] = []
    with open(path, "rb") as stream:
        while True:
            try:
                results.append(pickle.load(stream))
            except (EOFError, pickle.UnpicklingError):
                return results
