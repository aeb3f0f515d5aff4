"""``anychip nvcc``: compile and link with nvcc's command line, for build files that name nvcc.

    anychip nvcc [options] file...     .cu .cpp .cc .cxx .c sources, .o .a .so objects

    -o FILE  -c  -E  -M  -MD -MF -MT   what to make
    -ptx  -cubin  -fatbin              PTX; a module for this machine in place of the other two
    -I -D -U -include -isystem -std=   preprocessor and language
    -O0..-O3 -g -G -w                  host code's optimisation, debug information, warnings
    -Xcompiler LIST  -Xlinker LIST     comma-separated words for the host compiler and the linker
    -L -l -shared -lib                 linking; -lib makes a static library
    -dc  -rdc=true  -dlink             device code that uses other files': compiled for, and given, a device link
    --target T                         build for another processor
    -v  --dryrun                       print the jobs; only print them

-arch, -gencode, -Xptxas, --maxrregcount, -lineinfo, --expt-* and the like are accepted and change nothing:
device code is always compiled for the machine that runs it, optimised, with line information.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from anychip import options
from anychip._version import __version__
from anychip.cache import manifest
from anychip.cli.arguments import Request, read_arguments
from anychip.cli.driver import Builder, CompileJob, Plan, link_order, plan
from anychip.diagnostics import UserError
from anychip.frontend.command import device_command, host_command, plain_command, preprocess_command
from anychip.frontend.toolchain import run_through
from anychip.runtime.archive import make_archive

# Build systems parse the release out of this text, so its last lines keep the form they know.
_VERSION = f"""anychip {__version__}: a CUDA compiler driver with nvcc's options
Cuda compilation tools, release 12.9, V12.9.86"""


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises AnychipError."""
    before, after = options.nvcc_flags()
    request = read_arguments([*shlex.split(before), *words, *shlex.split(after)])
    if request.help:
        print(__doc__)
        return 0
    if request.version:
        print(_VERSION)
        return 0
    planned = plan(request)
    builder = Builder()
    if request.verbose or request.dryrun:
        _print_jobs(builder, request, planned)
    if request.dryrun:
        return 0
    if request.phase.startswith("-"):
        return _preprocess(builder, request, planned)
    if request.phase in MODULE_PHASES:
        from anychip.cli.module_files import write_module_files  # loads LLVM

        write_module_files(builder, planned, request.phase)
        return 0
    objects = link_order(planned, [_compile(builder, request, job) for job in planned.jobs])
    if request.phase in _LINKS:
        output = _output(request, objects)
        _LINKS[request.phase](builder, request, objects, output)
        builder.cache.prune()
    return 0


def _compile(builder: Builder, request: Request, job: CompileJob) -> Path:
    """Run one compilation; the object is put where the user wants it, with its dependency file."""
    stored, dependencies = builder.compile(job.unit)
    if job.output:
        _deliver(stored, Path(job.output))
    if request.depfile:
        target = job.output or f"{job.unit.source.stem}.o"
        _write_depfile(request, target, str(job.unit.source), dependencies)
    return stored


def _output(request: Request, objects: list[Path]) -> Path:
    """The file a link makes. Raises UserError if it cannot be."""
    output = Path(request.output or _DEFAULT_OUTPUTS[request.phase])
    if output.is_dir():
        raise UserError(f"{output}: is a directory")
    if not output.absolute().parent.is_dir():
        raise UserError(f"{output}: its folder does not exist")
    if output.absolute() in (path.absolute() for path in objects):
        raise UserError(f"{output}: is an input of the link, too")
    return output


def _link(builder: Builder, request: Request, objects: list[Path], output: Path) -> None:
    builder.link(objects, request.link_options(), output)


def _link_device(builder: Builder, request: Request, objects: list[Path], output: Path) -> None:
    """``-dlink``: the object that a host linker needs besides those given."""
    linked = builder.device_link(objects, request.link_options(), always=True)
    assert linked is not None
    _deliver(linked, output)


def _make_library(builder: Builder, request: Request, objects: list[Path], output: Path) -> None:
    """``-lib``: a static library. Relocatable device code stays in its objects, for the program's link."""
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        # Members are named after their sources, not after their places in the cache.
        names = [_member_name(request, index) for index in range(len(objects))]
        copies = [Path(folder, name) for name in names]
        for path, copy in zip(objects, copies, strict=True):
            shutil.copyfile(path, copy)
        make_archive(copies, output)


def _member_name(request: Request, index: int) -> str:
    name = Path(request.inputs[index]).stem + ".o"
    taken = [Path(word).stem + ".o" for word in request.inputs[:index]]
    return f"{index}-{name}" if name in taken else name


_LINKS: dict[str, Callable[[Builder, Request, list[Path], Path], None]] = {
    "link": _link,
    "device-link": _link_device,
    "library": _make_library,
}
MODULE_PHASES = frozenset({"ptx", "cubin", "fatbin"})
_DEFAULT_OUTPUTS = {"link": "a.out", "device-link": "a_dlink.o", "library": "a.a"}


def _preprocess(builder: Builder, request: Request, planned: Plan) -> int:
    """``-E``, ``-M``, ``-MM``: clang writes to standard output or to the file named."""
    for job in planned.jobs:
        words = preprocess_command(builder.toolchain, job.unit, request.phase)
        words += ["-o", request.output] if request.output else []
        words += request.depfile if request.phase.startswith("-M") else []
        with builder.tools(request.target):
            status = run_through([*words, str(job.unit.source)])
            if status:
                return status
    return 0


def _write_depfile(request: Request, target: str, source: str, dependencies: tuple[str, ...]) -> None:
    """The make rule of ``-MD`` or ``-MMD``: every file read, or those outside the system's folders."""
    named = dict(zip(request.depfile, [*request.depfile[1:], ""], strict=True))
    name = named.get("-MF") or str(Path(target).with_suffix(".d"))
    rule = named.get("-MT") or named.get("-MQ") or target
    files = [source, *(path for path in dependencies if Path(path) != Path(source).absolute())]
    if "-MMD" in named:
        files = [path for path in files if not _is_system(path)]
    Path(name).write_text(manifest.format_rule(rule, files, phony="-MP" in named))


def _is_system(path: str) -> bool:
    return path.startswith(("/usr/", "/opt/")) or "/lib/clang/" in path or path.startswith(_OWN)


_OWN = str(Path(__file__).resolve().parent.parent)


def _deliver(stored: Path, output: Path) -> None:
    """Copy out of the cache; a copy, so that changing the file cannot change the cache."""
    try:
        shutil.copyfile(stored, output)
    except OSError as error:
        raise UserError(f"{output}: cannot be written: {error.strerror}") from error


def _print_jobs(builder: Builder, request: Request, planned: Plan) -> None:
    for job in planned.jobs:
        for command in _commands(builder, job):
            print(f"#$ {shlex.join([*command, str(job.unit.source)])}", file=sys.stderr)
    if request.phase in _LINKS:
        inputs = [
            name if isinstance(name, str) else planned.jobs[name].unit.source.stem + ".o"
            for name in planned.link_inputs
        ]
        output = request.output or _DEFAULT_OUTPUTS[request.phase]
        print(f"#$ {request.phase} {shlex.join([*inputs, *request.link])} -o {output}", file=sys.stderr)


def _commands(builder: Builder, job: CompileJob) -> list[list[str]]:
    if job.unit.language != "cuda":
        return [plain_command(builder.toolchain, job.unit, emit_ir=False)]
    return [device_command(builder.toolchain, job.unit), host_command(builder.toolchain, job.unit, Path("placeholder"))]
