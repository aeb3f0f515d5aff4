"""Every run test's device code, in groups of lanes, becomes a sound object for every processor.

The front end runs once for each program: all processors have one data layout (64 bits, little-endian), as far as the
device code can see it. To keep CI short each processor takes every so many programs, all of them between them;
ANYCHIP_TEST_ALL=1: each takes all.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest
from elf_object import read_object

from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.codegen.kernel_abi import SERVICES
from anychip.codegen.object_file import emit_object
from anychip.compiler import Artefacts, read_device
from anychip.frontend.command import Unit
from anychip.frontend.host_device import Passes
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import find_toolchain
from anychip.runtime.build import device_library
from anychip.targets import TARGETS
from anychip.vectorize.pipeline import write_module
from anychip.vectorize.report import Report

PROGRAMS = sorted((Path(__file__).resolve().parent.parent / "run").glob("*.cu"))
PROCESSORS = (
    "x86_64-v2",
    "x86_64-v3",
    "x86_64-v4",
    "aarch64",
    "aarch64-sve",
    "aarch64-sve256",
    "riscv64",
    "riscv64-v",
    "riscv64-v256",
    "loongarch64-lasx",
)
SAMPLE = 8
# What compiled code may call besides the runtime: the C library's and compiler-rt's functions, as LLVM uses them.
LIBRARY = re.compile(
    r"mem(cpy|set|move)|__\w+[ht]i[2-6]|__(extend|trunc)\w+f2|__aarch64_\w+|fmaf?|_GLOBAL_OFFSET_TABLE_"
)
VECTOR_PROCESSORS = frozenset(PROCESSORS) - {"riscv64"}


@cache
def device_code(path: Path) -> str:
    """Device IR as clang prints it. The cache keeps the precompiled header."""
    options = re.findall(r"^// OPTIONS: (.*)$", path.read_text(), re.M)
    request = read_arguments([word for words in options for word in words.split()])
    unit = Unit(path, "cuda", request.compile_options(), has_libstdcxx(find_system()), False)
    with Passes(find_toolchain(), unit, Cache(), sides=("device",)) as passes:
        return passes.device()


@cache
def library() -> Path:
    """The device library."""
    return device_library(find_toolchain(), Cache(), print)


def cases() -> list[pytest.param]:
    """Program x processor, the processors of a program beside each other."""
    every = bool(os.environ.get("ANYCHIP_TEST_ALL"))
    return [
        pytest.param(path, name, id=f"{path.stem}-{name}")
        for number, path in enumerate(PROGRAMS)
        for place, name in enumerate(PROCESSORS)
        if every or (number + place) % SAMPLE == 0
    ]


@pytest.mark.parametrize(("path", "name"), cases())
def test_objects_are_sound(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYCHIP_LANES", "auto")
    target, report = TARGETS[name], Report()
    module = read_device(device_code(path), [library()], Artefacts(), str(path))
    kernels = [kernel.name for kernel in module.kernels()]
    text = write_module(module, target, module_symbol="anychip_test", hidden=False, report=report)
    data = emit_object(text, target)  # runs LLVM's verifier

    found = read_object(data)
    assert (found.kind, found.machine) == (1, target.elf_machine)
    assert found.code_bytes > 0 or not kernels
    assert "anychip_test" in found.defined
    strays = {symbol for symbol in found.undefined if symbol not in SERVICES and not LIBRARY.fullmatch(symbol)}
    assert not strays, f"nobody defines {sorted(strays)}"
    assert sorted([*report.lanes, *report.refused]) == sorted(kernels)
    if name not in VECTOR_PROCESSORS:
        assert not report.lanes


def test_every_processor_and_program_is_taken() -> None:
    taken = [case.values for case in cases()]
    assert {name for _, name in taken} == set(PROCESSORS) <= set(TARGETS)
    assert {path for path, _ in taken} == set(PROGRAMS)
