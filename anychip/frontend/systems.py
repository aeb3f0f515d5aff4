"""The host systems programs can be built for: what clang, the emulator and the package manager call each.

Facts about processors that code generation needs stand in ``anychip.targets``; here is what the C and C++ side needs.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

from anychip.diagnostics import UserError


@dataclass(frozen=True, slots=True)
class System:
    """One Linux system. ``packages`` are Debian's names, for running on it (native) or building for it (cross)."""

    name: str
    triple: str
    multiarch: str
    emulator: str
    cross_packages: tuple[str, ...] = ()

    @property
    def sysroot(self) -> str:
        """Where Debian's cross packages put the system's libraries."""
        return f"/usr/{self.multiarch}"


def _system(name: str, debian: str) -> System:
    multiarch = f"{name}-linux-gnu"
    cross = (f"g++-{multiarch.replace('_', '-')}", f"libc6-dev-{debian}-cross")
    return System(name, f"{name}-unknown-linux-gnu", multiarch, f"qemu-{name}", cross)


SYSTEMS = {
    system.name: system
    for system in (_system("x86_64", "amd64"), _system("aarch64", "arm64"), _system("riscv64", "riscv64"))
}

_ALIASES = {"amd64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64", "native": "", "": ""}


def native_name() -> str:
    """This machine's name, as in ``SYSTEMS`` where it is one of them."""
    machine = platform.machine().lower()
    return _ALIASES.get(machine, machine)


def canonical_name(target: str) -> str:
    """The target's name with aliases resolved; empty for this machine. Raises UserError if it is unknown."""
    name = _ALIASES.get(target.lower(), target.lower())
    if not name or name == native_name():
        return ""
    if name not in SYSTEMS:
        raise UserError(f"unknown target {target!r}", hint=f"known targets: {', '.join(sorted(SYSTEMS))}")
    return name


def find_system(target: str) -> System:
    """The system a target names (empty: this machine). Raises UserError if it is unknown."""
    name = canonical_name(target) or native_name()
    if name not in SYSTEMS:
        raise UserError(f"this machine's processor {name!r} is not supported as a host yet")
    return SYSTEMS[name]
