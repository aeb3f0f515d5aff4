"""One message for everything the system lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from anychip.diagnostics import UserError
from anychip.frontend import requirements as module
from anychip.frontend.requirements import Requirement, check_requirements, install_command, missing_packages
from anychip.frontend.toolchain import Toolchain

TOOLS = Toolchain(Path("/t/bin/clang"), Path("/t/bin/clang++"), Path("/t/bin/ld.lld"), from_wheel=True)


def test_packages_are_named_once_and_optional_ones_not() -> None:
    found = [
        Requirement("a", ("p", "q"), False),
        Requirement("b", ("p",), False),
        Requirement("c", ("r",), True),
        Requirement("d", ("s",), False, optional=True),
    ]
    assert missing_packages(found) == ["p"]


def test_a_bare_system_gets_one_message_with_all_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_has_libc", lambda system: False)
    monkeypatch.setattr(module, "_loadable", lambda file, name, system: False)
    monkeypatch.setattr(module, "_glob", lambda pattern: [])
    with pytest.raises(UserError) as caught:
        check_requirements(TOOLS)
    assert "libatomic.so.1" in caught.value.message
    assert "C library headers" in caught.value.message
    assert caught.value.hint is not None
    assert "libatomic1 libc6-dev" in caught.value.hint
    assert "g++" not in caught.value.hint  # the wheel brings libc++


def test_another_processor_needs_its_cross_packages_and_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "riscv64" if module.find_system().name == "aarch64" else "aarch64"
    debian = {"aarch64": "arm64", "riscv64": "riscv64"}[other]
    monkeypatch.setattr(module, "_glob", lambda pattern: [])
    monkeypatch.setattr(module, "find_emulator", lambda system: None)
    found = module.requirements(TOOLS, other)
    assert {"qemu-user", f"g++-{other}-linux-gnu"} <= set(missing_packages(found))
    assert (f"libc6-dev-{debian}-cross",) in [r.packages for r in found]


def test_the_command_installs_the_packages() -> None:
    assert install_command(["a", "b"]).endswith(" a b")
    assert install_command(["a"]).startswith("apt-get install")
