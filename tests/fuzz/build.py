"""Many kernels to one shared object, by the pipeline that users' programs take."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import llvmlite.binding as llvm

from anychip import compiler
from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.codegen.optimize import optimize, parse_module, target_machine
from anychip.diagnostics import AnychipError
from anychip.frontend.command import Unit
from anychip.frontend.host_device import Passes
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import Toolchain, find_toolchain
from anychip.ir import Module
from anychip.runtime.build import device_library, runtime_library
from anychip.runtime.link import link_shared
from anychip.targets import lookup
from anychip.vectorize.pipeline import write_module
from anychip.vectorize.report import Report

LANES_VARIABLE = "ANYCHIP_LANES"  # read by the compiler: threads to a call, if the kernel allows it


@dataclass(frozen=True, slots=True)
class Tools:
    """What every build needs; made once in a process, on disk once."""

    toolchain: Toolchain
    cache: Cache
    library: Path
    runtime: Path


@dataclass(slots=True)
class Built:
    """What became of kernels: those in the object, and what went wrong with others. The rest is not taken."""

    taken: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)


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


def read(device: str) -> Module:
    """Our IR of the device IR. Raises Unsupported."""
    return compiler.read_device(device, [tools().library], compiler.Artefacts(), "fuzz.cu")


def build(module: Module, lanes: int, output: Path, level: int = 2) -> Built:
    """Write a shared object with the kernels that run in groups of ``lanes``; for 1, with all.

    ``level`` is LLVM's. A kernel that breaks the compiler is found and left out.
    """
    names = [kernel.name for kernel in module.kernels()]
    built = Built()
    try:
        code = _object(module, names, lanes, level, built)
    except Exception:
        built = Built(broken=_broken(module, names, lanes, level))
        code = _object(module, [name for name in names if name not in built.broken], lanes, level, built)
    if built.taken:
        part = output.with_suffix(".o")
        part.write_bytes(code)
        link_shared(tools().toolchain, [part, tools().runtime], output)
    return built


@contextmanager
def lanes_set(lanes: int) -> Iterator[None]:
    """The compiler's setting."""
    os.environ[LANES_VARIABLE] = str(lanes)
    try:
        yield
    finally:
        del os.environ[LANES_VARIABLE]


def _object(module: Module, names: Iterable[str], lanes: int, level: int, built: Built) -> bytes:
    """The object, its kernels noted in ``built``. Raises whatever the compiler raises."""
    part = _with_kernels(module, names)
    text, taken = _text(part, lanes)
    if not taken:
        return b""
    if len(taken) * 2 < len(part.kernels()):  # the others, which would run as they do with one lane, cost too much
        text, taken = _text(_with_kernels(module, taken), lanes)
    built.taken |= taken
    return _emit(text, level)


def _text(module: Module, lanes: int) -> tuple[str, set[str]]:
    """LLVM text, and the kernels that are in groups of lanes; for one lane, all."""
    report = Report()
    with lanes_set(lanes):
        text = write_module(module, lookup(None), module_symbol=compiler.LOADABLE_SYMBOL, hidden=False, report=report)
    return text, {kernel.name for kernel in module.kernels()} if lanes == 1 else set(report.lanes)


def _with_kernels(module: Module, names: Iterable[str]) -> Module:
    kept = set(names)
    functions = {name: function for name, function in module.functions.items() if not function.kernel or name in kept}
    return replace(module, functions=functions)


def _emit(text: str, level: int) -> bytes:
    target = lookup(None)
    machine = target_machine(target, level)
    module = parse_module(text, target, machine)
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()  # versions for one thread that nothing names
    passes.add_sroa_pass()  # less code for the generator
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=level)))
    if level:
        optimize(module, machine, level)
    return bytes(machine.emit_object(module))


def _broken(module: Module, names: Iterable[str], lanes: int, level: int) -> dict[str, str]:
    """The kernels that do not build alone, with the error's words."""
    broken = {}
    for name in names:
        try:
            _object(module, [name], lanes, level, Built())
        except AnychipError as error:
            broken[name] = error.render()
        except Exception as error:
            place = error.__traceback__
            while place and place.tb_next:
                place = place.tb_next
            where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
            broken[name] = f"{type(error).__name__} {error} in {where}"
    return broken
