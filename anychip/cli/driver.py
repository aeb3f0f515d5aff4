"""From a Request to files: which jobs it takes, as data, and running them with the cache.

A plan is made without running anything, so that ``--dryrun`` and tests can look at it. Compilation itself
(``anychip.compiler`` and what it imports) is loaded only when a job misses the cache.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anychip import options
from anychip.cache import manifest
from anychip.cache.identity import digest, machine_identity, package_identity
from anychip.cache.store import Cache
from anychip.cli.request import Request
from anychip.diagnostics import ToolError, UndefinedDeviceSymbol, Unsupported, UserError
from anychip.frontend.command import Unit
from anychip.frontend.cuda_libraries import hint_of
from anychip.frontend.requirements import check_requirements, has_libstdcxx
from anychip.frontend.systems import find_system, is_native
from anychip.frontend.toolchain import Toolchain, find_toolchain
from anychip.runtime.device_inputs import DeviceInput, device_inputs
from anychip.runtime.link import LinkOptions, link_program

if TYPE_CHECKING:
    from anychip.compiler import Artefacts


@dataclass(frozen=True, slots=True)
class CompileJob:
    """One source to one object. ``output`` is empty if only the link needs the object."""

    unit: Unit
    output: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The compilations, and what the link takes in order: a job's index or the path of an object given."""

    jobs: tuple[CompileJob, ...]
    link_inputs: tuple[int | str, ...]


def check_inputs(request: Request) -> None:
    """Raise UserError for inputs that are missing, not files, or not what their name says."""
    if not request.inputs:
        raise UserError("no input files")
    for name in request.inputs:
        check_file(name)
        if request.language_of(name):
            check_text(name)


def check_file(name: str) -> None:
    """Raise UserError unless this is a file that may be read."""
    if not os.path.exists(name):
        raise UserError(f"{name}: no such file")
    if os.path.isdir(name):
        raise UserError(f"{name}: is a directory")
    if not os.access(name, os.R_OK):
        raise UserError(f"{name}: may not be read")


def check_text(name: str) -> None:
    """Raise UserError for a binary file under a source's name; clang would print thousands of errors."""
    with open(name, "rb") as file:
        if b"\0" in file.read(4096):
            raise UserError(f"{name}: not CUDA or C++ source text: the file is binary")


# What a phase that does not link makes of each source.
_OWN_OUTPUTS = {"compile": ".o", "ptx": ".ptx", "cubin": ".cubin", "fatbin": ".fatbin"}


def plan(request: Request) -> Plan:
    """The jobs of a request. Raises UserError for inputs that cannot be compiled or linked."""
    check_inputs(request)
    sources = [name for name in request.inputs if request.language_of(name)]
    folder = Path(request.output_directory)
    suffix = _OWN_OUTPUTS.get(request.phase, "")
    if suffix and request.output and len(sources) > 1:
        raise UserError(f"-o names one file, but one {suffix} is made of each source", hint="leave out -o")
    settings = request.compile_options()
    libstdcxx = has_libstdcxx(find_system(settings.target))
    color = sys.stderr.isatty()
    jobs: list[CompileJob] = []
    inputs: list[int | str] = []
    for name in request.inputs:
        language = request.language_of(name)
        inputs.append(len(jobs) if language else name)
        if language:
            output = (request.output or str(folder / (Path(name).stem + suffix))) if suffix else ""
            jobs.append(CompileJob(Unit(Path(name), language, settings, libstdcxx, color), output))
    return Plan(tuple(jobs), tuple(inputs))


class Builder:
    """Runs jobs, each from the cache if nothing it reads has changed."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.cache = cache or Cache()
        self._package = package_identity()

    @property
    def toolchain(self) -> Toolchain:
        """The compiler and linker."""
        return find_toolchain()

    def compile(self, unit: Unit) -> tuple[Path, tuple[str, ...]]:
        """The object of a source, in the cache, and the files it was made from. Warnings go to stderr."""
        key = self._key("object", str(unit.source), unit.language, str(unit.libstdcxx), *unit.options.words())
        found = manifest.lookup(self.cache, key, ".o")
        if not found:
            # Of processes that compile the same file at once, one does the work and the others wait for it.
            with self.cache.lock(f"{key}-compile"):
                found = manifest.lookup(self.cache, key, ".o")
                if not found:
                    return self._compile_and_store(unit, key)
        _say(_read_messages(found[0]))
        return found

    def link(self, objects: list[Path], settings: LinkOptions, output: Path) -> tuple[str, ...]:
        """Link objects, their relocatable device code and the runtime; returns the files the linker read."""
        linked = self.device_link(objects, settings) if settings.device_link else None
        files = [*objects, linked] if linked else objects
        with self.tools(settings.target), tempfile.TemporaryDirectory(prefix="anychip-") as folder:
            rule = Path(folder, "d")
            link_program(self.toolchain, files, self._runtime(settings), settings, output, rule)
            return manifest.read_depfile(rule)

    def device_link(self, objects: list[Path], settings: LinkOptions, *, always: bool = False) -> Path | None:
        """The object, in the cache, of the relocatable device code of ``objects`` and of the libraries named.

        None if there is none, unless ``always``. Raises UserError for symbols defined twice or not at all.
        """
        found = device_inputs(objects, settings.flags)
        if not found and not always:
            return None
        words = [word for item in found for word in _unit_words(item)]
        key = self._key("device link", settings.target, *words)

        def produce(output: Path) -> None:
            from anychip.compiler import Artefacts  # loads LLVM

            output.write_bytes(self.make_device_link(found, settings.target, Artefacts()))

        return self.cache.build(key, ".o", produce)

    def make_device_link(self, found: list[DeviceInput], target: str, artefacts: Artefacts) -> bytes:
        """The object of a device link, made now; its stages go to ``artefacts``."""
        with self.tools(target):
            report(f"linking the device code of {len(found)} files")
            from anychip import compiler  # loads LLVM
            from anychip.runtime.build import device_library

            library = device_library(self.toolchain, self.cache, report)
            objects = [item.unit for item in found if not item.library]
            members = [item.unit for item in found if item.library]
            return compiler.link_device(self.toolchain, objects, members, library, target, artefacts)

    def toolkit(self) -> Path:
        """The folder shaped like a CUDA toolkit, made on first use."""
        from anychip.runtime.toolkit import toolkit  # loads LLVM

        with self.tools(""):
            return toolkit(self.toolchain, self.cache, report)

    def _runtime(self, settings: LinkOptions) -> Path | None:
        """The runtime's object or library to link. Raises Unsupported for a shared one of another processor."""
        if settings.cudart == "none":
            return None
        if settings.cudart == "shared":
            if not is_native(settings.target):
                raise Unsupported(
                    f"-cudart shared for {find_system(settings.target).name}",
                    hint="leave it out: the runtime is linked in",
                )
            return self.toolkit() / "lib64" / "libcudart.so"
        from anychip.runtime.build import runtime_object  # loads LLVM

        return runtime_object(self.toolchain, self.cache, settings.target, report)

    def program(self, request: Request) -> tuple[Path, tuple[str, ...]]:
        """The program a request describes, in the cache, and the files it was made from."""
        settings = request.compile_options()
        words = (*settings.words(), *request.link_options().words(), request.language, *request.inputs)
        library = str(has_libstdcxx(find_system(request.target)))
        key = self._key("program", library, *words)
        found = manifest.lookup(self.cache, key, ".exe")
        if found:
            return found
        started = time.time_ns()
        compiled = self.compile_all(request)
        try:
            return self._link_program(request, key, compiled, started)
        except ToolError:
            # Host code may name a variable of another file, which has a place in the program only if it is relocatable.
            if not _may_become_relocatable(request):
                raise
            request.relocatable = True
            return self._link_program(request, key, self.compile_all(request), started)

    def compile_all(self, request: Request) -> list[tuple[Path, tuple[str, ...]]]:
        """Compile all sources of a program. If one needs device code of another, all become relocatable.

        That is tried second, since two files that are complete may each have a device function of the same name.
        """
        try:
            return [self.compile(job.unit) for job in plan(request).jobs]
        except UndefinedDeviceSymbol:
            if not _may_become_relocatable(request):
                raise
        request.relocatable = True
        return [self.compile(job.unit) for job in plan(request).jobs]

    def tools(self, target: str) -> ToolGuard:
        """A context in which a tool's failure for want of a system package becomes the message that says so."""
        return ToolGuard(self.toolchain, target)

    def _link_program(
        self, request: Request, key: str, compiled: list[tuple[Path, tuple[str, ...]]], started: int
    ) -> tuple[Path, tuple[str, ...]]:
        objects = link_order(plan(request), [path for path, _ in compiled])
        with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
            output = Path(folder, "program")
            read = self.link(objects, request.link_options(), output)
            inside = str(self.cache.root)
            files = [path for _, found in compiled for path in found]
            files += [path for path in read if not os.path.abspath(path).startswith((inside, folder))]
            stored = manifest.record(self.cache, key, ".exe", files, output, started)
        stored.chmod(0o700)
        self.cache.prune()
        return stored, tuple(files)

    def _compile_and_store(self, unit: Unit, key: str) -> tuple[Path, tuple[str, ...]]:
        started = time.time_ns()
        with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
            output = Path(folder, "made.o")
            dependencies, messages = self._compile(unit, output)
            stored = manifest.record(self.cache, key, ".o", dependencies, output, started)
        _say(messages)
        if messages:
            _messages_path(stored).write_text(messages)
        return stored, tuple(os.path.abspath(path) for path in dependencies)

    def _compile(self, unit: Unit, output: Path) -> tuple[tuple[str, ...], str]:
        """Compile without looking at the cache for the result."""
        with self.tools(unit.options.target):
            if options.show_progress():
                report(f"compiling {unit.source}")
            from anychip import compiler  # loads LLVM, which a warm run must not

            if unit.language != "cuda":
                plain = compiler.compile_plain(self.toolchain, unit, output)
                return plain.dependencies, plain.messages
            from anychip.runtime.build import device_library

            library = device_library(self.toolchain, self.cache, report)
            made = compiler.compile_unit(self.toolchain, unit, library, self.cache, output, compiler.Artefacts())
            return made.dependencies, made.messages

    def _key(self, *words: str) -> str:
        common = (*self.toolchain.identity(), self._package, machine_identity(), *options.tool_environment())
        return digest(*words, os.getcwd(), *common)


class ToolGuard:
    """Before tools run: check their versions. After a failure: say which system packages are missing, if any are."""

    def __init__(self, toolchain: Toolchain, target: str) -> None:
        self._toolchain = toolchain
        self._target = target

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        if isinstance(error, ToolError):
            check_requirements(self._toolchain, self._target)
            error.hint = error.hint or hint_of(error.output)


def _may_become_relocatable(request: Request) -> bool:
    """Whether device code that one source lacks may be in another input."""
    return not request.relocatable and len(request.inputs) > 1


def _unit_words(item: DeviceInput) -> tuple[str, ...]:
    unit = item.unit
    return (unit.identity, unit.source, unit.target, str(item.library), digest(unit.bitcode))


def link_order(planned: Plan, objects: list[Path]) -> list[Path]:
    """The files to link in the order of the command line."""
    return [objects[item] if isinstance(item, int) else Path(item) for item in planned.link_inputs]


def report(text: str) -> None:
    """Tell a person at a terminal what takes long."""
    if options.show_progress():
        print(f"anychip: {text}", file=sys.stderr)


def _say(messages: str) -> None:
    if messages:
        sys.stderr.write(messages)


def _messages_path(artefact: Path) -> Path:
    return artefact.with_suffix(".messages")


def _read_messages(artefact: Path) -> str:
    try:
        return _messages_path(artefact).read_text()
    except FileNotFoundError:
        return ""
