"""Artefacts on disk, named by the hash of everything they depend on.

An artefact is written beside its place and renamed into it, so a reader sees all of it or nothing; two processes may
write the same one. Long builds take the key's lock first, so that they happen once. A folder that cannot be written is
a UserError, never a silent fallback: the user would wait for every run without knowing why. Reading one is fine.

Layout: ``<root>/<first two hex digits>/<the rest><suffix>``, locks in ``<root>/locks``, folders
of ``anychip toolkit-path`` in ``<root>/toolkit``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anychip import options
from anychip.diagnostics import UserError

_LOCKS = "locks"
TOOLKITS = "toolkit"
"""Folders that programs and build trees point into: not bounded by the limit, removed only by ``clear``."""
_PRUNE_TO = 0.8  # of the limit, so that not every following write prunes again
_STALE_SECONDS = 3600.0  # a temporary file this old belongs to a process that died


class Cache:
    """The artefacts below one folder. Created on the first write, readable by its owner only."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or Path(options.cache_directory())

    def path(self, key: str, suffix: str) -> Path:
        """Where the artefact is or would be."""
        return self.root / key[:2] / (key[2:] + suffix)

    def find(self, key: str, suffix: str) -> Path | None:
        """The artefact's file, or None. Counts as a use for pruning."""
        path = self.path(key, suffix)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError:
            return path if path.exists() else None
        return path

    def write(self, key: str, suffix: str, data: bytes) -> Path:
        """Store bytes and return their file."""

        def produce(path: Path) -> None:
            path.write_bytes(data)

        return self.store(key, suffix, produce)

    def store(self, key: str, suffix: str, produce: Callable[[Path], None]) -> Path:
        """Store what ``produce`` writes to the path it is given; its errors pass through and leave nothing."""
        path = self.path(key, suffix)
        with self._writable():
            self._make(path.parent)
            handle, name = tempfile.mkstemp(suffix=suffix, prefix=".new-", dir=path.parent)
            os.close(handle)
        temporary = Path(name)
        try:
            produce(temporary)
            with self._writable():
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def build(self, key: str, suffix: str, produce: Callable[[Path], None]) -> Path:
        """The artefact, made under its lock if it is not there: of many processes one builds, the others wait."""
        found = self.find(key, suffix)
        if found:
            return found
        with self.lock(key):
            return self.find(key, suffix) or self.store(key, suffix, produce)

    def make_folder(self, folder: Path, fill: Callable[[Path], None]) -> None:
        """Make a folder below the cache's by filling another one and renaming it; errors leave nothing."""
        with self._writable():
            self._make(folder.parent)
            made = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        try:
            fill(made)
            with self._writable():
                made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key's lock; it is released by the system if the process dies."""
        path = self.root / _LOCKS / key
        with self._writable():
            self._make(path.parent)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def files(self) -> list[tuple[Path, os.stat_result]]:
        """Every artefact with its status."""
        found = []
        for path in (*self.root.glob("[0-9a-f][0-9a-f]/*"), *self.root.glob("warm/*")):
            try:
                found.append((path, path.stat()))
            except FileNotFoundError:
                continue  # another process pruned it
        return found

    def size(self) -> int:
        """Bytes of all artefacts."""
        return sum(status.st_size for _, status in self.files())

    def clear(self) -> int:
        """Remove all artefacts and toolkit folders; returns how many files."""
        folders = self.root / TOOLKITS
        count = sum(len(files) for _, _, files in os.walk(folders))
        with self._writable():
            if folders.exists():
                shutil.rmtree(folders)
        return self._remove(self.files()) + count

    def prune(self, limit: int | None = None) -> int:
        """Remove the least recently used artefacts until they fit the limit; returns how many."""
        bound = options.cache_limit() if limit is None else limit
        files = sorted(self.files(), key=lambda entry: entry[1].st_mtime)
        surplus = sum(status.st_size for _, status in files) - bound
        stale = [(path, status) for path, status in files if _is_stale(path, status)]
        if surplus <= 0:
            return self._remove(stale)
        surplus += int(bound * (1 - _PRUNE_TO))
        oldest = []
        for path, status in files:
            if surplus <= 0:
                break
            oldest.append((path, status))
            surplus -= status.st_size
        return self._remove(dict(oldest + stale).items())

    def _remove(self, files: Iterable[tuple[Path, os.stat_result]]) -> int:
        count = 0
        with self._writable():
            for path, _ in files:
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _make(self, folder: Path) -> None:
        if not self.root.is_dir():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Turns a refusal of the file system into the message the user needs."""
        try:
            yield
        except OSError as error:
            raise UserError(
                f"the cache folder {self.root} cannot be written: {error.strerror}",
                hint="set ANYCHIP_CACHE_DIR to a folder that can be written",
            ) from error


def _is_stale(path: Path, status: os.stat_result) -> bool:
    return path.name.startswith(".new-") and time.time() - status.st_mtime > _STALE_SECONDS
