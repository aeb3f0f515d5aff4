"""The options of ``anychip nvcc`` and ``anychip run`` as data: spellings, whether a value follows, what it does.

Names and meaning follow the command-line chapter of NVIDIA's compiler manual. A one-letter name is written with one
dash, a longer one with one or two. ``option_actions.py`` gives each action its code; ``docs/building.md`` shows all.
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
    """One option. ``argument`` is what the action is told besides the value; empty ``choices`` allow any value."""

    names: tuple[str, ...]
    action: str
    value: Value = Value.NONE
    argument: str = ""
    text: str = ""
    choices: tuple[str, ...] = ()


_BOOLEAN = ("true", "false", "1", "0", "yes", "no", "on", "off")


def _ignored(text: str, value: Value, *names: str, choices: tuple[str, ...] = ()) -> Option:
    return Option(names, "ignore", value, text=text, choices=choices)


def _unsupported(what: str, *names: str, value: Value = Value.NONE) -> Option:
    return Option(names, "unsupported", value, f"{what} (-{names[0]})", "refused: NVIDIA's own format")


# What to make of the inputs.
_PHASES = (
    Option(("o", "output-file"), "output", Value.NEXT, text="name of the file to make"),
    Option(("c", "compile"), "phase", argument="compile", text="compile each source to an object"),
    Option(("link",), "phase", argument="link", text="compile and link (the default)"),
    Option(("lib",), "phase", argument="library", text="compile, and put all objects into a static library"),
    Option(("shared",), "shared", text="link to a shared library"),
    Option(("run",), "run-after", text="compile, link and run; the exit status is the program's"),
    Option(("run-args", "run-arguments"), "run-arguments", Value.NEXT, text="words for the program of `-run`"),
    Option(("E", "preprocess"), "phase", argument="-E", text="print the preprocessed source (host pass)"),
    Option(("M", "generate-dependencies"), "phase", argument="-M", text="print a make rule of all files read"),
    Option(("MM", "generate-nonsystem-dependencies"), "phase", argument="-MM", text="the same without system headers"),
    Option(("x", "x-language"), "language", Value.NEXT, text="language of the inputs: `cu`, `c++` or `c`"),
    Option(("odir", "output-directory"), "output-directory", Value.NEXT, text="folder for files not named by `-o`"),
    Option(("target",), "target", Value.NEXT, text="processor to build for (anychip's own option)"),
    Option(("optf", "options-file"), "options-file", Value.NEXT, text="read more options from a file"),
    Option(("v", "verbose"), "verbose", text="print the jobs while running them"),
    Option(("dryrun",), "dryrun", text="print the jobs, run none"),
    Option(("k", "keep", "save-temps"), "keep", text="keep what each stage made (see `anychip show`)"),
    Option(("keep-dir",), "keep-dir", Value.NEXT, text="folder for what `-keep` keeps"),
    Option(("V", "version"), "version", text="print the release"),
    Option(("h", "help"), "help", text="print help"),
    Option(("arch-ls", "list-gpu-arch"), "list-architectures", argument="compute", text="print the architecture known"),
    Option(("code-ls", "list-gpu-code"), "list-architectures", argument="sm", text="print the architecture known"),
)

_DEPENDENCY_FILES = (
    Option(
        ("MD", "generate-dependencies-with-compile"), "depfile", argument="-MD", text="also write a dependency file"
    ),
    Option(
        ("MMD", "generate-nonsystem-dependencies-with-compile"),
        "depfile",
        argument="-MMD",
        text="the same without system headers",
    ),
    Option(("MP", "generate-dependency-targets"), "depfile", argument="-MP", text="add an empty rule for each header"),
    Option(("MF", "dependency-output"), "depfile-value", Value.NEXT, "-MF", "name of the dependency file"),
    Option(("MT", "dependency-target-name"), "depfile-value", Value.NEXT, "-MT", "target named in the rule"),
    Option(("MQ",), "depfile-value", Value.NEXT, "-MQ", "target named in the rule"),
)

_LANGUAGE = (
    Option(("I", "include-path"), "preprocessor", Value.JOINED, "-I", "folder of headers"),
    Option(("isystem", "system-include"), "preprocessor-pair", Value.NEXT, "-isystem", "folder of system headers"),
    Option(("include", "pre-include"), "preprocessor-pair", Value.NEXT, "-include", "header to include first"),
    Option(("D", "define-macro"), "preprocessor", Value.JOINED, "-D", "define a macro"),
    Option(("U", "undefine-macro"), "preprocessor", Value.JOINED, "-U", "undefine a macro"),
    Option(("std",), "standard", Value.NEXT, text="C++ standard: `c++11`, `c++14`, `c++17`, `c++20`, `c++23`"),
    Option(("O",), "optimization", Value.ATTACHED, text="optimisation of host code, 0 to 3"),
    Option(("optimize",), "optimization", Value.NEXT, text="the same"),
    Option(("g", "debug"), "debug", text="debug information for host code"),
    Option(("G", "device-debug"), "device-debug", text="debug information for device code"),
    Option(("pg", "profile"), "host-list", argument="-pg", text="host code instrumented for gprof"),
    Option(("fmad",), "fmad", Value.NEXT, text="whether device `a*b+c` is fused (default true)", choices=_BOOLEAN),
    Option(
        ("default-stream",),
        "default-stream",
        Value.NEXT,
        text="what stream 0 means: `legacy` or `per-thread`",
        choices=("legacy", "null", "per-thread"),
    ),
    Option(("fopenmp",), "openmp", text="OpenMP in host code"),
    Option(("fPIC", "fpic", "fPIE", "fpie"), "host", argument="-fPIC", text="position-independent code (always made)"),
    _ignored("threads are always available", Value.NONE, "pthread"),
)

_WARNINGS = (
    Option(("w", "disable-warnings"), "common", argument="-w", text="no warnings"),
    Option(("Werror",), "warnings-as-errors", Value.NEXT, text="make kinds of warnings errors; `all-warnings`: all"),
    Option(("Wreorder",), "common", argument="-Wreorder", text="warn of initialisers out of order"),
    Option(
        ("Wno-deprecated-declarations",),
        "common",
        argument="-Wno-deprecated-declarations",
        text="no warnings of deprecated declarations",
    ),
)

_OTHER_TOOLS = (
    Option(("Xcompiler", "compiler-options"), "host-list", Value.NEXT, text="words for the host compiler, by comma"),
    Option(("Xlinker", "linker-options"), "linker-list", Value.NEXT, text="words for the linker, by comma"),
    Option(("L", "library-path"), "link", Value.JOINED, "-L", "folder of libraries"),
    Option(("l", "library"), "link", Value.JOINED, "-l", "library to link"),
    Option(("s", "strip"), "link", argument="-s", text="no symbols in the program"),
    Option(
        ("cudart",),
        "cudart",
        Value.NEXT,
        text="how the runtime is linked: `static` (default), `shared`, `none`",
        choices=("static", "shared", "none"),
    ),
    Option(
        ("forward-unknown-to-host-compiler", "forward-unknown-opts"),
        "forward-unknown",
        text="unknown options go to the host compiler",
    ),
    Option(("forward-unknown-to-host-linker",), "forward-linker", text="unknown options go to the linker"),
    Option(("ccbin", "compiler-bindir"), "host-compiler", Value.NEXT, text="noted; host code is compiled by clang"),
)

# One architecture is compiled for, whatever is asked: the machine's own processor stands behind it.
_ARCHITECTURES = (
    Option(("arch", "gpu-architecture"), "architecture", Value.NEXT, text="checked; the code is always compute_80's"),
    Option(("code", "gpu-code"), "architecture", Value.NEXT, text="checked; changes nothing"),
    Option(("gencode", "generate-code"), "generate-code", Value.NEXT, text="checked; changes nothing"),
    Option(("m", "machine"), "machine", Value.NEXT, text="64; 32 is refused"),
    Option(("m64",), "machine", argument="64", text="64-bit code (always)"),
    Option(("m32",), "machine", argument="32", text="refused: 32-bit programs"),
)

_FASTER = "accepted: no result loses precision, so there is nothing to allow"
_TUNING = "accepted: tunes hardware or tools that are not there"
_CHECKS = "accepted: concerns diagnostics of NVIDIA's front end"
_ALWAYS = "accepted: always so"
_IGNORED = (
    _ignored(_FASTER, Value.NONE, "use_fast_math"),
    *(_ignored(_FASTER, Value.NEXT, name, choices=_BOOLEAN) for name in ("ftz", "prec-div", "prec-sqrt")),
    _ignored(_ALWAYS, Value.NONE, "lineinfo", "generate-line-info"),
    _ignored(_ALWAYS, Value.NONE, "expt-relaxed-constexpr"),
    _ignored(_ALWAYS, Value.NONE, "extended-lambda", "expt-extended-lambda"),
    _ignored(_ALWAYS, Value.NONE, "restrict"),
    _ignored(_ALWAYS, Value.NONE, "noeh", "no-exceptions"),
    _ignored(_TUNING, Value.NEXT, "Xptxas", "ptxas-options"),
    _ignored(_TUNING, Value.NEXT, "Xnvlink", "nvlink-options"),
    _ignored(_TUNING, Value.NEXT, "Xcudafe", "cudafe-options"),
    _ignored(_TUNING, Value.NEXT, "Xarchive", "archive-options"),
    _ignored(_TUNING, Value.NEXT, "arbin", "archiver-binary"),
    _ignored(_TUNING, Value.NEXT, "maxrregcount", "maxregcount"),
    _ignored(_TUNING, Value.JOINED, "t", "threads"),
    _ignored(_TUNING, Value.NEXT, "split-compile"),
    _ignored(_TUNING, Value.NEXT, "target-dir"),
    _ignored(_TUNING, Value.NEXT, "tempdir", "temporary-directory"),
    _ignored(_TUNING, Value.NEXT, "ldir", "libdevice-directory"),
    _ignored(_TUNING, Value.NEXT, "ewp-arch"),
    _ignored(_TUNING, Value.NEXT, "idp", "input-drive-prefix"),
    _ignored(_TUNING, Value.NEXT, "ddp", "dependency-drive-prefix"),
    _ignored(_TUNING, Value.NEXT, "opt-info"),
    _ignored(_TUNING, Value.NEXT, "jtd", "jump-table-density"),
    _ignored(_TUNING, Value.NEXT, "allow-unsupported-compiler-version"),
    _ignored(_TUNING, Value.OPTIONAL, "dopt"),
    _ignored(_TUNING, Value.NONE, "dlto", "lto"),
    _ignored(_TUNING, Value.OPTIONAL, "minimal"),
    _ignored(_TUNING, Value.OPTIONAL, "Ofc", "Ofast-compile"),
    _ignored(_TUNING, Value.NONE, "extra-device-vectorization"),
    _ignored(_TUNING, Value.NONE, "res-usage", "resource-usage"),
    _ignored(_TUNING, Value.NONE, "src-in-ptx", "source-in-ptx"),
    _ignored(_TUNING, Value.NONE, "time"),
    _ignored(_TUNING, Value.NONE, "clean", "clean-targets"),
    _ignored(_TUNING, Value.NONE, "use-local-env"),
    _ignored(_TUNING, Value.NONE, "no-compress"),
    _ignored(_TUNING, Value.OPTIONAL, "static-global-template-stub"),
    _ignored(_TUNING, Value.NONE, "allow-unsupported-compiler"),
    _ignored(_CHECKS, Value.NEXT, "diag-suppress"),
    _ignored(_CHECKS, Value.NEXT, "diag-warn"),
    _ignored(_CHECKS, Value.NEXT, "diag-error"),
    _ignored(_CHECKS, Value.NONE, "display-error-number", "err-no"),
    _ignored(_CHECKS, Value.NONE, "no-display-error-number", "no-err-no"),
    _ignored(_CHECKS, Value.NONE, "Wno-deprecated-gpu-targets"),
    _ignored(_CHECKS, Value.NONE, "Wext-lambda-captures-this"),
    _ignored(_CHECKS, Value.NONE, "Wdefault-stream-launch"),
    _ignored(_CHECKS, Value.NONE, "Wmissing-launch-bounds"),
)

# docs/design/separate_compilation.md
_SEPARATE = (
    Option(("dc", "device-c"), "separate", argument="true", text="like `-c`, for device code that uses other sources'"),
    Option(("dw", "device-w"), "separate", argument="false", text="like `-c`, for device code that is complete"),
    Option(
        ("rdc", "relocatable-device-code"),
        "relocatable",
        Value.NEXT,
        text="whether device code may use other sources' (default false)",
        choices=_BOOLEAN,
    ),
    Option(
        ("dlink", "device-link"),
        "phase",
        argument="device-link",
        text="link device code only, to an object for the host linker",
    ),
    Option(("nodlink", "no-device-link"), "no-device-link", text="link without linking device code"),
)
_MODULES = (
    Option(("ptx",), "phase", argument="ptx", text="write PTX, for NVIDIA GPUs"),
    *(
        Option((name,), "phase", argument=name, text="write a module for this machine, a shared object")
        for name in ("cubin", "fatbin")
    ),
    _unsupported("writing OptiX IR", "optix-ir"),
    _unsupported("writing LTO IR", "ltoir"),
)

GROUPS: dict[str, tuple[Option, ...]] = {
    "What to make": _PHASES,
    "Dependency files": _DEPENDENCY_FILES,
    "Language and code": _LANGUAGE,
    "Warnings": _WARNINGS,
    "Host compiler, linker, runtime": _OTHER_TOOLS,
    "Architectures": _ARCHITECTURES,
    "Device code in several sources": _SEPARATE,
    "Modules": _MODULES,
    "Accepted, with nothing to do": _IGNORED,
}
"""The options by what they concern, in the order of the documentation."""

OPTIONS: tuple[Option, ...] = tuple(option for group in GROUPS.values() for option in group)

# Only of `anychip run`, `show` and `doctor`.
RUN_OPTIONS: tuple[Option, ...] = (Option(("executor",), "executor", Value.NEXT),)
SHOW_OPTIONS: tuple[Option, ...] = (Option(("stage",), "stage", Value.NEXT),)
DOCTOR_OPTIONS: tuple[Option, ...] = (Option(("prepare",), "prepare"),)


def spellings(option: Option) -> str:
    """How an option is written, shortest first, such as ``-o FILE, --output-file FILE``."""
    behind = {Value.NONE: "", Value.OPTIONAL: "[=VALUE]", Value.ATTACHED: "[N]"}.get(option.value, " VALUE")
    return ", ".join(
        f"{'-' if index == 0 or len(name) == 1 else '--'}{name}{behind}" for index, name in enumerate(option.names)
    )
