"""Read the words of ``anychip nvcc`` and ``anychip run`` by the option table into a Request.

The table (``option_table.py``) says which spellings exist and whether a value follows; here each action has its code.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from anychip.cli.option_table import OPTIONS, Option, Value
from anychip.diagnostics import Unsupported, UserError
from anychip.frontend.command import CompileOptions
from anychip.frontend.openmp import LIBRARIES as OPENMP_LIBRARIES
from anychip.frontend.openmp import find_openmp, header_flags
from anychip.runtime.link import LinkOptions

LANGUAGES = {".cu": "cuda", ".cpp": "c++", ".cc": "c++", ".cxx": "c++", ".C": "c++", ".c": "c"}
OBJECTS = frozenset({".o", ".a", ".so", ".lo", ".obj"})

_LANGUAGE_NAMES = {"cu": "cuda", "cuda": "cuda", "c++": "c++", "c": "c", "none": ""}
_TRUE = frozenset({"true", "1", "yes", "on"})


@dataclass(slots=True)
class Request:
    """What a command line asks for. ``inputs`` keep the order given; ``phase`` is link, compile, -E, -M, -MM,
    device-link or library."""

    inputs: list[str] = field(default_factory=list)
    phase: str = "link"
    output: str = ""
    language: str = ""
    target: str = ""
    executor: str = "compiled"
    stage: str = ""
    prepare: bool = False
    standard: str = ""
    optimization: str = ""
    debug: bool = False
    device_debug: bool = False
    shared: bool = False
    relocatable: bool = False
    device_link: bool = True
    verbose: bool = False
    dryrun: bool = False
    version: bool = False
    help: bool = False
    forward_unknown: bool = False
    openmp: bool = False
    depfile: list[str] = field(default_factory=list)
    preprocessor: list[str] = field(default_factory=list)
    common: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)
    device: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)

    def compile_options(self) -> CompileOptions:
        """The options of each compilation. Like gcc, -g without -O compiles host code unoptimised."""
        return CompileOptions(
            target=self.target,
            standard=self.standard,
            optimization=self.optimization or ("0" if self.debug else "2"),
            debug=self.debug,
            device_debug=self.device_debug,
            preprocessor=(*self.preprocessor, *self._openmp_header()),
            common=tuple(self.common),
            host=(*self.host, *(("-fopenmp",) if self.openmp else ())),
            device=tuple(self.device),
            relocatable=self.relocatable,
        )

    def _openmp_header(self) -> list[str]:
        return find_openmp(self.target).compile_flags() if self.openmp else header_flags(self.target)

    def link_options(self) -> LinkOptions:
        """The options of the link."""
        if not self.openmp and OPENMP_LIBRARIES.isdisjoint(self.link):
            return LinkOptions(self.target, tuple(self.link), self.shared, self.device_link)
        own = [word for word in self.link if word not in OPENMP_LIBRARIES]
        flags = (*own, *find_openmp(self.target).link_flags())
        return LinkOptions(self.target, flags, self.shared, self.device_link)

    def language_of(self, source: str) -> str:
        """``cuda``, ``c++`` or ``c``; empty for an object or library. Raises UserError for any other suffix."""
        suffix = Path(source).suffix
        if suffix in OBJECTS or ".so." in Path(source).name:
            return ""
        language = self.language or LANGUAGES.get(suffix, "")
        if not language:
            known = ", ".join([*LANGUAGES, *sorted(OBJECTS)])
            raise UserError(
                f"{source}: not a source file or object that can be told by its suffix",
                hint=f"known suffixes: {known}; -x cu says that it is CUDA",
            )
        return language


def read_arguments(words: Iterable[str], extra: tuple[Option, ...] = ()) -> Request:
    """The request a command line makes. Raises UserError for an unknown option or a missing value, and Unsupported."""
    request = Request()
    pending = list(words)[::-1]
    options = _by_name(extra)
    while pending:
        word = pending.pop()
        if not word.startswith("-") or word == "-":
            request.inputs.append(word)
            continue
        option, value = _match(word, options)
        if option is None:
            _unknown(request, word, options)
        elif option.action == "options-file":
            pending.extend(_words_of(value or _next(word, pending))[::-1])
        else:
            if value is None and option.value in (Value.NEXT, Value.JOINED):
                value = _next(word, pending)
            _ACTIONS[option.action](request, option.argument, value or "")
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


def _unknown(request: Request, word: str, options: dict[str, Option]) -> None:
    if request.forward_unknown:
        request.host.append(word)
        return
    if word.startswith(("-W", "-f", "-m")) and not word.startswith("--"):
        raise UserError(
            f"unknown option {word}", hint=f"an option for the host compiler is passed as: -Xcompiler {word}"
        )
    from difflib import get_close_matches  # only for a mistake

    name = word.lstrip("-").partition("=")[0]
    close = get_close_matches(name, options, n=1)
    hint = f"did you mean {'-' if len(close[0]) == 1 else '--'}{close[0]}?" if close else None
    raise UserError(f"unknown option {word}", hint=hint)


def _words_of(path: str) -> list[str]:
    try:
        return shlex.split(Path(path).read_text())
    except OSError as error:
        raise UserError(f"the options file {path} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=2)
def _by_name(extra: tuple[Option, ...]) -> dict[str, Option]:
    return {name: option for option in (*OPTIONS, *extra) for name in option.names}


def _split_list(value: str) -> list[str]:
    """A comma list whose commas can be escaped, as the manual defines for values of several words."""
    words = value.replace("\\,", "\0").split(",")
    return [word.strip("'\"").replace("\0", ",") for word in words if word]


def _setter(name: str) -> Callable[[Request, str, str], None]:
    def set_value(request: Request, argument: str, value: str) -> None:
        setattr(request, name, argument or value)

    return set_value


def _switch(name: str) -> Callable[[Request, str, str], None]:
    def set_true(request: Request, argument: str, value: str) -> None:
        setattr(request, name, True)

    return set_true


def _ignore(request: Request, argument: str, value: str) -> None:
    """Accepted for build files; what it asks for is given anyway or means nothing here."""


def _preprocessor(request: Request, argument: str, value: str) -> None:
    many = argument == "-I"
    request.preprocessor += [argument + word for word in (_split_list(value) if many else [value])]


def _preprocessor_pair(request: Request, argument: str, value: str) -> None:
    for word in _split_list(value):
        request.preprocessor += [argument, word]


def _common(request: Request, argument: str, value: str) -> None:
    request.common.append(argument)


def _host(request: Request, argument: str, value: str) -> None:
    request.host.append(argument)


# Of the host compiler's options, those that only its linking knows.
_LINK_WORDS = frozenset({"-rdynamic", "-pie", "-no-pie", "-static-libgcc", "-static-libstdc++"})


def _host_list(request: Request, argument: str, value: str) -> None:
    for word in _split_list(value):
        if word == "-fopenmp":
            _openmp(request, "", "")
        elif word.startswith(("-Wl,", "-L", "-l")) or word in _LINK_WORDS:
            request.link.append(word)
        elif word.startswith("-O"):
            request.optimization = word[2:] or "1"
        else:
            request.host.append(word)


def _openmp(request: Request, argument: str, value: str) -> None:
    request.openmp = True


def _linker_list(request: Request, argument: str, value: str) -> None:
    for word in _split_list(value):
        request.link += ["-Xlinker", word]


def _link(request: Request, argument: str, value: str) -> None:
    request.link += [argument + word for word in _split_list(value)]


def _optimization(request: Request, argument: str, value: str) -> None:
    request.optimization = value or "1"


def _device_debug(request: Request, argument: str, value: str) -> None:
    request.debug = request.device_debug = True
    request.common.append("-D__CUDACC_DEBUG__=1")


def _fmad(request: Request, argument: str, value: str) -> None:
    request.device.append("-ffp-contract=fast" if value.lower() in _TRUE else "-ffp-contract=off")


def _depfile_value(request: Request, argument: str, value: str) -> None:
    request.depfile += [argument, value]


def _depfile(request: Request, argument: str, value: str) -> None:
    request.depfile.append(argument)


def _language(request: Request, argument: str, value: str) -> None:
    if value not in _LANGUAGE_NAMES:
        raise UserError(f"unknown language {value!r}", hint=f"languages: {', '.join(_LANGUAGE_NAMES)}")
    request.language = _LANGUAGE_NAMES[value]


def _separate(request: Request, argument: str, value: str) -> None:
    request.phase = "compile"
    request.relocatable = argument == "true"


def _relocatable(request: Request, argument: str, value: str) -> None:
    request.relocatable = value.lower() in _TRUE


def _no_device_link(request: Request, argument: str, value: str) -> None:
    request.device_link = False


def _default_stream(request: Request, argument: str, value: str) -> None:
    if value == "per-thread":
        request.common.append("-DCUDA_API_PER_THREAD_DEFAULT_STREAM=1")


def _unsupported(request: Request, argument: str, value: str) -> None:
    raise Unsupported(f"{argument} is not supported yet", hint="leave the option out")


_ACTIONS: dict[str, Callable[[Request, str, str], None]] = {
    "output": _setter("output"),
    "phase": _setter("phase"),
    "shared": _switch("shared"),
    "language": _language,
    "target": _setter("target"),
    "executor": _setter("executor"),
    "stage": _setter("stage"),
    "prepare": _switch("prepare"),
    "verbose": _switch("verbose"),
    "version": _switch("version"),
    "help": _switch("help"),
    "dryrun": _switch("dryrun"),
    "depfile": _depfile,
    "depfile-value": _depfile_value,
    "preprocessor": _preprocessor,
    "preprocessor-pair": _preprocessor_pair,
    "standard": _setter("standard"),
    "optimization": _optimization,
    "debug": _switch("debug"),
    "device-debug": _device_debug,
    "common": _common,
    "fmad": _fmad,
    "fast-math": _ignore,
    "openmp": _openmp,
    "host": _host,
    "host-list": _host_list,
    "linker-list": _linker_list,
    "link": _link,
    "ignore": _ignore,
    "separate": _separate,
    "relocatable": _relocatable,
    "no-device-link": _no_device_link,
    "forward-unknown": _switch("forward_unknown"),
    "default-stream": _default_stream,
    "unsupported": _unsupported,
}
