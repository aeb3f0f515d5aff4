"""The host systems programs can be built for: what clang, the emulator and the package manager call each.

Facts about processors that code generation needs stand in ``anychip.targets``; here is what the C and C++ side needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.diagnostics import UserError
from anychip.targets import lookup


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


def find_system(target: str = "") -> System:
    """The system a target (name, alias or triple; empty: this machine) runs. Raises UserError if there is none."""
    architecture = lookup(target or None).triple.split("-")[0]
    if architecture not in SYSTEMS:
        raise UserError(
            f"whole programs cannot be built for {architecture} yet",
            hint=f"systems to build for: {', '.join(sorted(SYSTEMS))}",
        )
    return SYSTEMS[architecture]


def is_native(target: str) -> bool:
    """Whether what is built for the target runs on this machine without an emulator."""
    return find_system(target) == find_system()
