"""Run a command with a time limit, and everything it started with it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` is None when the time limit ended it; ``output`` holds standard output and error."""

    status: int | None
    output: str
    seconds: float


def run(
    command: str | Sequence[str], folder: Path, environment: Mapping[str, str], limit: float, *, errors: bool = True
) -> Outcome:
    """Run in ``folder`` for at most ``limit`` seconds; a string goes through the shell, as the authors wrote it.

    Without ``errors`` what it writes to standard error is left out.
    """
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        shell=isinstance(command, str),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
        start_new_session=True,
    )
    status: int | None
    try:
        output, _ = process.communicate(timeout=limit)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        status = None
    return Outcome(status, output[-_KEPT:].decode("utf-8", "replace"), time.monotonic() - start)
