"""Compare executors on the kernels of many seeds."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from anychip.diagnostics import AnychipError
from anychip.ir import Module
from tests.fuzz import build, compiled, oracle
from tests.fuzz.cases import Case, Result, difference
from tests.fuzz.emulated import run_emulated
from tests.fuzz.kernels import PRELUDE, Kernel, generate

Oracle = Callable[[Module, Case], Result]


@dataclass(frozen=True, slots=True)
class Way:
    """How kernels are compiled and run beside the reference executor. ``level`` is LLVM's, of this machine's code."""

    lanes: int = 1
    target: str = ""  # of this machine
    level: int = 2

    def __str__(self) -> str:
        return f"{self.lanes} lanes, {self.target or f'O{self.level}'}"

    @property
    def options(self) -> str:
        """The same as options of the command."""
        return f"--lanes {self.lanes} " + (f"--target {self.target}" if self.target else f"--level {self.level}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A kernel on which a way does not do what the reference executor does. ``what`` starts with the kind."""

    kernel: Kernel
    way: Way
    what: str

    @property
    def kind(self) -> str:
        """``mismatch``, ``crash`` (of the compiler too) or ``hang``."""
        return {"hang": "hang", "crash": "crash", "build": "crash"}.get(self.word, "mismatch")

    @property
    def word(self) -> str:
        """The first word of ``what``."""
        return self.what.split(":")[0]

    @property
    def command(self) -> str:
        """What repeats it."""
        return f"python -m tests.fuzz --seeds {self.kernel.seed} {self.way.options}"


@dataclass(slots=True)
class Checked:
    """``taken``: how many kernels ran in each way; the others it would run one thread per call."""

    failures: list[Failure] = field(default_factory=list)
    taken: Counter[Way] = field(default_factory=Counter)

    def add(self, other: Checked) -> None:
        """Take in what another check found."""
        self.failures += other.failures
        self.taken += other.taken


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


def check_seeds(seeds: Sequence[int], ways: Sequence[Way]) -> Checked:
    """Generate, build in one module, run in all ways."""
    return check([generate(seed) for seed in seeds], ways)


def check(kernels: Sequence[Kernel], ways: Sequence[Way], reference: Oracle = oracle.expected) -> Checked:
    """Compare some kernels. A module that the front end refuses is taken apart until the kernel is found."""
    try:
        return _check_module(kernels, ways, reference)
    except AnychipError as error:
        if len(kernels) == 1:
            return Checked([Failure(kernels[0], ways[0], f"build: {error.render()}")])
    half = len(kernels) // 2
    checked = check(kernels[:half], ways, reference)
    checked.add(check(kernels[half:], ways, reference))
    return checked


def _check_module(kernels: Sequence[Kernel], ways: Sequence[Way], reference: Oracle) -> Checked:
    # Variants of one kernel, which the reducer makes, need names of their own.
    distinct = len({kernel.name for kernel in kernels}) == len(kernels)
    names = [kernel.name if distinct else f"{kernel.name}v{number}" for number, kernel in enumerate(kernels)]
    texts = [kernel.source(name) for kernel, name in zip(kernels, names, strict=True)]
    source = PRELUDE + "\n".join(texts)
    cases = [case_of(kernel, name) for kernel, name in zip(kernels, names, strict=True)]
    checked = Checked()
    with tempfile.TemporaryDirectory(prefix="anychip-fuzz-") as name:
        folder = Path(name)
        module = build.read(build.device_ir(source))
        wanted = [reference(module, case) for case in cases]
        found = _run_here(module, [way for way in ways if not way.target], cases, folder)
        found |= {way: _run_elsewhere(way, source, cases, folder) for way in ways if way.target}
    for way, results in found.items():
        checked.taken[way] += len(results)
        for kernel, case, left in zip(kernels, cases, wanted, strict=True):
            right = results.get(case.name)
            what = difference(case, left, right) if right else ""
            checked.failures += [Failure(kernel, way, what)] if what else []
    return checked


def _run_here(module: Module, ways: Sequence[Way], cases: Sequence[Case], folder: Path) -> dict[Way, dict[str, Result]]:
    """What the cases give in each way on this processor, by the kernel's name; those not taken are missing."""
    found: dict[Way, dict[str, Result]] = {}
    jobs: list[tuple[Way, Path, Case]] = []
    for number, way in enumerate(ways):
        shared_object = folder / f"{number}.so"
        built = build.build(module, way.lanes, shared_object, way.level)
        found[way] = {name: Result(failure="build", message=text) for name, text in built.broken.items()}
        jobs += [(way, shared_object, case) for case in cases if case.name in built.taken]
    launches = [(path, case) for _, path, case in jobs]
    results = compiled.run_cases(build.tools().runtime, launches, folder)
    for (way, _, case), result in zip(jobs, results, strict=True):
        found[way][case.name] = result
    return found


def _run_elsewhere(way: Way, source: str, cases: Sequence[Case], folder: Path) -> Mapping[str, Result]:
    with build.lanes_set(way.lanes):
        results = run_emulated(source, cases, way.target, folder)
    return {case.name: result for case, result in zip(cases, results, strict=True)}


def with_level(ways: Sequence[Way], level: int) -> list[Way]:
    """The same ways with another level of LLVM."""
    return [replace(way, level=level) for way in ways]
