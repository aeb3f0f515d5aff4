"""``anychip nvcc -ptx``, ``-cubin`` and ``-fatbin``: a file for each source instead of a program.

PTX is what nvcc would write: text for NVIDIA GPUs. A cubin or a fat binary of NVIDIA's cannot be made, nor run here; in
its place comes the module for this machine's processors that the Python API loads, a shared object.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from anychip import compiler
from anychip.cli.driver import Builder, Plan, report
from anychip.diagnostics import Unsupported, UserError
from anychip.frontend.command import Unit
from anychip.frontend.systems import is_native
from anychip.runtime.build import device_library
from anychip.runtime.link import link_shared


def write_module_files(builder: Builder, planned: Plan, phase: str) -> None:
    """Write the files of a request in phase ptx, cubin or fatbin. Raises what ``compiler.compile_module`` raises."""
    for job in planned.jobs:
        if job.unit.language != "cuda":
            raise UserError(f"-{phase} {job.unit.source}: not a CUDA source", hint="-x cu says that it is one")
        if phase != "ptx" and not is_native(job.unit.options.target):
            raise Unsupported(f"-{phase} for another processor", hint="leave out --target, or build a program")
        with builder.tools(job.unit.options.target):
            if phase == "ptx":
                _write_ptx(builder, job.unit, Path(job.output))
            else:
                _write_loadable(builder, job.unit, Path(job.output), phase)


def _write_ptx(builder: Builder, unit: Unit, output: Path) -> None:
    library = device_library(builder.toolchain, builder.cache, report)
    text, messages = compiler.compile_ptx(builder.toolchain, unit, library, builder.cache)
    sys.stderr.write(messages)
    output.write_text(text)


def _write_loadable(builder: Builder, unit: Unit, output: Path, phase: str) -> None:
    library = device_library(builder.toolchain, builder.cache, report)
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        made = Path(folder, "module.o")
        compiled, _ = compiler.compile_module(builder.toolchain, unit, library, builder.cache, made)
        sys.stderr.write(compiled.messages)
        link_shared(builder.toolchain, [made], output)
    what = "a cubin" if phase == "cubin" else "a fat binary"
    text = f"anychip: note: {output} is a module for this machine's processors, not {what} for NVIDIA GPUs"
    print(text, file=sys.stderr)
