"""Compare executors on the kernels of many seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anychip.diagnostics import AnychipError
from anychip.ir import Module
from tests.fuzz import build, compiled, oracle
from tests.fuzz.cases import Case, Result, difference
from tests.fuzz.kernels import PRELUDE, Kernel, generate

Oracle = Callable[[Module, Case], Result]


@dataclass(frozen=True, slots=True)
class Way:
    """How kernels are compiled and run beside the reference executor."""

    lanes: int = 1
    target: str = ""  # of this machine

    def __str__(self) -> str:
        return self.target or f"{self.lanes} lanes"


@dataclass(frozen=True, slots=True)
class Failure:
    """A kernel on which a way does not do what the reference executor does. ``what`` starts with the kind."""

    kernel: Kernel
    way: Way
    what: str

    @property
    def kind(self) -> str:
        """``mismatch``, ``crash`` or ``hang``."""
        word = self.what.split(":")[0]
        return word if word in ("crash", "hang") else "mismatch"


def case_of(kernel: Kernel, name: str = "") -> Case:
    """The kernel's launch."""
    return Case(
        name or kernel.name,
        kernel.grid,
        kernel.block,
        kernel.dynamic_shared,
        kernel.inputs,
        kernel.outputs,
        kernel.scalars,
    )


def check_seeds(seeds: Sequence[int], ways: Sequence[Way]) -> list[Failure]:
    """Generate, build in one module, run in all ways."""
    return check([generate(seed) for seed in seeds], ways)


def check(kernels: Sequence[Kernel], ways: Sequence[Way], reference: Oracle = oracle.expected) -> list[Failure]:
    """The failures of some kernels. A module that does not build is taken apart until the kernel is found."""
    try:
        return _check_module(kernels, ways, reference)
    except AnychipError as error:
        if len(kernels) == 1:
            return [Failure(kernels[0], ways[0], f"build: {error.render()}")]
    half = len(kernels) // 2
    return check(kernels[:half], ways, reference) + check(kernels[half:], ways, reference)


def _check_module(kernels: Sequence[Kernel], ways: Sequence[Way], reference: Oracle) -> list[Failure]:
    # Variants of one kernel, which the reducer makes, need names of their own.
    distinct = len({kernel.name for kernel in kernels}) == len(kernels)
    names = [kernel.name if distinct else f"{kernel.name}v{number}" for number, kernel in enumerate(kernels)]
    texts = [kernel.source(name) for kernel, name in zip(kernels, names, strict=True)]
    source = PRELUDE + "\n".join(texts)
    cases = [case_of(kernel, name) for kernel, name in zip(kernels, names, strict=True)]
    device = build.device_ir(source)
    wanted: list[Result] = []
    failures: list[Failure] = []
    with tempfile.TemporaryDirectory(prefix="anychip-fuzz-") as folder:
        for way in ways:
            if way.target:
                from tests.fuzz.emulated import run_emulated

                found = run_emulated(source, cases, way.target, Path(folder))
            else:
                output = Path(folder, f"lanes{way.lanes}.so")
                module = build.build(device, way.lanes, output)
                wanted = wanted or [reference(module, case) for case in cases]
                found = compiled.run_cases(build.tools().runtime, output, cases, Path(folder))
            rows = zip(kernels, cases, wanted, found, strict=True)
            told = [(kernel, difference(case, left, right)) for kernel, case, left, right in rows]
            failures += [Failure(kernel, way, what) for kernel, what in told if what]
    return failures
