"""Facts about processors: what LLVM must be told to emit code for each. Data only; imports nothing heavy.

One file per processor. ``lookup`` finds one by name, alias or triple; None or ``native`` is this machine.
"""

from __future__ import annotations

import platform

from anychip.diagnostics import UserError
from anychip.targets import aarch64, loongarch64, riscv64, x86_64
from anychip.targets.target import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (*x86_64.TARGETS, *aarch64.TARGETS, *riscv64.TARGETS, *loongarch64.TARGETS)
}

__all__ = ["TARGETS", "Target", "lookup"]


def lookup(name_or_triple: str | None = None) -> Target:
    """The target of this name, alias or triple; None or ``native``: this machine with all its features.

    The machine's own architecture by its plain name also gets the machine's features; a name with a level
    (``x86_64-v2``) never does. Raises UserError for an unknown name, listing those there are.
    """
    host = _by_architecture(platform.machine())
    if name_or_triple in (None, "native"):
        if host is None:
            raise _unknown(platform.machine())
        return host.as_native()
    assert name_or_triple is not None
    exact = TARGETS.get(name_or_triple)
    target = exact or _by_architecture(name_or_triple.split("-")[0])
    if target is None or (exact is None and not _is_linux_triple(name_or_triple)):
        raise _unknown(name_or_triple)
    return target.as_native() if target is host else target


def _by_architecture(architecture: str) -> Target | None:
    """The plain target of an architecture as uname or a triple spells it."""
    wanted = architecture.lower()
    return next((target for target in TARGETS.values() if wanted in (target.name, *target.aliases)), None)


def _is_linux_triple(text: str) -> bool:
    """Whether the text is only an architecture, or a triple of a system this project builds for."""
    return "-" not in text or "-linux" in text


def _unknown(name: str) -> UserError:
    return UserError(f"unknown target '{name}'", hint=f"targets: native, {', '.join(TARGETS)}")
