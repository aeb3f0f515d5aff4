"""What each option of ``option_table.py`` does to the Request: one small function per action of the table."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from anychip.cli.request import Request
from anychip.diagnostics import Unsupported, UserError

Action = Callable[[Request, str, str], None]
"""Called with the request, the option's ``argument`` from the table, and the value from the command line."""

_LANGUAGE_NAMES = {"cu": "cuda", "cuda": "cuda", "c++": "c++", "c": "c", "none": ""}
_TRUE = frozenset({"true", "1", "yes", "on"})

# Of `-Xcompiler`: what nvcc's host compiler takes to the link, and what it needs in both steps.
_LINK_ONLY = frozenset(
    {
        *("-static", "-rdynamic", "-pie", "-no-pie", "-s", "-nostdlib", "-nodefaultlibs"),
        *("-static-libgcc", "-static-libstdc++"),
    }
)
_COMPILE_AND_LINK = ("-pg", "-fsanitize=", "--coverage", "-fprofile-", "-pthread", "-flto")
# Of GCC alone; clang would refuse them, and they change no result.
_GCC_ONLY = (
    "-fmax-errors=",
    "-fopt-info",
    "-fno-gnu-unique",
    "-ftree-",
    "-fno-tree-",
    "-fno-gcse",
    "-fgcse",
    "-fconcepts",
    "-pipe",
    "-fuse-ld=",  # the linker is ours
    "-Wno-maybe-uninitialized",
    "--param",
)
# GCC's levels of optimisation that clang spells otherwise or discourages.
_LEVELS = {"": "1", "fast": "3", "g": "1"}

_ARCHITECTURE = re.compile(r"(?:sm|compute|lto)_\d{2,3}[af]?|native|all|all-major")
_WARNING_KINDS = {
    "all-warnings": ("-Werror",),
    "deprecated-declarations": ("-Werror=deprecated-declarations",),
    "reorder": ("-Werror=reorder",),
    "cross-execution-space-call": (),  # always an error here
    "default-stream-launch": (),
    "missing-launch-bounds": (),
    "ext-lambda-captures-this": (),
}


def split_list(value: str) -> list[str]:
    """A comma list whose commas can be escaped, as the manual defines for values of several words."""
    words = value.replace("\\,", "\0").split(",")
    return [word.strip("'\"").replace("\0", ",") for word in words if word]


def host_word(request: Request, word: str) -> None:
    """One word for the host compiler, put where it takes effect here: compile, link, both passes or nowhere."""
    if word == "-fopenmp" or word.startswith("-fopenmp="):
        request.openmp = True
    elif word.startswith(("-Wl,", "-L", "-l")) or word in _LINK_ONLY:
        request.link.append(word)
    elif word.startswith(_COMPILE_AND_LINK):
        request.host.append(word)
        request.link.append(word)
    elif word.startswith(("-D", "-U", "-I")) and len(word) > 2:
        request.preprocessor.append(word)  # nvcc preprocesses device code with the host compiler's words, too
    elif word.startswith("-std="):
        request.standard = request.standard or word.removeprefix("-std=")
    elif word.startswith("-O"):
        level = word[2:]
        request.optimization = _LEVELS.get(level, level)
        request.host += ["-ffast-math"] if level == "fast" else []
    elif not word.startswith(_GCC_ONLY):
        request.host.append(word)


def _setter(name: str) -> Action:
    def set_value(request: Request, argument: str, value: str) -> None:
        setattr(request, name, argument or value)

    return set_value


def _switch(name: str) -> Action:
    def set_true(request: Request, argument: str, value: str) -> None:
        setattr(request, name, True)

    return set_true


def _ignore(request: Request, argument: str, value: str) -> None:
    """Accepted for build files; what it asks for is given anyway or means nothing here."""


def _preprocessor(request: Request, argument: str, value: str) -> None:
    many = argument == "-I"
    request.preprocessor += [argument + word for word in (split_list(value) if many else [value])]


def _preprocessor_pair(request: Request, argument: str, value: str) -> None:
    for word in split_list(value):
        request.preprocessor += [argument, word]


def _common(request: Request, argument: str, value: str) -> None:
    request.common.append(argument)


def _host(request: Request, argument: str, value: str) -> None:
    request.host.append(argument)


def _host_list(request: Request, argument: str, value: str) -> None:
    for word in split_list(argument or value):
        for part in word.split():  # a quoted list may also be separated by spaces
            host_word(request, part)


def _openmp(request: Request, argument: str, value: str) -> None:
    request.openmp = True


def _linker_list(request: Request, argument: str, value: str) -> None:
    for word in split_list(value):
        request.link += ["-Xlinker", word]


def _link(request: Request, argument: str, value: str) -> None:
    request.link += [argument + word for word in split_list(value)] if value else [argument]


def _optimization(request: Request, argument: str, value: str) -> None:
    if value not in ("", "0", "1", "2", "3"):
        raise UserError(f"-O{value}: there is no such level of optimisation", hint="levels: -O0, -O1, -O2, -O3")
    request.optimization = value or "1"


def _device_debug(request: Request, argument: str, value: str) -> None:
    request.debug = request.device_debug = True
    request.common.append("-D__CUDACC_DEBUG__=1")


def _fmad(request: Request, argument: str, value: str) -> None:
    request.device.append("-ffp-contract=fast" if value in _TRUE else "-ffp-contract=off")


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
    request.relocatable = value in _TRUE


def _no_device_link(request: Request, argument: str, value: str) -> None:
    request.device_link = False


def _default_stream(request: Request, argument: str, value: str) -> None:
    if value == "per-thread":
        request.common.append("-DCUDA_API_PER_THREAD_DEFAULT_STREAM=1")


def _architecture(request: Request, argument: str, value: str) -> None:
    for word in re.split(r"[\s,\[\]'\"]+", value):
        if word and not _ARCHITECTURE.fullmatch(word):
            hint = "architectures are written sm_80, compute_80, native, all or all-major"
            raise UserError(f"{word!r} is not a GPU architecture", hint=hint)


def _generate_code(request: Request, argument: str, value: str) -> None:
    for part in re.split(r",(?=\s*(?:arch|code)\s*=)", value):
        key, equals, names = part.strip("'\" ").partition("=")
        if key.strip() not in ("arch", "code") or not equals:
            raise UserError(f"-gencode {value}: not understood", hint="-gencode arch=compute_80,code=sm_80")
        _architecture(request, "", names)


def _machine(request: Request, argument: str, value: str) -> None:
    bits = argument or value
    if bits == "32":
        raise Unsupported("32-bit programs (-m32) are not supported", hint="leave out -m32: nvcc has dropped it, too")
    if bits != "64":
        raise UserError(f"-m {bits}: programs have 64 bits", hint=f"for the host compiler: -Xcompiler -m{bits}")


def _warnings_as_errors(request: Request, argument: str, value: str) -> None:
    for kind in split_list(value):
        if kind not in _WARNING_KINDS:
            raise UserError(f"-Werror {kind}: no such kind of warning", hint=f"kinds: {', '.join(_WARNING_KINDS)}")
        request.common += _WARNING_KINDS[kind]


def _run_arguments(request: Request, argument: str, value: str) -> None:
    request.run_arguments += shlex.split(value)


def _unsupported(request: Request, argument: str, value: str) -> None:
    raise Unsupported(f"{argument} is not supported", hint="-ptx writes PTX; -c an object for this machine")


ACTIONS: dict[str, Action] = {
    "output": _setter("output"),
    "output-directory": _setter("output_directory"),
    "phase": _setter("phase"),
    "shared": _switch("shared"),
    "cudart": _setter("cudart"),
    "language": _language,
    "target": _setter("target"),
    "executor": _setter("executor"),
    "stage": _setter("stage"),
    "prepare": _switch("prepare"),
    "verbose": _switch("verbose"),
    "version": _switch("version"),
    "help": _switch("help"),
    "dryrun": _switch("dryrun"),
    "list-architectures": _setter("architectures"),
    "keep": _switch("keep"),
    "keep-dir": _setter("keep_dir"),
    "run-after": _switch("run_after"),
    "run-arguments": _run_arguments,
    "host-compiler": _setter("host_compiler"),
    "depfile": _depfile,
    "depfile-value": _depfile_value,
    "preprocessor": _preprocessor,
    "preprocessor-pair": _preprocessor_pair,
    "standard": _setter("standard"),
    "optimization": _optimization,
    "debug": _switch("debug"),
    "device-debug": _device_debug,
    "common": _common,
    "warnings-as-errors": _warnings_as_errors,
    "fmad": _fmad,
    "openmp": _openmp,
    "host": _host,
    "host-list": _host_list,
    "linker-list": _linker_list,
    "link": _link,
    "architecture": _architecture,
    "generate-code": _generate_code,
    "machine": _machine,
    "ignore": _ignore,
    "separate": _separate,
    "relocatable": _relocatable,
    "no-device-link": _no_device_link,
    "forward-unknown": _switch("forward_unknown"),
    "forward-linker": _switch("forward_linker"),
    "default-stream": _default_stream,
    "unsupported": _unsupported,
}
