"""The second run of the same command line: become the program without loading the compiler, or half of Python.

A record is a file named by the command's words, its folder, the tools' environment, this package and this machine. It
holds the command to execute and every file that went into the program with its size and time of change. If one differs,
the ordinary path decides by content. Imports only what starts in a few milliseconds: no dataclasses, no pathlib.
"""

from __future__ import annotations

import os
import sys

from anychip import options
from anychip.cache.identity import digest, machine_identity, package_identity

_FOLDER = "warm"


def find(words: list[str]) -> list[str] | None:
    """The command that these words of ``anychip run`` stand for, if nothing changed since; else None."""
    try:
        with open(_path(words), encoding="utf-8", errors="surrogateescape") as file:
            command, *lines = file.read().split("\n")
        if all(_unchanged(line) for line in lines):
            os.utime(file.name)
            return command.split("\0")
    except OSError:
        return None
    return None


def split_arguments(words: list[str]) -> tuple[list[str], list[str]]:
    """The command's own words, and those behind ``--`` for the program."""
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def start(words: list[str]) -> None:
    """Become the program that these words stand for, if it is there and nothing changed; else return."""
    own, arguments = split_arguments(words)
    command = find(own)
    if command:
        execute([*command, *arguments])


def remember(words: list[str], command: list[str], files: list[str], started: int) -> None:
    """Record the command for these words. Not if a file changed after ``started`` (ns): it may not be what was built.

    A name with a line break has no place in the format; such a program is found by the ordinary path.
    """
    try:
        lines = [_status(path) for path in dict.fromkeys([command[0], *files])]
        recent = any(int(line.split(" ", 2)[1]) >= started for line in lines[1:])
        if recent or any("\n" in word for word in (*lines, *command)):
            return
        path = _path(words)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join(["\0".join(command), *lines]))
        os.replace(temporary, path)
    except OSError:
        return  # the ordinary path works without it


def execute(command: list[str]) -> None:
    """Become the program. Raises OSError if it cannot be started."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)


def _path(words: list[str]) -> str:
    key = digest("run", os.getcwd(), *words, *options.tool_environment(), package_identity(), machine_identity())
    return os.path.join(options.cache_directory(), _FOLDER, key)


def _status(path: str) -> str:
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns} {path}"


def _unchanged(line: str) -> bool:
    return _status(line.split(" ", 2)[2]) == line
