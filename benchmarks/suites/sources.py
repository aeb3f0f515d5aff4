"""A scratch copy of a suite, taken from the user's clone so that building leaves the clone as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.suites.catalogue import Suite


class SourcesError(Exception):
    """There is no clone of the suite; the message says how to get one."""


def find_clone(suite: Suite, folder: Path) -> Path:
    """The clone of the suite's repository below ``folder``: plain or bare, named OWNER+NAME, OWNER/NAME or NAME.

    Raises SourcesError when there is none.
    """
    owner, name = suite.repository.split("/")
    for candidate in (f"{owner}+{name}", f"{owner}/{name}", name):
        for inner in ("repo", ".git", "."):
            git = folder / candidate / inner
            if (git / "HEAD").exists():
                return git.resolve()
    raise SourcesError(
        f"no clone of {suite.repository} in {folder}; make one with: "
        f"git clone https://github.com/{suite.repository} {folder / name}"
    )


def scratch_copy(suite: Suite, clone: Path, work: Path) -> Path:
    """Write the newest commit of the clone below ``work``, once; files that a partial clone lacks are left out."""
    tree = work / suite.name
    if tree.exists():
        return tree
    part = work / f"{suite.name}.{os.getpid()}.part"
    shutil.rmtree(part, ignore_errors=True)
    for mode, path, data in _files(clone):
        _write(part / path, mode, data)
    part.rename(tree)
    return tree


def _write(path: Path, mode: str, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if mode == "120000":
        path.symlink_to(os.fsdecode(data))
        return
    path.write_bytes(data)
    path.chmod(0o755 if mode == "100755" else 0o644)


def _files(clone: Path) -> Iterator[tuple[str, str, bytes]]:
    """Mode, path and content of every file of the newest commit that the clone holds."""
    git = ["git", "-C", str(clone)]
    listing = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True).stdout
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        assert cat.stdin
        assert cat.stdout
        for entry in filter(None, listing.split(b"\0")):
            about, name = entry.split(b"\t", 1)
            mode, kind, identity = about.split()[:3]
            if kind != b"blob":
                continue
            cat.stdin.write(identity + b"\n")
            cat.stdin.flush()
            head = cat.stdout.readline().split()
            if head[-1] == b"missing":
                continue
            data = cat.stdout.read(int(head[2]))
            cat.stdout.read(1)
            yield mode.decode(), os.fsdecode(name), data
        cat.stdin.close()
