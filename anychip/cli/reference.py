"""``anychip run --executor reference``: the program as a shared object, its kernels run by the executor of our IR."""

from __future__ import annotations

import tempfile
from pathlib import Path

from anychip import compiler
from anychip.cache.identity import digest
from anychip.cli.driver import Builder, link_order, plan, report
from anychip.cli.request import Request
from anychip.diagnostics import Unsupported
from anychip.frontend.command import Unit
from anychip.frontend.systems import is_native
from anychip.runtime.build import device_library, runtime_library
from anychip.runtime.device_inputs import device_inputs
from anychip.runtime.link import LinkOptions
from anychip.runtime.reference import run_program


def run_reference(request: Request, arguments: list[str]) -> int:
    """Build and run; returns the program's exit status. The build is cached like any other program's."""
    if not is_native(request.target):
        raise Unsupported("the reference executor runs only programs for this machine", hint="leave out --target")
    builder = Builder()
    compiled = [path for path, _ in builder.compile_all(request)]
    planned = plan(request)
    objects = link_order(planned, compiled)
    settings = request.link_options()
    units = [job.unit for job in planned.jobs if job.unit.language == "cuda" and not request.relocatable]
    texts = [path for unit in units for path in _wir(builder, unit)] + _linked_wir(builder, objects, settings)
    shared = LinkOptions(settings.target, settings.flags, shared=True)
    words = ("reference program", *shared.words(), *map(str, objects))
    program = builder.cache.build(digest(*words), ".so", lambda output: _discard(builder.link(objects, shared, output)))
    runtime = runtime_library(builder.toolchain, builder.cache, report)
    return run_program(runtime, program, texts, [request.inputs[0], *arguments])


def _discard(read: tuple[str, ...]) -> None:
    """The linker's list of files is of no use here: the key covers them."""


def _wir(builder: Builder, unit: Unit) -> list[Path]:
    """The unit's IR as text in the cache, named by its module's symbol; nothing if it has no device code."""
    artefacts = compiler.Artefacts(frozenset({"wir"}))
    with builder.tools(unit.options.target), tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        library = device_library(builder.toolchain, builder.cache, report)
        made = compiler.compile_unit(builder.toolchain, unit, library, builder.cache, Path(folder, "o"), artefacts)
    text = artefacts.found.get("wir")
    if not made.symbol or not isinstance(text, str):
        return []
    return [builder.cache.write(digest("wir", made.symbol, text), f".{made.symbol}.wir", text.encode())]


def _linked_wir(builder: Builder, objects: list[Path], settings: LinkOptions) -> list[Path]:
    """The IR of the relocatable device code, linked; nothing if there is none."""
    found = device_inputs(objects, settings.flags)
    if not found:
        return []
    artefacts = compiler.Artefacts(frozenset({"wir"}))
    builder.make_device_link(found, settings.target, artefacts)
    text = str(artefacts.found["wir"])
    return [builder.cache.write(digest("wir", text), ".wir", text.encode())]
