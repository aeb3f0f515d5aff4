"""Which files an artefact was made from, so that a later run can tell that nothing changed without compiling.

Like ccache's direct mode: the key covers what is known before compiling (source name, flags, tools); the manifest under
that key lists, for each earlier result, every file that was read. A file is unchanged if size and time of change are
the recorded ones, or if its content hash is. A header that newly appears earlier on the include path is not noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from anychip.cache.identity import digest
from anychip.cache.store import Cache

_SUFFIX = ".manifest"
_KEPT = 8  # results per key: switching between branches of a source tree stays warm


@dataclass(frozen=True, slots=True)
class Dependency:
    """One file as it was when it was read."""

    path: str
    size: int
    mtime: int
    hash: str

    @staticmethod
    def of(path: str) -> Dependency:
        """The file as it is now. Raises OSError if it cannot be read."""
        status = os.stat(path)
        return Dependency(path, status.st_size, status.st_mtime_ns, _hash(path))

    def unchanged(self) -> bool:
        """Whether the file still has this content."""
        try:
            status = os.stat(self.path)
            if status.st_size != self.size:
                return False
            return status.st_mtime_ns == self.mtime or _hash(self.path) == self.hash
        except OSError:
            return False


def lookup(cache: Cache, key: str, suffix: str) -> tuple[Path, tuple[str, ...]] | None:
    """The artefact made from files that are all unchanged, with their paths; None if there is none."""
    for result, dependencies in _read(cache, key):
        if all(dependency.unchanged() for dependency in dependencies):
            path = cache.find(result, suffix)
            if path:
                return path, tuple(dependency.path for dependency in dependencies)
    return None


def record(cache: Cache, key: str, suffix: str, dependencies: Iterable[str], artefact: Path, started: int) -> Path:
    """Move ``artefact`` into the cache under its dependencies' content; returns its place.

    ``started`` is the time in ns before the first dependency was read: what changed since may not be what was compiled,
    so such a result is stored for its one use but not remembered.
    """
    files = [Dependency.of(path) for path in sorted({os.path.abspath(path) for path in dependencies})]
    changed = any(file.mtime >= started for file in files)
    salt = str(started) if changed else ""
    result = digest(key, salt, *(word for file in files for word in (file.path, file.hash)))
    stored = cache.store(result, suffix, lambda path: os.replace(artefact, path))
    if changed:
        return stored
    with cache.lock(key):
        others = [entry for entry in _read(cache, key) if entry[0] != result]
        entries = [(result, files), *others][:_KEPT]
        text = json.dumps([[name, [[f.path, f.size, f.mtime, f.hash] for f in found]] for name, found in entries])
        cache.write(key, _SUFFIX, text.encode())
    return stored


def read_depfile(path: Path) -> tuple[str, ...]:
    """The prerequisites listed in a make rule, as clang's ``-MD`` and the linker's ``--dependency-file`` write it."""
    text = path.read_text(errors="surrogateescape").replace("\\\n", " ")
    rule = text.split("\n", 1)[0]
    rule = rule.split(": ", 1)[-1]
    words = rule.replace("\\ ", "\0").replace("\\#", "#").replace("$$", "$").split()
    return tuple(word.replace("\0", " ") for word in words)


def format_rule(target: str, files: Iterable[str], *, phony: bool = False) -> str:
    """A make rule; with ``phony`` each prerequisite but the first also gets an empty rule, so that it may vanish."""
    names = [name.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ") for name in files]
    rules = [f"{target}: " + " \\\n  ".join(names)]
    rules += [f"{name}:" for name in names[1:]] if phony else []
    return "\n".join(rules) + "\n"


def _read(cache: Cache, key: str) -> list[tuple[str, list[Dependency]]]:
    path = cache.path(key, _SUFFIX)
    try:
        entries = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return []
    return [(result, [Dependency(*fields) for fields in files]) for result, files in entries]


def _hash(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:32]
