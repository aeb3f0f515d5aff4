"""Launch brackets written apart, ``kernel << <grid, block>> >(x)``, as formatters for plain C++ leave them.

nvcc takes them; clang wants ``<<<`` and ``>>>`` in one piece. Files that have them are shown to clang with the spaces
moved behind the bracket, through an overlay of its file system: lines, columns and file names stay what they are.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

# What must not be looked into, then the brackets. `operator<< <T>` is a template's argument list, not a launch.
_TOKEN = re.compile(
    r"""
      //(?:\\\r?\n|[^\n])* | /\*.*?\*/                        # comments
    | R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"  # raw strings
    | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'
    | operator\s*<<\s+<
    | (?P<open><<(?P<gap>[ \t]+)<(?!<))
    | (?P<close>>>(?P<space>[ \t]+)>)
    """,
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.M)
_APART = re.compile(r"<<[ \t]+<")


def join_brackets(text: str) -> str:
    """The text with every launch bracket in one piece; its length and lines do not change.

    A text without an opening bracket in two parts is returned as it is: ``>> >`` alone closes template arguments.
    """
    if not _APART.search(text):
        return text
    return _TOKEN.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    if match["open"]:
        return "<<<" + match["gap"]
    if match["close"]:
        return ">>>" + match["space"]
    return match[0]


def overlay_flags(source: Path, folders: tuple[Path, ...], scratch: Path) -> list[str]:
    """clang's options that show it the source, and what it includes in quotes, with launch brackets in one piece.

    ``folders`` are searched for includes after the including file's own; ``scratch`` receives the changed copies.
    """
    changed = [(path, joined) for path, text in _texts(source, folders) if (joined := join_brackets(text)) != text]
    if not changed:
        return []
    roots = []
    for number, (path, text) in enumerate(changed):
        copy = scratch / f"joined-{number}"
        copy.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
        roots.append({"name": str(path.absolute()), "type": "file", "external-contents": str(copy)})
    overlay = scratch / "overlay.yaml"
    overlay.write_text(json.dumps({"version": 0, "use-external-names": False, "roots": roots}))
    return ["-ivfsoverlay", str(overlay)]


def include_folders(words: tuple[str, ...]) -> tuple[Path, ...]:
    """The folders of ``-I`` among preprocessor options."""
    found = [word[2:] for word in words if word.startswith("-I") and len(word) > 2]
    found += [after for word, after in itertools.pairwise(words) if word == "-I"]
    return tuple(map(Path, found))


def _texts(source: Path, folders: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """The source and the files that it includes in quotes, however deep, each once."""
    waiting, seen = [source], {source}
    while waiting:
        path = waiting.pop()
        try:
            with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                text = file.read()
        except OSError:
            continue  # clang reports it, if it is really wanted
        yield path, text
        for name in _INCLUDE.findall(text):
            found = next((base / name for base in (path.parent, *folders) if (base / name).is_file()), None)
            if found and found not in seen:
                seen.add(found)
                waiting.append(found)
