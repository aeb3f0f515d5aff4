"""What the system must have, and the one command that installs what it lacks.

The compiler wheel needs a few things that a minimal Debian leaves out. Each requirement is a probe for files and the
package that holds them, so that ``doctor``, ``run`` and ``nvcc`` give one message for all of them instead of the
loader's or clang's first complaint.
"""

from __future__ import annotations

import ctypes.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import UserError
from anychip.frontend.systems import System, find_system, is_native
from anychip.frontend.toolchain import Toolchain


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that must be installed: what it is for, and the packages that hold it."""

    what: str
    packages: tuple[str, ...]
    present: bool
    optional: bool = False


def requirements(toolchain: Toolchain | None, target: str = "", *, run: bool = True) -> list[Requirement]:
    """All requirements for building for a target and, if ``run``, running there."""
    system = find_system(target)
    if is_native(target):
        return _native(toolchain, system)
    return _cross(system, run=run)


def missing_packages(found: list[Requirement]) -> list[str]:
    """The packages to install, each once; a requirement takes the first of its alternatives."""
    return sorted({r.packages[0] for r in found if not r.present and not r.optional})


def install_command(packages: list[str]) -> str:
    """The shell command that installs Debian packages."""
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def check_requirements(toolchain: Toolchain | None, target: str = "", *, run: bool = False) -> None:
    """Raise one UserError that names everything missing and the command to install it."""
    found = requirements(toolchain, target, run=run)
    packages = missing_packages(found)
    if not packages:
        return
    lacking = "; ".join(r.what for r in found if not r.present and not r.optional)
    raise UserError(f"this system lacks: {lacking}", hint=f"install with: {install_command(packages)}")


def has_libstdcxx(system: System) -> bool:
    """Whether GCC's C++ standard library can be compiled against for the system."""
    native = system == find_system()
    pattern = f"gcc/{system.multiarch}/*/libstdc++.*" if native else f"gcc-cross/{system.multiarch}/*/libstdc++.*"
    return any(_glob(pattern)) or (native and any(_glob("gcc/*/*/libstdc++.*")))


def _native(toolchain: Toolchain | None, system: System) -> list[Requirement]:
    wheel = toolchain is not None and toolchain.from_wheel
    found = [
        Requirement("C library headers and start files", ("libc6-dev",), _has_libc(system)),
        Requirement("the C++ standard library of GCC", ("g++",), has_libstdcxx(system), optional=wheel),
    ]
    if wheel:
        # The wheel's libLLVM is linked against it; without it clang does not start.
        atomic = _loadable("libatomic.so.1", "atomic", system)
        found.append(Requirement("libatomic.so.1, which clang itself needs", ("libatomic1",), atomic))
        found.append(
            Requirement("libz.so.1, which clang itself needs", ("zlib1g",), _loadable("libz.so.1", "z", system))
        )
    return found


def _cross(system: System, *, run: bool) -> list[Requirement]:
    compiler, headers = system.cross_packages
    include = Path(system.sysroot, "include")
    found = [
        Requirement(f"C library headers for {system.name}", (headers,), (include / "stdio.h").exists()),
        Requirement(f"the C++ standard library for {system.name}", (compiler,), has_libstdcxx(system)),
    ]
    if run:
        emulator = bool(find_emulator(system))
        found.append(Requirement(f"the emulator {system.emulator}", ("qemu-user",), emulator))
    return found


def find_emulator(system: System) -> str | None:
    """The user-mode emulator of a system on PATH."""
    return shutil.which(system.emulator) or shutil.which(f"{system.emulator}-static")


def _has_libc(system: System) -> bool:
    header = any(Path(folder, "features.h").exists() for folder in ("/usr/include", f"/usr/include/{system.multiarch}"))
    starts = (f"/usr/lib/{system.multiarch}", f"/lib/{system.multiarch}", "/usr/lib64", "/usr/lib")
    return header and any(Path(folder, "crt1.o").exists() for folder in starts)


def _loadable(file: str, name: str, system: System) -> bool:
    folders = (f"/usr/lib/{system.multiarch}", f"/lib/{system.multiarch}", "/usr/lib64", "/lib64", "/usr/lib", "/lib")
    if any(Path(folder, file).exists() for folder in folders):
        return True
    search: Callable[[str], str | None] = ctypes.util.find_library
    return search(name) is not None


def _glob(pattern: str) -> list[Path]:
    return [path for root in ("/usr/lib", "/usr/lib64") for path in Path(root).glob(pattern)]
