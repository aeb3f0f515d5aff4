"""The device library as the compiler uses it: complete, self-contained, scalar."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from .library import SOURCES, clang

FLAGS = [
    "--target=nvptx64-nvidia-cuda",
    "-O2",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-vectorize",
    "-fno-slp-vectorize",
]


@cache
def device_ir() -> str:
    command = [clang(), *FLAGS, "-Wall", "-Werror", "-S", "-emit-llvm", str(SOURCES / "device_library.c"), "-o", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def declared() -> set[str]:
    """What clang's CUDA headers declare."""
    folder = subprocess.run([clang(), "-print-resource-dir"], check=True, capture_output=True, text=True).stdout.strip()
    text = (Path(folder) / "include" / "__clang_cuda_libdevice_declares.h").read_text()
    return set(re.findall(r"\b__nv_\w+", text))


def test_every_declared_function_is_defined() -> None:
    names = declared()
    assert len(names) > 400
    assert names - set(re.findall(r"^define [^@]*@(\w+)", device_ir(), re.MULTILINE)) == set()


def test_declarations_agree_with_those_of_the_headers(tmp_path: Path) -> None:
    source = tmp_path / "both.c"
    lines = ["#define __DEVICE__", "#define CUDA_VERSION 9000", "#include <__clang_cuda_libdevice_declares.h>"]
    source.write_text("\n".join([*lines, '#include "device_library.c"', ""]))
    subprocess.run([clang(), FLAGS[0], "-fsyntax-only", f"-I{SOURCES}", str(source)], check=True)


@pytest.mark.parametrize("pattern", [r"<\d+ x ", r"\bi128\b", r"\bfast\b|contract\b|reassoc", r"\basm\b"])
def test_ir_has_none_of(pattern: str) -> None:
    body = "\n".join(line for line in device_ir().splitlines() if not line.startswith(("target", "attributes", "!")))
    assert re.search(pattern, body) is None


def test_only_intrinsics_are_called_outside() -> None:
    external = re.findall(r"^declare [^@]*@([\w.]+)", device_ir(), re.MULTILINE)
    assert [name for name in external if not name.startswith("llvm.")] == []
