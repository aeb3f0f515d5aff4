"""Words that name what an artefact depends on. Light to import: the warm path needs them before anything else."""

from __future__ import annotations

import os

try:  # hashlib first loads OpenSSL, which takes as long as all the rest of a warm run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


def digest(*words: str | bytes) -> str:
    """The key of an artefact: 32 hex digits of a hash over the words, each with its length."""
    state = blake2b(digest_size=16)
    for word in words:
        data = word.encode(errors="surrogateescape") if isinstance(word, str) else word
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def package_identity() -> str:
    """A word that changes with the package: its files' names, sizes and times. Nothing is read, so it costs 1 ms."""
    state = blake2b(digest_size=16)
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        for entry in sorted(os.scandir(folders.pop()), key=lambda found: found.name):
            if entry.is_dir():
                folders += [entry.path] if entry.name != "__pycache__" else []
                continue
            status = entry.stat()
            state.update(f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return state.hexdigest()


def machine_identity() -> str:
    """A word for this machine's processor: a cache in a shared home folder serves different machines."""
    try:
        with open("/proc/cpuinfo", "rb") as file:
            text = file.read(8192)
    except OSError:
        return os.uname().machine
    first = text.split(b"\n\n", 1)[0]
    names = (b"model name", b"flags", b"Features", b"CPU part", b"isa", b"uarch")
    return digest(*(line for line in first.split(b"\n") if line.startswith(names)))
