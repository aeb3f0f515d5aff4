"""Read the words of ``anychip nvcc`` and ``anychip run`` by the option table into a Request.

The table (``option_table.py``) says which spellings exist and whether a value follows; ``option_actions.py`` has the
code of each action.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from anychip.cli.option_actions import ACTIONS, host_word, split_list
from anychip.cli.option_table import OPTIONS, Option, Value
from anychip.cli.request import Request
from anychip.diagnostics import UserError

# What people write for nvcc that is another tool's option, and how nvcc is told it.
_ELSEWHERE = {
    "-rpath": "-Xlinker -rpath,FOLDER",
    "-pipe": "leave it out",
    "-rdynamic": "-Xcompiler -rdynamic",
    "-static": "-Xcompiler -static",
    "-ansi": "-std=c++11",
}


def read_arguments(words: Iterable[str], extra: tuple[Option, ...] = ()) -> Request:
    """The request a command line makes. Raises UserError for an unknown option or a missing value, and Unsupported."""
    request = Request()
    pending = list(words)[::-1]
    options = _by_name(extra)
    unknown: list[str] = []
    while pending:
        word = pending.pop()
        if not word.startswith("-") or word == "-":
            request.inputs.append(word)
            continue
        option, value = _match(word, options)
        if option is None:
            unknown.append(word)
        elif option.action == "options-file":
            pending.extend(_words_of(value or _next(word, pending))[::-1])
        else:
            if value is None and option.value in (Value.NEXT, Value.JOINED):
                value = _next(word, pending)
            _check_choice(word, option, value)
            ACTIONS[option.action](request, option.argument, value or "")
    for word in unknown:
        _unknown(request, word, options)
    return request


def _match(word: str, options: dict[str, Option]) -> tuple[Option | None, str | None]:
    """The option a word spells, and the value inside the word if it has one."""
    name, equals, value = word.lstrip("-").partition("=")
    option = options.get(name)
    dashes = len(word) - len(word.lstrip("-"))
    if option and (dashes == 1 or len(name) > 1):
        if not equals:
            return option, None
        return (option, value) if option.value is not Value.NONE else (None, None)
    joined = options.get(word[1:2])
    if dashes == 1 and joined and joined.value in (Value.JOINED, Value.ATTACHED):
        return joined, word[2:].removeprefix("=")
    return None, None


def _next(word: str, pending: list[str]) -> str:
    if not pending:
        raise UserError(f"option {word} needs a value", hint=f"give it behind the option: {word} VALUE")
    return pending.pop()


def _check_choice(word: str, option: Option, value: str | None) -> None:
    if option.choices and value not in option.choices:
        name = word.partition("=")[0]
        raise UserError(f"{value!r} is not a value of {name}", hint=f"values: {', '.join(option.choices)}")


def _unknown(request: Request, word: str, options: dict[str, Option]) -> None:
    """An option that is not in the table: forwarded if the command line says so anywhere, else an error."""
    if request.forward_linker and word.startswith("-Wl,"):
        request.link.append(word)
        return
    if request.forward_unknown:
        host_word(request, word)
        return
    raise UserError(f"unknown option {word}", hint=_hint(word, options))


def _hint(word: str, options: dict[str, Option]) -> str:
    from difflib import get_close_matches  # only for a mistake

    name = word.lstrip("-").partition("=")[0]
    if word.split("=")[0] in _ELSEWHERE:
        return f"instead: {_ELSEWHERE[word.split('=')[0]]}"
    close = get_close_matches(name, options, n=1, cutoff=0.8)
    foreign = word.startswith(("-W", "-f", "-m")) and not word.startswith("--")
    if foreign and not close:
        return f"an option for the host compiler is passed as: -Xcompiler {word.replace(',', chr(92) + ',')}"
    close = close or get_close_matches(name, options, n=1)
    if not close:
        return f"for the host compiler: -Xcompiler {word}; anychip nvcc --help lists the options"
    return f"did you mean {'-' if len(close[0]) == 1 else '--'}{close[0]}?"


def _words_of(paths: str) -> list[str]:
    """The words of one or more options files, quoted as in a shell."""
    words = []
    for path in split_list(paths):
        try:
            words += shlex.split(Path(path).read_text())
        except OSError as error:
            raise UserError(f"the options file {path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise UserError(f"the options file {path} cannot be understood: {error}") from error
    return words


@lru_cache(maxsize=2)
def _by_name(extra: tuple[Option, ...]) -> dict[str, Option]:
    return {name: option for option in (*OPTIONS, *extra) for name in option.names}
