"""Processes that check chunks of seeds. One that dies or does not come back is replaced, its chunk taken apart."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from tests.fuzz.campaign import Checked
from tests.fuzz.chunk import Chunk, check_chunk, lost

_CHUNKS_EACH = 20  # of one process: what libraries do not give back goes with it
_START_SECONDS = 60.0
_SECONDS_EACH = 20.0  # for a kernel, which takes a third of one; reducing comes on top
_REDUCE_SECONDS = 600.0


def run_chunks(chunks: Sequence[Chunk], jobs: int) -> Iterator[tuple[int, Checked]]:
    """Check all with ``jobs`` processes; gives (seeds done, what was found) as it comes."""
    todo, workers = list(reversed(chunks)), [_Worker() for _ in range(jobs)]
    try:
        while todo or any(worker.chunk for worker in workers):
            for worker in workers:
                if todo and not worker.chunk:
                    worker.start(todo.pop())
            wait([worker.pipe for worker in workers if worker.chunk], timeout=1.0)
            for worker in workers:
                if worker.chunk and worker.done():
                    chunk, answer = worker.take()
                    checked = answer if isinstance(answer, Checked) else _lost(chunk, answer, todo)
                    yield len(chunk.seeds) if checked else 0, checked or Checked()
    finally:
        for worker in workers:
            worker.end()


def _lost(chunk: Chunk, why: str, todo: list[Chunk]) -> Checked | None:
    """A chunk without a result is done again by halves, until the seed is found."""
    if len(chunk.seeds) > 1:
        todo += chunk.halves()
        return None
    return Checked([lost(chunk, why, "hang" if why.startswith("not done") else "build")])


class _Worker:
    """One process and the chunk it works on."""

    def __init__(self) -> None:
        self.chunk: Chunk | None = None
        self._process: BaseProcess | None = None
        self._left = 0
        self._deadline = 0.0

    def start(self, chunk: Chunk) -> None:
        """Give it work, in a new process if there is none."""
        if self._process is None or not self._left:
            self.end()
            context = get_context("spawn")
            self.pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
            self._left = _CHUNKS_EACH
        self._left -= 1
        self.chunk = chunk
        reducing = _REDUCE_SECONDS if chunk.reduce else 0.0
        self._deadline = time.monotonic() + _START_SECONDS + reducing + _SECONDS_EACH * len(chunk.seeds)
        self.pipe.send(chunk)

    def done(self) -> bool:
        """Whether there is an answer, or will be none."""
        return self.pipe.poll() or time.monotonic() > self._deadline

    def take(self) -> tuple[Chunk, Checked | str]:
        """The chunk and what was found, or why there is no answer."""
        assert self.chunk and self._process
        chunk, self.chunk = self.chunk, None
        if not self.pipe.poll():
            self.end()
            return chunk, "not done in time"
        try:
            answer = self.pipe.recv()
            assert isinstance(answer, Checked | str)
            return chunk, answer
        except EOFError:
            self._process.join(10.0)
            status = self._process.exitcode
            self.end()
            return chunk, f"the process that checks ended with status {status}"

    def end(self) -> None:
        """Stop the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self.pipe.close()
            self._process = None


def _work(pipe: Connection) -> None:
    """The process: chunks in, what was found out."""
    while True:
        try:
            chunk = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(check_chunk(chunk))
        except Exception as error:  # told to the other side, which takes the chunk apart
            pipe.send(f"{type(error).__name__}: {error}")
