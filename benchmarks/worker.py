"""A process that has prepared and checked one kernel and measures a round whenever it is asked."""

from __future__ import annotations

import json
import select
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any


class WorkerError(Exception):
    """The program failed, answered nonsense or took too long; the message says which."""


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a worker: words of the command line and its whole environment."""

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


class Worker:
    """One running program; use it in a ``with`` statement. ``timeout`` in seconds bounds each answer."""

    def __init__(self, command: Command, log: Path, timeout: float) -> None:
        self._timeout = timeout
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                command.words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
                env=command.environment,
            )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ready(self) -> dict[str, Any]:
        """What the program says when it has checked its result. Raises WorkerError."""
        answer = self._answer()
        if not answer.get("checked"):
            raise WorkerError(f"wrong result, error {answer.get('error')}")
        return answer

    def round(self) -> dict[str, Any]:
        """Measure one round. Raises WorkerError."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("\n")
        except BrokenPipeError as problem:
            raise WorkerError(self._last_words()) from problem
        return self._answer()

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _answer(self) -> dict[str, Any]:
        """The next line, as JSON. Lines are read one for each question, so nothing waits in the buffer unseen."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], self._timeout)
        if not ready:
            raise WorkerError(f"no answer within {self._timeout:g} s")
        line = self._process.stdout.readline()
        try:
            answer = json.loads(line)
        except ValueError as problem:
            raise WorkerError(self._last_words()) from problem
        assert isinstance(answer, dict)
        return answer

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"ended with status {self._process.poll()}"
