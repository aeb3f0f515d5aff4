"""``anychip doctor [--prepare] [--target T]``: what was found, what is missing, the command that installs it.

Exit status 0 if programs can be compiled and run, 1 if not. ``--prepare`` also builds the runtime, the device library
and the precompiled headers, so that the first program does not wait for them.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata

from anychip._version import __version__
from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.cli.option_table import DOCTOR_OPTIONS
from anychip.cli.request import Request
from anychip.diagnostics import AnychipError, ToolError, UserError
from anychip.frontend.requirements import Requirement, install_command, missing_packages, requirements
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import LLVM_MAJOR, Toolchain, check_versions, find_toolchain


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``fix`` is the command that mends it."""

    what: str
    state: str
    good: bool
    fix: str = ""
    optional: bool = False


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises AnychipError if ``--prepare`` fails."""
    request = read_arguments(words, DOCTOR_OPTIONS)
    if request.help:
        print(__doc__)
        return 0
    if request.inputs:
        raise UserError(f"doctor takes no files: {request.inputs[0]}")
    findings = examine(request.target)
    for finding in findings:
        mark = "ok     " if finding.good else "absent " if finding.optional else "MISSING"
        print(f"{mark} {finding.what}: {finding.state}")
    broken = [finding for finding in findings if not finding.good and not finding.optional]
    if broken:
        print("\nTo mend it:")
        for fix in dict.fromkeys(finding.fix for finding in broken if finding.fix):
            print(f"  {fix}")
        return 1
    if request.prepare:
        prepare(request)
    print(f"\nReady to compile and run for {find_system(request.target).name}.")
    return 0


def examine(target: str) -> list[Finding]:
    """Everything the doctor looks at, for a target (empty: this machine)."""
    system = find_system(target)
    findings = [Finding("anychip", f"{__version__} on Python {platform.python_version()}, {platform.machine()}", True)]
    toolchain = _find(findings)
    found = requirements(toolchain, target)
    if target:
        found = [*requirements(toolchain), *found]
    fix = install_command(missing_packages(found))
    findings += [_system_finding(requirement, fix) for requirement in dict.fromkeys(found)]
    findings += [_clang_finding(toolchain)] if toolchain else []
    findings += [
        _python_package("llvmlite", "pip install 'llvmlite>=0.50,<0.51'"),
        _python_package("numpy", "pip install numpy"),
    ]
    findings.append(_cache_finding())
    findings.append(Finding("target", f"{system.name} ({system.triple}), {os.cpu_count()} cores here", True))
    return findings


def prepare(request: Request) -> None:
    """Build what compiling and linking for the request's target will need."""
    from pathlib import Path  # with the rest of what only --prepare needs

    from anychip.cli.driver import ToolGuard
    from anychip.frontend.command import Unit
    from anychip.frontend.host_device import precompiled_headers
    from anychip.frontend.requirements import has_libstdcxx
    from anychip.runtime.build import device_library, runtime_object

    toolchain, cache = find_toolchain(), Cache()
    libstdcxx = has_libstdcxx(find_system(request.target))
    with ToolGuard(toolchain, request.target):
        print(f"runtime: {runtime_object(toolchain, cache, request.target, _say)}")
        print(f"device library: {device_library(toolchain, cache, _say)}")
        settings = request.compile_options()
        headers = precompiled_headers(toolchain, Unit(Path("prepare.cu"), "cuda", settings, libstdcxx), cache)
    for side, path in headers.items():
        if path is None:
            raise ToolError(f"the header of the {side} pass could not be precompiled")
        print(f"precompiled header, {side}: {path}")


def _say(text: str) -> None:
    print(text, flush=True)


def _find(findings: list[Finding]) -> Toolchain | None:
    try:
        toolchain = find_toolchain()
    except UserError as error:
        findings.append(Finding("clang", error.message, False, error.hint or ""))
        return None
    source = "the wheel" if toolchain.from_wheel else "PATH"
    findings.append(Finding("clang", f"{toolchain.clang} (from {source})", True))
    return toolchain


def _system_finding(requirement: Requirement, fix: str) -> Finding:
    state = "found" if requirement.present else f"package {requirement.packages[0]}"
    return Finding(requirement.what, state, requirement.present, fix, requirement.optional)


def _clang_finding(toolchain: Toolchain) -> Finding:
    try:
        check_versions(toolchain)
        return Finding("clang starts and its LLVM is llvmlite's", toolchain.version(), True)
    except ToolError as error:
        words = error.output.strip().splitlines()
        return Finding("clang starts", words[-1] if words else error.message, False)
    except AnychipError as error:
        return Finding(f"clang and llvmlite are of LLVM {LLVM_MAJOR}", error.message, False, error.hint or "")
    except ImportError as error:
        return Finding("llvmlite loads", str(error), False, "pip install 'llvmlite>=0.50,<0.51'")


def _python_package(name: str, fix: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), True)
    except metadata.PackageNotFoundError:
        return Finding(name, "not installed", False, f"python -m {fix}")


def _cache_finding() -> Finding:
    cache = Cache()
    try:
        with cache.lock("doctor"):
            pass
    except UserError as error:
        return Finding("cache", error.message, False, error.hint or "")
    return Finding("cache", f"{cache.root}, {cache.size() >> 20} MiB", True)
