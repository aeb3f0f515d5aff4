"""Looking up processors."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from anychip.diagnostics import UserError
from anychip.targets import TARGETS, lookup


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("riscv64", "riscv64"),
        ("riscv64-linux-gnu", "riscv64"),
        ("riscv64-unknown-linux-gnu", "riscv64"),
        ("aarch64-linux-gnu", "aarch64"),
        ("arm64", "aarch64"),
        ("amd64", "x86_64"),
        ("loongarch64", "loongarch64"),
        ("x86_64-v3", "x86_64-v3"),
    ],
)
def test_names_aliases_and_triples(spelled: str, name: str) -> None:
    assert lookup(spelled).name == name


@pytest.mark.parametrize("spelled", ["sparc", "riscv32-linux-gnu", "x86_64-w64-mingw32", ""])
def test_unknown_names_list_what_there_is(spelled: str) -> None:
    with pytest.raises(UserError, match="unknown target") as raised:
        lookup(spelled)
    assert raised.value.hint is not None
    assert all(name in raised.value.hint for name in TARGETS)


def test_this_machine_gets_its_own_features() -> None:
    assert lookup() == lookup("native")
    assert lookup().native
    assert lookup(platform.machine()).native
    assert not lookup("x86_64-v2").native


def test_looking_up_does_not_load_llvm() -> None:
    code = "import sys, anychip.targets as t; t.lookup(); print('llvmlite' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
