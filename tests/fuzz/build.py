"""Many kernels to one shared object, by the pipeline that users' programs take."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anychip import compiler
from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.frontend.command import Unit
from anychip.frontend.host_device import Passes
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import Toolchain, find_toolchain
from anychip.ir import Module
from anychip.ir.parser import parse_module
from anychip.runtime.build import device_library, runtime_library
from anychip.runtime.link import link_shared
from anychip.targets import lookup

LANES_VARIABLE = "ANYCHIP_LANES"  # read by the compiler: threads to a call, if the kernel allows it


@dataclass(frozen=True, slots=True)
class Tools:
    """What every build needs; made once in a process, on disk once."""

    toolchain: Toolchain
    cache: Cache
    library: Path
    runtime: Path


@cache
def tools() -> Tools:
    """The tools, building the runtime and the device library if they are not there yet."""
    toolchain, store = find_toolchain(), Cache()
    library = device_library(toolchain, store, lambda text: None)
    return Tools(toolchain, store, library, runtime_library(toolchain, store, lambda text: None))


def device_ir(source: str) -> str:
    """Device IR of CUDA source, as clang prints it. Raises ToolError."""
    with tempfile.TemporaryDirectory(prefix="anychip-fuzz-") as folder:
        path = Path(folder, "fuzz.cu")
        path.write_text(source)
        unit = Unit(path, "cuda", read_arguments([]).compile_options(), has_libstdcxx(find_system("")), False)
        with Passes(tools().toolchain, unit, tools().cache, sides=("device",)) as passes:
            return passes.device()


def build(device: str, lanes: int, output: Path) -> Module:
    """Write the shared object of some device IR to ``output``; returns its IR. Raises Unsupported."""
    artefacts = compiler.Artefacts(frozenset({"wir"}))
    os.environ[LANES_VARIABLE] = str(lanes)
    try:
        made = compiler.compile_device(
            device, [tools().library], lookup(None), compiler.LOADABLE_SYMBOL, artefacts, name="fuzz.cu", hidden=False
        )
    finally:
        del os.environ[LANES_VARIABLE]
    part = output.with_suffix(".o")
    part.write_bytes(made)
    link_shared(tools().toolchain, [part, tools().runtime], output)
    text = artefacts.found["wir"]
    assert isinstance(text, str)
    return parse_module(text)
