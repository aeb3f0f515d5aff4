"""Link objects and the runtime into a program or a shared object.

clang drives the linker, since it knows the start files and libraries of each system. With GCC's C++ library we also use
GCC's compiler runtime and unwinder (they come in one package); with the wheel's libc++ its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import ToolError, Unsupported
from anychip.frontend.command import library_flag, target_flags
from anychip.frontend.cuda_libraries import PROVIDED, product_of_library
from anychip.frontend.device_unit import REGISTER
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import Toolchain, run_tool

_SYSTEM_LIBRARIES = ("-lpthread", "-ldl", "-lm")
# A library with kernels that the program loads at run time must share the program's runtime: one set of allocations.
_EXPORTED = tuple(f"-Wl,--export-dynamic-symbol={pattern}" for pattern in ("cuda*", "__cuda*", "cu[A-Z]*", "anychip_*"))
_RUNTIME_FILE = re.compile(rf"lib({'|'.join(sorted(PROVIDED))})\.(a|so[.\d]*)")


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How objects become a program. ``flags`` keeps the user's order of ``-L -l -Wl,...``.

    ``device_link`` is false if relocatable device code among the objects has been, or is not to be, linked.
    ``cudart`` is the runtime's part in it: ``static``, ``shared`` or ``none``.
    """

    target: str = ""
    flags: tuple[str, ...] = ()
    shared: bool = False
    device_link: bool = True
    cudart: str = "static"

    def words(self) -> tuple[str, ...]:
        """The options as words, for the key of a cached artefact."""
        return (self.target, str(self.shared), str(self.device_link), self.cudart, *self.flags)


def link_program(
    toolchain: Toolchain,
    objects: list[Path],
    runtime: Path | None,
    options: LinkOptions,
    output: Path,
    dependency_file: Path | None = None,
) -> None:
    """Write the executable (or, with ``shared``, the shared object). Raises ToolError with the linker's words.

    ``runtime`` is its object or shared library, None to leave it out. ``dependency_file`` lists the files that
    the linker read. Raises Unsupported for a library of NVIDIA's that is neither provided nor in the folders named.
    """
    check_libraries(options.flags)
    kind = ["-shared"] if options.shared else list(_EXPORTED)
    files = [str(path) for path in objects if not _RUNTIME_FILE.fullmatch(path.name)]
    files += [str(runtime)] if runtime else []
    flags = [flag for flag in options.flags if flag.removeprefix("-l") not in PROVIDED]
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


def link_shared(toolchain: Toolchain, objects: list[Path], output: Path, name: str = "") -> None:
    """Write a shared object for this machine from objects alone; ``name`` is what programs linked with it load."""
    named = [f"-Wl,-soname={name}"] if name else []
    _link(toolchain, "", ["-shared", *named, *map(str, objects)], output)


def check_libraries(flags: tuple[str, ...]) -> None:
    """Raise Unsupported for ``-l`` of a library that is not provided, unless a folder of ``-L`` has one of the name."""
    folders = [Path(flag[2:]) for flag in flags if flag.startswith("-L")]
    for flag in flags:
        name = flag.removeprefix("-l")
        product = product_of_library(name) if flag.startswith("-l") else ""
        if product and not any(any(folder.glob(f"lib{name}.*")) for folder in folders):
            raise Unsupported(
                f"{product} ({flag}) is not provided by anychip",
                hint=f"a library of the same interface can be linked: put its folder, with lib{name}.so, behind -L",
            )


def _link(toolchain: Toolchain, target: str, words: list[str], output: Path) -> None:
    command = [*host_linker(toolchain, target), *words, *_SYSTEM_LIBRARIES, "-o", str(output)]
    run_tool(command, f"linking {output.name} failed")


def host_linker(toolchain: Toolchain, target: str = "") -> list[str]:
    """clang as the linker's driver, with the words that every link needs."""
    command = [str(toolchain.clangxx), *target_flags(target), *_library_words(toolchain, target)]
    return [*command, f"--ld-path={toolchain.linker}"]


def _library_words(toolchain: Toolchain, target: str) -> list[str]:
    """Which C++ library, compiler runtime and unwinder to link with."""
    libstdcxx = has_libstdcxx(find_system(target))
    words = [library_flag(libstdcxx=libstdcxx)]
    if libstdcxx:
        return [*words, "-rtlib=libgcc", "-unwindlib=libgcc"]
    libraries = toolchain.prefix / "lib" / "x86_64-unknown-linux-gnu"
    return [*words, f"-Wl,-rpath,{libraries}"]
