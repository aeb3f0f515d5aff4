"""The options of ``anychip nvcc`` and ``anychip run`` as data: spellings, whether a value follows, what it does.

Names and meaning follow the command-line chapter of NVIDIA's compiler manual. A one-letter name is written with one
dash, a longer one with one or two. ``actions`` in ``arguments.py`` gives each action its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Value(Enum):
    """How an option takes its value."""

    NONE = "no value"
    NEXT = "-name value, -name=value"
    JOINED = "-Nvalue, -N value, -N=value"
    ATTACHED = "-N, -Nvalue, -N=value"
    OPTIONAL = "-name, -name=value"


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``argument`` is what the action is told besides the value."""

    names: tuple[str, ...]
    action: str
    value: Value = Value.NONE
    argument: str = ""


def _ignored(value: Value, *names: str) -> list[Option]:
    return [Option((name,), "ignore", value) for name in names]


def _unsupported(value: Value, what: str, *names: str) -> Option:
    return Option(names, "unsupported", value, f"{what} (-{names[0]})")


OPTIONS: tuple[Option, ...] = (
    # What to do
    Option(("o", "output-file"), "output", Value.NEXT),
    Option(("c", "compile"), "phase", argument="compile"),
    Option(("E", "preprocess"), "phase", argument="-E"),
    Option(("M", "generate-dependencies"), "phase", argument="-M"),
    Option(("MM", "generate-nonsystem-dependencies"), "phase", argument="-MM"),
    Option(("link",), "phase", argument="link"),
    Option(("shared",), "shared"),
    Option(("x", "x-language"), "language", Value.NEXT),
    Option(("target",), "target", Value.NEXT),
    Option(("v", "verbose"), "verbose"),
    Option(("V", "version"), "version"),
    Option(("h", "help"), "help"),
    Option(("dryrun",), "dryrun"),
    Option(("optf", "options-file"), "options-file", Value.NEXT),
    # Dependency files
    Option(("MD", "generate-dependencies-with-compile"), "depfile", argument="-MD"),
    Option(("MMD", "generate-nonsystem-dependencies-with-compile"), "depfile", argument="-MMD"),
    Option(("MP", "generate-dependency-targets"), "depfile", argument="-MP"),
    Option(("MF", "dependency-output"), "depfile-value", Value.NEXT, "-MF"),
    Option(("MT", "dependency-target-name"), "depfile-value", Value.NEXT, "-MT"),
    Option(("MQ",), "depfile-value", Value.NEXT, "-MQ"),
    # Preprocessor and language
    Option(("I", "include-path"), "preprocessor", Value.JOINED, "-I"),
    Option(("D", "define-macro"), "preprocessor", Value.JOINED, "-D"),
    Option(("U", "undefine-macro"), "preprocessor", Value.JOINED, "-U"),
    Option(("isystem", "system-include"), "preprocessor-pair", Value.NEXT, "-isystem"),
    Option(("include", "pre-include"), "preprocessor-pair", Value.NEXT, "-include"),
    Option(("std",), "standard", Value.NEXT),
    Option(("O",), "optimization", Value.ATTACHED),
    Option(("optimize",), "optimization", Value.NEXT),
    Option(("g", "debug"), "debug"),
    Option(("G", "device-debug"), "device-debug"),
    Option(("w", "disable-warnings"), "common", argument="-w"),
    Option(("fmad",), "fmad", Value.NEXT),
    Option(("use_fast_math",), "fast-math"),
    Option(("fopenmp",), "openmp"),
    Option(("pthread",), "ignore"),
    Option(("fPIC", "fpic", "fPIE", "fpie"), "host", argument="-fPIC"),
    # Other tools
    Option(("Xcompiler", "compiler-options"), "host-list", Value.NEXT),
    Option(("Xlinker", "linker-options"), "linker-list", Value.NEXT),
    Option(("L", "library-path"), "link", Value.JOINED, "-L"),
    Option(("l", "library"), "link", Value.JOINED, "-l"),
    Option(("s", "strip"), "ignore"),
    # One architecture is compiled for, whatever is asked; device code is always optimised; no result loses precision.
    *_ignored(Value.NEXT, "arch", "gpu-architecture", "code", "gpu-code", "gencode", "generate-code"),
    *_ignored(Value.NEXT, "Xptxas", "ptxas-options", "Xnvlink", "nvlink-options", "Xcudafe", "cudafe-options"),
    *_ignored(Value.NEXT, "maxrregcount", "ccbin", "compiler-bindir", "cudart", "t", "threads", "m", "machine"),
    *_ignored(Value.NEXT, "ftz", "prec-div", "prec-sqrt", "diag-suppress", "diag-warn", "diag-error", "Werror"),
    *_ignored(Value.NEXT, "keep-dir", "odir", "output-directory", "target-dir", "tempdir", "split-compile"),
    *_ignored(
        Value.NEXT, "allow-unsupported-compiler-version", "maxregcount", "ewp-arch", "idp", "dependency-drive-prefix"
    ),
    *_ignored(Value.OPTIONAL, "dopt", "dlto", "lto", "jump-table-density", "minimal"),
    *_ignored(Value.NONE, "lineinfo", "generate-line-info", "m64", "keep", "clean-targets", "restrict", "k"),
    *_ignored(Value.NONE, "expt-relaxed-constexpr", "expt-extended-lambda", "extended-lambda", "pg", "profile"),
    *_ignored(
        Value.NONE, "Wno-deprecated-gpu-targets", "Wno-deprecated-declarations", "Wreorder", "Wext-lambda-captures-this"
    ),
    *_ignored(Value.NONE, "Wdefault-stream-launch", "Wmissing-launch-bounds", "resource-usage", "res-usage"),
    *_ignored(Value.NONE, "source-in-ptx", "src-in-ptx", "extra-device-vectorization", "noeh", "no-exceptions", "time"),
    *_ignored(Value.NONE, "display-error-number", "no-display-error-number", "allow-unsupported-compiler"),
    *_ignored(
        Value.NONE,
        "save-temps",
        "use-local-env",
        "no-compress",
        "static-global-template-stub",
    ),
    Option(
        ("forward-unknown-to-host-compiler", "forward-unknown-opts", "forward-unknown-to-host-linker"),
        "forward-unknown",
    ),
    Option(("default-stream",), "default-stream", Value.NEXT),
    # Separate compilation (docs/design/separate_compilation.md)
    Option(("dc", "device-c"), "separate", argument="true"),
    Option(("dw", "device-w"), "separate", argument="false"),
    Option(("rdc", "relocatable-device-code"), "relocatable", Value.NEXT),
    Option(("dlink", "device-link"), "phase", argument="device-link"),
    Option(("lib",), "phase", argument="library"),
    *(Option((name,), "phase", argument=name) for name in ("ptx", "cubin", "fatbin")),
    Option(("nodlink", "no-device-link"), "no-device-link"),
    # Not yet
    _unsupported(Value.NONE, "32-bit programs", "m32"),
)

# Only of `anychip run`, `show` and `doctor`.
RUN_OPTIONS: tuple[Option, ...] = (Option(("executor",), "executor", Value.NEXT),)
SHOW_OPTIONS: tuple[Option, ...] = (Option(("stage",), "stage", Value.NEXT),)
DOCTOR_OPTIONS: tuple[Option, ...] = (Option(("prepare",), "prepare"),)
