"""Link objects and the runtime into a program or a shared object.

clang drives the linker, since it knows the start files and libraries of each system. With GCC's C++ library we also use
GCC's compiler runtime and unwinder (they come in one package); with the wheel's libc++ its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import ToolError
from anychip.frontend.command import library_flag, target_flags
from anychip.frontend.device_unit import REGISTER
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import Toolchain, run_tool

_SYSTEM_LIBRARIES = ("-lpthread", "-ldl", "-lm")

# The runtime stands for these; build files name them anyway.
PROVIDED_LIBRARIES = frozenset({"cudart", "cudart_static", "cudadevrt", "cuda", "nvToolsExt", "culibos"})


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How objects become a program. ``flags`` keeps the user's order of ``-L -l -Wl,...``.

    ``device_link`` is false if relocatable device code among the objects has been, or is not to be, linked.
    """

    target: str = ""
    flags: tuple[str, ...] = ()
    shared: bool = False
    device_link: bool = True

    def words(self) -> tuple[str, ...]:
        """The options as words, for the key of a cached artefact."""
        return (self.target, str(self.shared), str(self.device_link), *self.flags)


def link_program(
    toolchain: Toolchain,
    objects: list[Path],
    runtime: Path,
    options: LinkOptions,
    output: Path,
    dependency_file: Path | None = None,
) -> None:
    """Write the executable (or, with ``shared``, the shared object). Raises ToolError with the linker's words.

    ``dependency_file`` receives the list of files the linker read.
    """
    kind = ["-shared"] if options.shared else []
    files = [str(path) for path in (*objects, runtime)]
    flags = [flag for flag in options.flags if flag.removeprefix("-l") not in PROVIDED_LIBRARIES]
    if dependency_file:
        flags.append(f"-Wl,--dependency-file={dependency_file}")
    try:
        _link(toolchain, options.target, [*kind, *files, *flags], output)
    except ToolError as error:
        if REGISTER in error.output:
            error.hint = (
                "an object's relocatable device code has not been linked: leave out -nodlink, or add the object"
            )
            error.hint += " that -dlink made of it"
        raise


def link_shared(toolchain: Toolchain, objects: list[Path], output: Path) -> None:
    """Write a shared object for this machine from objects alone."""
    _link(toolchain, "", ["-shared", *map(str, objects)], output)


def _link(toolchain: Toolchain, target: str, words: list[str], output: Path) -> None:
    command = [str(toolchain.clangxx), *target_flags(target), *_library_words(toolchain, target)]
    command += [f"--ld-path={toolchain.linker}", *words, *_SYSTEM_LIBRARIES, "-o", str(output)]
    run_tool(command, f"linking {output.name} failed")


def _library_words(toolchain: Toolchain, target: str) -> list[str]:
    """Which C++ library, compiler runtime and unwinder to link with."""
    libstdcxx = has_libstdcxx(find_system(target))
    words = [library_flag(libstdcxx=libstdcxx)]
    if libstdcxx:
        return [*words, "-rtlib=libgcc", "-unwindlib=libgcc"]
    libraries = toolchain.prefix / "lib" / "x86_64-unknown-linux-gnu"
    return [*words, f"-Wl,-rpath,{libraries}"]
