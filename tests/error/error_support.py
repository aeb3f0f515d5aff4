"""How the error tests run the command as a user does: exit status and both outputs, in a folder of the test's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "anychip")


@dataclass(frozen=True)
class Workplace:
    """A folder with sources, and the cache its commands use."""

    folder: Path
    cache: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "ANYCHIP_CACHE_DIR": str(self.cache), "PYTHONPATH": str(ROOT), "ANYCHIP_NUM_THREADS": "2"}

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (1, 1))  # written long before it is compiled: the result may be remembered
        return path

    def anychip(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *words]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=500
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command as the leader of a process group of its own, as a terminal's shell starts it."""
        process = subprocess.Popen(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def clear(self) -> None:
        """End what a failed test has left running."""
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
