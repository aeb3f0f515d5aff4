"""Every function of the runtime with null, freed, misaligned, overflowing, foreign and unknown arguments.

The program is generated from our headers. A wrong argument must give an error that is documented for it; the process
stays alive; the error is the last error once, as documented for errors that are not sticky.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from every_call import Case, cases, program

ALL = cases()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """(function, label) -> what the program printed about the call."""
    source = tmp_path_factory.mktemp("every_call") / "every_call.cu"
    source.write_text(program(ALL))
    command = [sys.executable, "-m", "anychip", "run", str(source)]
    environment = {**os.environ, "ANYCHIP_NUM_THREADS": "2"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    lines = [line.split("|") for line in done.stdout.splitlines()]
    return {(line[0], line[1]): line[2:] for line in lines}


def functions() -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(case.function for case in ALL))


def problem(case: Case, results: dict[tuple[str, str], list[str]]) -> str:
    """What is wrong with a call's outcome; empty if nothing is."""
    found = results.get((case.function, case.label))
    if not found or len(found) < 3 or not found[0]:
        return f"{case.label}: the process ended"
    error, last, after = map(int, found)
    if error not in case.expected:
        return f"{case.label}: {error}, expected {sorted(case.expected)}"
    if last != error or after != 0:
        return f"{case.label}: {error}, then the last error is {last} and then {after}"
    return ""


def test_nothing_is_left_out() -> None:
    assert len(functions()) > 200
    assert len(ALL) > 900


@pytest.mark.parametrize("function", functions())
def test_documented_errors(function: str, results: dict[tuple[str, str], list[str]]) -> None:
    assert (function, "ended with status") not in results
    problems = [problem(case, results) for case in ALL if case.function == function]
    assert not any(problems), "\n".join(filter(None, problems))
