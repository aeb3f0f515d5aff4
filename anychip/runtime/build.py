"""Build the native parts on first use: the C++ runtime for a target, and the device library.

Both are compiled from sources inside the package, since the distributed wheel is pure Python, and kept in the cache.
clang emits objects for its own processor; for another one it prints IR and ``host_object`` makes the object.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from anychip.cache.identity import digest
from anychip.cache.store import Cache
from anychip.diagnostics import InternalError
from anychip.frontend.command import INCLUDE, PACKAGE, library_flag, target_flags
from anychip.frontend.requirements import check_requirements, has_libstdcxx
from anychip.frontend.systems import find_system, is_native
from anychip.frontend.toolchain import Toolchain, merge_objects, run_tool
from anychip.runtime.link import link_shared
from anychip.targets import lookup

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

NATIVE = PACKAGE / "native"
_RUNTIME_FLAGS = (
    "-std=c++20",
    "-O2",
    "-gline-tables-only",
    "-fPIC",
    "-pthread",
    "-ffp-contract=off",
)
_DEVICE_LIBRARY_FLAGS = (
    "--target=nvptx64-nvidia-cuda",
    "-std=c17",
    "-O2",
    "-ffreestanding",
    "-nostdlibinc",
    "-ffp-contract=off",  # results are the same on every target
    "-fno-math-errno",
    "-fno-vectorize",
    "-fno-slp-vectorize",
    "-emit-llvm",
)


def runtime_object(toolchain: Toolchain, cache: Cache, target: str, report: Callable[[str], None]) -> Path:
    """``anychip_rt.o``: the whole runtime as one object that programs link. Raises ToolError if it does not compile."""
    system = find_system(target).name
    key = digest(
        "runtime object",
        system,
        str(has_libstdcxx(find_system(target))),
        *toolchain.identity(),
        *_native_identity("src"),
    )

    def produce(output: Path) -> None:
        check_requirements(toolchain, target)
        report(f"building the runtime for {system} (once)")
        with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
            objects = _compile_all(toolchain, cache, target, Path(folder))
            merge_objects(toolchain, objects, output)

    return cache.build(key, ".o", produce)


def runtime_library(toolchain: Toolchain, cache: Cache, report: Callable[[str], None]) -> Path:
    """``libanychip.so``: the runtime for this machine as a library that the Python API loads."""
    merged = runtime_object(toolchain, cache, "", report)
    key = digest("runtime library", str(merged))
    return cache.build(key, ".so", lambda output: link_shared(toolchain, [merged], output))


def device_library(toolchain: Toolchain, cache: Cache, report: Callable[[str], None]) -> Path:
    """The device library as one bitcode file; the same for every target."""
    key = digest("device library", *toolchain.identity(), *_native_identity("device_library"), *_DEVICE_LIBRARY_FLAGS)

    def produce(output: Path) -> None:
        report("building the device library (once)")
        folder = NATIVE / "device_library"
        command = [str(toolchain.clang), *_DEVICE_LIBRARY_FLAGS, "-I", str(folder), "-c"]
        source = folder / "device_library.c"  # the library as one translation unit
        run_tool([*command, str(source), "-o", str(output)], "the device library does not compile")

    return cache.build(key, ".bc", produce)


def _compile_all(toolchain: Toolchain, cache: Cache, target: str, folder: Path) -> list[Path]:
    """An object of each runtime source, from the cache where neither it nor any header changed."""
    sources = sorted((NATIVE / "src").rglob("*.cpp"))
    headers = _identity_of([*NATIVE.rglob("*.h"), *NATIVE.rglob("*.inc"), *INCLUDE.rglob("*.h")])
    system = find_system(target)
    common = (system.name, str(has_libstdcxx(system)), *toolchain.identity(), *_RUNTIME_FLAGS, *headers)

    header = folder / "precompiled.pch"

    def compile_one(source: Path) -> Path:
        key = digest("runtime source", *common, str(source.relative_to(NATIVE)), source.read_bytes())
        return cache.build(key, ".o", lambda output: _compile_runtime_source(toolchain, target, source, header, output))

    if not sources:
        raise InternalError(f"the runtime's sources are not in {NATIVE / 'src'}")
    words = [*_runtime_command(toolchain, target), "-x", "c++-header", str(NATIVE / "src" / "precompiled.h")]
    run_tool([*words, "-o", str(header)], f"the runtime's headers do not compile for {system.name}")
    return _parallel(compile_one, sources)


def _runtime_command(toolchain: Toolchain, target: str) -> list[str]:
    """clang with all flags that the runtime's sources and their precompiled header share."""
    command = [str(toolchain.clangxx), *_RUNTIME_FLAGS, *target_flags(target)]
    command += [library_flag(libstdcxx=has_libstdcxx(find_system(target)))]
    return [*command, "-I", str(NATIVE / "include"), "-I", str(NATIVE / "src"), "-isystem", str(INCLUDE)]


def _compile_runtime_source(toolchain: Toolchain, target: str, source: Path, header: Path, output: Path) -> None:
    command = [*_runtime_command(toolchain, target), "-include-pch", str(header)]
    failure = f"the runtime's {source.name} does not compile for {find_system(target).name}"
    if is_native(target):
        run_tool([*command, "-c", str(source), "-o", str(output)], failure)
        return
    from anychip.codegen.host_object import host_object  # loads LLVM, which only another processor's runtime needs

    text = output.with_suffix(".ll")
    try:
        run_tool([*command, "-S", "-emit-llvm", str(source), "-o", str(text)], failure)
        output.write_bytes(host_object(text.read_text(), lookup(target)))
    finally:
        text.unlink(missing_ok=True)


def _native_identity(folder: str) -> list[str]:
    suffixes = (".c", ".cpp", ".h", ".inc")
    files = [*(NATIVE / folder).rglob("*"), *(NATIVE / "include").rglob("*")]
    if folder == "src":
        files += INCLUDE.rglob("*.h")
    return _identity_of([file for file in files if file.suffix in suffixes])


def _identity_of(files: list[Path]) -> list[str]:
    return [digest(str(file.relative_to(PACKAGE)), file.read_bytes()) for file in sorted(set(files))]


def _parallel(work: Callable[[_Item], _Result], items: list[_Item]) -> list[_Result]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))
