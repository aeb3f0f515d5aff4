"""The pipeline: one CUDA source to one object file. Stages are named by the artefact they make.

clang, device pass            device.ll       one CUDA thread, as clang prints it for NVPTX
  frontend.normalize          normalized.ll   with the device library linked in, in the subset we read
  frontend.llvm_reader        wir             our IR, the GPU's meaning fixed
  vectorize.pipeline          scalar.ll       LLVM IR for the target's processor and the module's tables: kernels by
                                              thread (codegen.scalar) and, where taken, in groups of lanes
  codegen.object_file         optimized.ll  device.s  device.o
clang, host pass (meanwhile)  host.ll         host code, its kernel registration pointed at the tables
  codegen.object_file         host.o
linker                        object          both in one relocatable file

With separate compilation (-rdc=true) the object is host.o with device.ll in a section, and the device link goes on:
  frontend.device_link        linked.ll       the device code of all objects, optimised as one source's; then as above
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from anychip.cache.manifest import read_depfile
from anychip.cache.store import Cache
from anychip.codegen.host_object import host_object
from anychip.codegen.linked_registration import linked_registration
from anychip.codegen.object_file import emit_assembly, emit_object, emit_optimized
from anychip.codegen.ptx import emit_ptx
from anychip.diagnostics import LINK_HINT, ONE_UNIT_HINT, UserError
from anychip.frontend.command import Unit, linked_command, plain_command
from anychip.frontend.completeness import check_complete
from anychip.frontend.contract import contract
from anychip.frontend.device_link import link_units, needed_units
from anychip.frontend.device_unit import REGISTER, DeviceUnit
from anychip.frontend.embed import attach_module, has_device_code, module_symbol
from anychip.frontend.host_device import Passes
from anychip.frontend.llvm_lexer import bare_name
from anychip.frontend.llvm_reader import read_module
from anychip.frontend.managed import managed_variables
from anychip.frontend.normalize import normalize
from anychip.frontend.relocatable import attach_unit, unit_identity
from anychip.frontend.systems import is_native
from anychip.frontend.toolchain import Toolchain, merge_objects, run_tool
from anychip.ir.module import Module
from anychip.ir.printer import print_module
from anychip.targets import Target, lookup
from anychip.vectorize.pipeline import write_module
from anychip.vectorize.report import Report

LINKED_STAGE = "linked.ll"
STAGES = {
    "device.ll": "device code as clang prints it",
    "normalized.ll": "after linking the device library and simplification",
    "wir": "our IR of one CUDA thread",
    "lanes": "what the vectoriser made of each kernel: lanes, accesses, or why it runs one thread per call",
    "scalar.ll": "LLVM IR for the target",
    "optimized.ll": "the same after LLVM's optimiser",
    "device.s": "assembly of the device code",
    "device.o": "object of the device code",
    "host.ll": "host code, tied to the device code",
    "host.o": "object of the host code",
    "object": "the object file that programs link",
    LINKED_STAGE: "with -rdc=true, before normalized.ll: the device code of all sources, linked and optimised",
}

LOADABLE_SYMBOL = "anychip_module"
"""What a module that is loaded at run time exports its tables as."""

Artefact = str | bytes


@dataclass(slots=True)
class Artefacts:
    """Collects the stages someone asked for; making those that nothing else needs is left out otherwise."""

    wanted: frozenset[str] = frozenset()
    found: dict[str, Artefact] = field(default_factory=dict)

    def keep(self, stage: str, artefact: Artefact) -> None:
        """Remember an artefact that exists anyway."""
        if stage in self.wanted:
            self.found[stage] = artefact

    def make(self, stage: str, produce: Callable[[], Artefact]) -> None:
        """Make and remember an artefact if it is wanted."""
        if stage in self.wanted:
            self.found[stage] = produce()


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compiling a unit found out: the files it read, clang's warnings, the module's symbol if it has kernels."""

    dependencies: tuple[str, ...]
    messages: str
    symbol: str = ""


def compile_unit(
    toolchain: Toolchain, unit: Unit, library: Path, cache: Cache, output: Path, artefacts: Artefacts
) -> Compiled:
    """Compile one CUDA source to an object file. ``library`` is the device library's bitcode.

    Raises ToolError (clang's own diagnostics), Unsupported (a construct of the device code), UserError.
    """
    if unit.options.relocatable:
        return _compile_relocatable(toolchain, unit, cache, output, artefacts)
    target = lookup(unit.options.target or None)
    with Passes(toolchain, unit, cache) as passes:
        device = passes.device()
        artefacts.keep("device.ll", device)
        symbol = module_symbol(str(unit.source.absolute()), *unit.options.words(), device)
        device_object = b""
        if _has_entries(device):
            name = str(unit.source)
            device_object = compile_device(device, [library], target, symbol, artefacts, name=name)
        host = passes.host()
        registered = has_device_code(host)
        dependencies, messages = passes.dependencies(), passes.messages()
    host = attach_module(host, symbol) if registered else host
    artefacts.keep("host.ll", host)
    objects = [host_object(host, target)]
    artefacts.keep("host.o", objects[0])
    _merge(toolchain, [*objects, device_object] if registered else objects, output)
    artefacts.make("object", output.read_bytes)
    return Compiled(dependencies, messages, symbol if registered else "")


def _compile_relocatable(
    toolchain: Toolchain, unit: Unit, cache: Cache, output: Path, artefacts: Artefacts
) -> Compiled:
    """Compile host code, and keep the device code beside it for the device link."""
    target = lookup(unit.options.target or None)
    unit = replace(unit, identity=unit_identity(unit))
    with Passes(toolchain, unit, cache) as passes:
        device, host = passes.device(), passes.host()
        dependencies, messages = passes.dependencies(), passes.messages()
    artefacts.keep("device.ll", device)
    host, _ = attach_unit(unit, target.triple, device, host)
    artefacts.keep("host.ll", host)
    output.write_bytes(host_object(host, target))
    artefacts.make("host.o", output.read_bytes)
    artefacts.make("object", output.read_bytes)
    return Compiled(dependencies, messages)


def link_device(
    toolchain: Toolchain,
    objects: list[DeviceUnit],
    members: list[DeviceUnit],
    library: Path,
    target_name: str,
    artefacts: Artefacts,
) -> bytes:
    """The device link: an object with the device code of ``objects`` and of library ``members``, and its registration.

    Raises UserError for symbols that are defined twice or not at all, and what ``compile_unit`` raises.
    """
    target = lookup(target_name or None)
    units = needed_units(objects, members)
    if not units:
        return host_object("", target)
    _check_target(units, target)
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        linked, made = Path(folder, "linked.bc"), Path(folder, "linked.ll")
        linked.write_bytes(link_units(units))
        run_tool(
            [*linked_command(toolchain, linked), "-o", str(made)], "clang could not optimise the linked device code"
        )
        text = made.read_text(errors="surrogateescape")
    artefacts.keep(LINKED_STAGE, text)
    symbol = module_symbol("linked", *(unit.identity for unit in units))
    managed = sorted(bare_name(name) for name in managed_variables(text))
    registration = linked_registration(symbol, [REGISTER + unit.identity for unit in units], managed)
    name = ", ".join(unit.source for unit in units)
    return compile_device(text, [library], target, symbol, artefacts, name=name, registration=registration)


def _check_target(units: list[DeviceUnit], target: Target) -> None:
    for unit in units:
        if unit.target != target.triple:
            what = f"the device code of {unit.source} is for {unit.target}, not for {target.triple}"
            raise UserError(what, hint="compile and link with the same --target")


def compile_module(
    toolchain: Toolchain, unit: Unit, library: Path, cache: Cache, output: Path
) -> tuple[Compiled, Module]:
    """Compile the device code of a CUDA source alone, to an object for a loadable module; also returns its IR.

    Raises what ``compile_unit`` raises.
    """
    target, artefacts = lookup(None), Artefacts()
    with Passes(toolchain, unit, cache, sides=("device",)) as passes:
        device = passes.device()
        dependencies, messages = passes.dependencies(), passes.messages()
    module = read_device(device, [library], artefacts, str(unit.source))
    check_complete(module, ONE_UNIT_HINT)
    scalar = write_module(module, target, module_symbol=LOADABLE_SYMBOL, hidden=False)
    output.write_bytes(emit_object(scalar, target))
    return Compiled(dependencies, messages, LOADABLE_SYMBOL), module


def compile_ptx(toolchain: Toolchain, unit: Unit, library: Path, cache: Cache) -> tuple[str, str]:
    """The device code of a CUDA source as PTX, and clang's warnings. Raises ToolError."""
    with Passes(toolchain, unit, cache, sides=("device",)) as passes:
        device, messages = passes.device(), passes.messages()
    return emit_ptx(normalize(device, [library.read_bytes()])), messages


def compile_device(
    device: str,
    libraries: Iterable[Path],
    target: Target,
    symbol: str,
    artefacts: Artefacts,
    *,
    name: str = "",
    hidden: bool = True,
    registration: str = "",
) -> bytes:
    """Device IR as clang prints it to an object that defines the module's tables as ``symbol``.

    ``name`` is the source's; ``hidden`` keeps the tables inside the program; ``registration`` is the text that a device
    link adds. Raises UndefinedDeviceSymbol for incomplete device code.
    """
    module = read_device(device, libraries, artefacts, name)
    check_complete(module, LINK_HINT if registration else ONE_UNIT_HINT)
    report = Report()
    scalar = write_module(module, target, module_symbol=symbol, hidden=hidden, report=report) + registration
    artefacts.make("lanes", report.text)
    artefacts.keep("scalar.ll", scalar)
    level = 0 if module.debug.full else 2
    artefacts.make("optimized.ll", lambda: emit_optimized(scalar, target, level))
    artefacts.make("device.s", lambda: emit_assembly(scalar, target, level))
    device_object = emit_object(scalar, target, level)
    artefacts.keep("device.o", device_object)
    return device_object


def read_device(device: str, libraries: Iterable[Path], artefacts: Artefacts, name: str = "") -> Module:
    """Device IR as clang prints it to our IR, from here on with one meaning for every executor and target."""
    normalized = normalize(device, [library.read_bytes() for library in libraries])
    artefacts.keep("normalized.ll", normalized)
    module = read_module(normalized, name)
    contract(module)
    artefacts.make("wir", lambda: print_module(module))
    return module


def compile_plain(toolchain: Toolchain, unit: Unit, output: Path) -> Compiled:
    """Compile plain C or C++ to an object file."""
    cross = not is_native(unit.options.target)
    command = plain_command(toolchain, unit, emit_ir=cross)
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        made, rule = Path(folder, "made"), Path(folder, "d")
        words = [*command, "-MD", "-MF", str(rule), "-o", str(made), str(unit.source)]
        messages = run_tool(words, f"clang could not compile {unit.source}")
        data = made.read_bytes()
        if cross:
            data = host_object(data.decode(errors="surrogateescape"), lookup(unit.options.target))
        output.write_bytes(data)
        return Compiled(read_depfile(rule), messages)


def check_stage(name: str) -> None:
    """Raise UserError unless there is a stage of this name."""
    if name not in STAGES:
        raise UserError(f"there is no stage {name!r}", hint=f"stages: {', '.join(STAGES)}")


def _has_entries(device: str) -> bool:
    """Whether the device IR defines anything the host can name; header-only leftovers need no object."""
    return "ptx_kernel" in device or "externally_initialized" in device


def _merge(toolchain: Toolchain, objects: list[bytes], output: Path) -> None:
    if len(objects) == 1:
        output.write_bytes(objects[0])
        return
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        files = [Path(folder, f"{index}.o") for index in range(len(objects))]
        for file, data in zip(files, objects, strict=True):
            file.write_bytes(data)
        merge_objects(toolchain, files, output)
