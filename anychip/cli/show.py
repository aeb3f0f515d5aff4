"""``anychip show [--stage NAME] [options] prog.cu``: print one stage of a compilation; without a stage, list them.

The options are those of ``anychip nvcc``; ``-o FILE`` writes to a file (binary stages go to a terminal only this way).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from anychip import compiler
from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.cli.driver import Builder, ToolGuard, link_order, plan, report
from anychip.cli.option_table import SHOW_OPTIONS
from anychip.cli.request import Request
from anychip.diagnostics import UserError
from anychip.frontend.toolchain import find_toolchain
from anychip.runtime.build import device_library
from anychip.runtime.device_inputs import device_inputs


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises AnychipError."""
    request = read_arguments(words, SHOW_OPTIONS)
    if request.help:
        print(__doc__)
        return 0
    if not request.stage:
        print("\n".join(f"{name:14}{text}" for name, text in compiler.STAGES.items()))
        return 0
    compiler.check_stage(request.stage)
    artefacts = compiler.Artefacts(frozenset({request.stage}))
    if request.relocatable and request.stage in _LINKED:
        _link(request, artefacts)
        _print(artefacts.found[request.stage], request.output)
        return 0
    jobs = plan(request).jobs
    if len(jobs) != 1 or jobs[0].unit.language != "cuda":
        raise UserError("show takes one CUDA source", hint="anychip show --stage wir prog.cu")
    toolchain, cache = find_toolchain(), Cache()
    with ToolGuard(toolchain, request.target), tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        library = device_library(toolchain, cache, report)
        made = compiler.compile_unit(toolchain, jobs[0].unit, library, cache, Path(folder, "o"), artefacts)
    sys.stderr.write(made.messages)
    artefact = artefacts.found.get(request.stage)
    if artefact is None and request.stage == compiler.LINKED_STAGE:
        raise UserError(f"only -rdc=true has a stage {request.stage}", hint="add -rdc=true")
    if artefact is None:
        raise UserError(f"{jobs[0].unit.source} has no device code, so there is no stage {request.stage}")
    _print(artefact, request.output)
    return 0


# With -rdc=true these are the stages of the device link of all sources given.
_LINKED = (compiler.LINKED_STAGE, "normalized.ll", "wir", "lanes", "scalar.ll", "optimized.ll", "device.s", "device.o")


def _link(request: Request, artefacts: compiler.Artefacts) -> None:
    """Make a stage of a device link. Raises UserError if there is no device code."""
    builder = Builder()
    compiled = [path for path, _ in builder.compile_all(request)]
    found = device_inputs(link_order(plan(request), compiled), request.link_options().flags)
    if not found:
        raise UserError(f"{', '.join(request.inputs)}: no device code to link")
    builder.make_device_link(found, request.target, artefacts)


def _print(artefact: compiler.Artefact, output: str) -> None:
    data = artefact.encode(errors="surrogateescape") if isinstance(artefact, str) else artefact
    if output:
        Path(output).write_bytes(data)
        return
    if isinstance(artefact, bytes) and sys.stdout.isatty():
        raise UserError("this stage is binary", hint="write it to a file with -o")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
