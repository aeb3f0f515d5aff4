"""What a program's own output says of its result."""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.suites.catalogue import Program
from benchmarks.suites.process import Outcome

GOOD = ("pass", "same", "intended", "ran")
_PLAIN_PASS = re.compile(r"^\s*(PASS(ED)?|Test Passed|SUCCESS)\W*$", re.M)
_PLAIN_FAIL = re.compile(r"\bFAIL(ED|URE)?\b")


def judge(program: Program, outcome: Outcome) -> str:
    """``pass``, ``wrong`` (its check failed), ``crash``, ``slow`` (time limit), ``intended`` or ``ran`` (no check)."""
    if outcome.status is None:
        return "slow"
    if program.intended:
        return "intended" if re.search(program.intended, outcome.output) else "wrong"
    if outcome.status < 0 or outcome.status >= 128:
        return "crash"
    if _says(program.fails, outcome.output) or outcome.status:
        return "wrong"
    if not program.checks_itself:
        return "ran"
    plain = _PLAIN_PASS.search(outcome.output) and not _PLAIN_FAIL.search(outcome.output)
    return "pass" if plain or _says(program.passes, outcome.output) else "wrong"


def _says(patterns: Iterable[str], output: str) -> bool:
    return any(re.search(pattern, output) for pattern in patterns)


def cause(text: str) -> str:
    """The line of a log that says why: the first error of a build, otherwise its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\b(fatal )?error\b|undefined|unsupported|fault", line, re.I)]
    return (errors or lines[-1:] or ["no output"])[0][:200]


# Numbers on lines about time and speed differ from run to run; so do addresses.
_TIMING = re.compile(
    r"time|second|elapsed|\b[mun]?s(ec)?\b|[KMGT]i?B(yte)?s?/s|FLOP|bandwidth|throughput|/s\b|speed|cycles|clock|\bfps\b|took",
    re.I,
)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.I)
# A program is called by another name when the oracle runs it.
_PROGRAM = re.compile(r"\S*/?(\bmain\b|\w+\.(cu|c|cpp)\b)(?!\()")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}", re.I)


def masked(output: str) -> list[str]:
    """The output with the numbers of lines about time left out, to compare two runs."""
    lines = [_ADDRESS.sub("ADDRESS", _PROGRAM.sub("PROGRAM", line.rstrip())) for line in output.splitlines()]
    return [_NUMBER.sub("#", line) if _TIMING.search(line) else line for line in lines]
