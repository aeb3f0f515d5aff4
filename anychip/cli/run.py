"""``anychip run prog.cu [more.cu] [options] [-- arguments]``: compile, unless done before, and become the program.

The options are those of ``anychip nvcc`` (-I -D -O -std -Xcompiler -l ...), and:

    --target T              build for another processor and run under its emulator
    --executor compiled     (default) kernels compiled to machine code
    --executor reference    kernels run thread by thread by the slow, obvious executor
    -- ARGUMENTS            go to the program, whose exit status is that of the command
"""

from __future__ import annotations

import time
from pathlib import Path

from anychip.cli import warm
from anychip.cli.arguments import read_arguments
from anychip.cli.driver import Builder, check_inputs
from anychip.cli.option_table import RUN_OPTIONS
from anychip.cli.request import Request
from anychip.diagnostics import UserError
from anychip.frontend.systems import find_system, is_native
from anychip.targets import lookup

_EXECUTORS = ("compiled", "reference")


def main(words: list[str]) -> int:
    """Run the command; does not return if the program could be started. Raises AnychipError."""
    own, arguments = warm.split_arguments(words)
    request = read_arguments(own, RUN_OPTIONS)
    if request.help:
        print(__doc__)
        return 0
    _check(request)
    if request.executor == "reference":
        return _run_reference(request, arguments)
    started = time.time_ns()
    builder = Builder()
    program, files = builder.program(request)
    command = [str(program)] if is_native(request.target) else _emulate(request, program)
    warm.remember(own, command, [*files, *builder.toolchain.files()], started)
    try:
        warm.execute([*command, *arguments])
    except OSError as error:
        raise UserError(f"{command[0]} cannot be run: {error.strerror}") from error
    return 0


def _check(request: Request) -> None:
    if request.executor not in _EXECUTORS:
        raise UserError(f"unknown executor {request.executor!r}", hint=f"executors: {', '.join(_EXECUTORS)}")
    if request.output or request.phase != "link" or request.shared:
        raise UserError("run makes no file", hint="use anychip nvcc for -o, -c, -E, -M and -shared")
    check_inputs(request)
    if not any(request.language_of(name) for name in request.inputs):
        raise UserError("no source file to run", hint="anychip run prog.cu")


def _emulate(request: Request, program: Path) -> list[str]:
    """The command that runs a program for another processor. Raises UserError if its emulator is missing."""
    from anychip.frontend.requirements import find_emulator, install_command  # only for other targets

    system = find_system(request.target)
    emulator = find_emulator(system)
    if emulator is None:
        hint = f"install with: {install_command(['qemu-user'])}"
        raise UserError(f"programs for {system.name} need the emulator {system.emulator}", hint=hint)
    processor = lookup(request.target).emulated_cpu
    choice = ["-cpu", processor] if processor else []
    return [emulator, *choice, "-L", system.sysroot, str(program)]


def _run_reference(request: Request, arguments: list[str]) -> int:
    from anychip.cli.reference import run_reference  # loads LLVM and the executor

    return run_reference(request, arguments)
