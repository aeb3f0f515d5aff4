"""``anychip``: pick the command, report errors, set the exit status.

Exit status: the program's for ``run``; else 0, 1 for an error in the input or an unsupported construct, 2 for a wrong
command line, 70 for a bug in anychip, 130 after Ctrl-C. Commands are loaded one at a time: a warm run loads little.
"""

from __future__ import annotations

import sys
from importlib import import_module

from anychip._version import __version__
from anychip.cli import warm

COMMANDS = {
    "run": ("anychip.cli.run", "compile (once) and run a CUDA program"),
    "nvcc": ("anychip.cli.nvcc", "compile and link with nvcc's options"),
    "doctor": ("anychip.cli.doctor", "say what is found and what is missing; --prepare builds everything now"),
    "show": ("anychip.cli.show", "print any stage of a compilation"),
    "toolkit-path": ("anychip.cli.toolkit_command", "print a folder shaped like a CUDA toolkit, for make and CMake"),
    "cache": ("anychip.cli.cache_command", "where the cache is and how big; clear, prune"),
}

_USAGE = 2
_BUG = 70
_INTERRUPTED = 130


def main(words: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    given = sys.argv[1:] if words is None else words
    if not given or given[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if given else _USAGE
    if given[0] in ("--version", "-V"):
        print(f"anychip {__version__}")
        return 0
    if given[0] not in COMMANDS:
        hint = (
            "anychip run prog.cu" if given[0].endswith((".cu", ".cpp", ".c")) else "anychip --help lists the commands"
        )
        print(f"anychip: error: unknown command {given[0]!r}\n  hint: {hint}", file=sys.stderr)
        return _USAGE
    return _guarded(given[0], given[1:])


def _guarded(command: str, words: list[str]) -> int:
    """Run a command with errors turned into messages and a status."""
    try:
        if command == "run":
            warm.start(words)
        status: int = import_module(COMMANDS[command][0]).main(words)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone; Python would complain again at exit
        return 1
    except Exception as error:
        return _report(error)


def _report(error: Exception) -> int:
    """Print an error raised on purpose and return its status; any other one goes on as it is."""
    from anychip.diagnostics import AnychipError, InternalError, ToolError  # only now: a warm run must not load it

    if not isinstance(error, AnychipError):
        raise error
    if isinstance(error, ToolError) and error.output:
        sys.stderr.write(error.output.rstrip("\n") + "\n")
    print(error.render(), file=sys.stderr)
    if isinstance(error, InternalError):
        print("  this is a bug in anychip: please report it with the source", file=sys.stderr)
        return _BUG
    return 1


def _usage() -> str:
    lines = [f"anychip {__version__}: compile and run CUDA programs on any processor", "", "usage: anychip COMMAND ..."]
    lines += [f"  {name:14}{text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join([*lines, "  anychip COMMAND --help tells more"])
