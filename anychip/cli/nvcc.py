"""``anychip nvcc``: compile and link with nvcc's command line, for build files that name nvcc.

    anychip nvcc [options] file...     .cu .cpp .cc .cxx .c sources, .o .a .so objects

-arch, -gencode, -Xptxas, --maxrregcount, -lineinfo, --expt-* and the like are accepted and change nothing:
device code is always compiled for the machine that runs it, with line information and, but for -G, optimised.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from anychip import options
from anychip.cache import manifest
from anychip.cli.arguments import read_arguments
from anychip.cli.driver import Builder, CompileJob, Plan, link_order, plan, report
from anychip.cli.nvcc_report import DEFAULT_OUTPUTS, VERSION, print_environment, print_jobs
from anychip.cli.option_table import GROUPS, spellings
from anychip.cli.request import Request
from anychip.diagnostics import Unsupported, UserError
from anychip.frontend.command import ARCHITECTURE, preprocess_command
from anychip.frontend.systems import is_native
from anychip.frontend.toolchain import run_through


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises AnychipError."""
    before, after = options.nvcc_flags()
    request = read_arguments([*shlex.split(before), *words, *shlex.split(after)])
    answer = _answer(request)
    if answer:
        print(answer)
        return 0
    builder = Builder()
    toolkit = builder.toolkit() if request.verbose or request.dryrun else None
    if toolkit:
        print_environment(toolkit)
    planned = plan(request)
    if toolkit:
        print_jobs(builder, request, planned, toolkit)
    if request.dryrun:
        return 0
    if request.phase.startswith("-"):
        return _preprocess(builder, request, planned)
    if request.phase in MODULE_PHASES:
        from anychip.cli.module_files import write_module_files  # loads LLVM

        write_module_files(builder, planned, request.phase)
        return 0
    objects = link_order(planned, [_compile(builder, request, job) for job in planned.jobs])
    if request.phase not in _LINKS:
        return 0
    output = _output(request, objects)
    _LINKS[request.phase](builder, request, objects, output)
    builder.cache.prune()
    return _run(request, output) if request.run_after and request.phase == "link" else 0


def _answer(request: Request) -> str:
    """What to print for a question about the compiler itself."""
    if request.help:
        lines = [__doc__ or ""]
        for title, group in GROUPS.items():
            lines += [f"{title}:", *(f"  {spellings(option)}\n        {option.text}" for option in group), ""]
        return "\n".join(lines)
    if request.version:
        return VERSION
    return f"{request.architectures}_{ARCHITECTURE}" if request.architectures else ""


def _compile(builder: Builder, request: Request, job: CompileJob) -> Path:
    """Run one compilation; the object is put where the user wants it, with its dependency file."""
    stored, dependencies = builder.compile(job.unit)
    if job.output:
        _deliver(stored, Path(job.output))
    if request.depfile:
        target = job.output or f"{job.unit.source.stem}.o"
        _write_depfile(request, target, str(job.unit.source), dependencies)
    if request.keep and job.unit.language == "cuda":
        _keep(builder, request, job)
    return stored


def _keep(builder: Builder, request: Request, job: CompileJob) -> None:
    """Write what every stage of the compilation made beside the output, named by the stage."""
    from anychip import compiler  # loads LLVM
    from anychip.runtime.build import device_library

    folder = Path(request.keep_dir or request.output_directory)
    folder.mkdir(parents=True, exist_ok=True)
    artefacts = compiler.Artefacts(frozenset(compiler.STAGES))
    with builder.tools(request.target), tempfile.TemporaryDirectory(prefix="anychip-") as made:
        library = device_library(builder.toolchain, builder.cache, report)
        compiler.compile_unit(builder.toolchain, job.unit, library, builder.cache, Path(made, "o"), artefacts)
    for stage, artefact in artefacts.found.items():
        data = artefact.encode(errors="surrogateescape") if isinstance(artefact, str) else artefact
        (folder / f"{job.unit.source.stem}.{stage}").write_bytes(data)


def _output(request: Request, objects: list[Path]) -> Path:
    """The file a link makes. Raises UserError if it cannot be."""
    output = Path(request.output or Path(request.output_directory, DEFAULT_OUTPUTS[request.phase]))
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
    from anychip.runtime.static_library import write_archive

    # Members are named after their sources, not after their places in the cache.
    names = [_member_name(request, index) for index in range(len(objects))]
    write_archive(dict(zip(names, objects, strict=True)), output)


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


def _run(request: Request, program: Path) -> int:
    """``-run``: run the program just linked."""
    if not is_native(request.target):
        raise Unsupported("-run runs only programs for this machine", hint="anychip run --target runs them emulated")
    sys.stdout.flush()
    return run_through([str(program.absolute()), *request.run_arguments])


def _preprocess(builder: Builder, request: Request, planned: Plan) -> int:
    """``-E``, ``-M``, ``-MM``: clang writes to standard output or to the file named."""
    for job in planned.jobs:
        words = preprocess_command(builder.toolchain, job.unit, request.phase)
        words += ["-o", request.output] if request.output else []
        words += request.depfile if request.phase.startswith("-M") else []
        if request.phase.startswith("-M") and request.output_directory and "-MT" not in request.depfile:
            words += ["-MT", str(Path(request.output_directory, f"{job.unit.source.stem}.o"))]
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
