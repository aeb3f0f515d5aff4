"""A sample of the kernels of ``python -m tests.fuzz``, and that a wrong result would be found."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from anychip.ir import Module
from anychip.ir.types import I32
from anychip.vectorize.pipeline import write_module
from tests.fuzz import build, compiled, oracle, workers
from tests.fuzz.campaign import Checked, Way, case_of, check, check_seeds
from tests.fuzz.cases import Case, Result, difference, parse_seeds
from tests.fuzz.chunk import Chunk
from tests.fuzz.kernels import generate
from tests.fuzz.reduce import reduced
from tests.fuzz.tree import Body, Statement, line, places, render, without

LANES = (1, 8, 16, 32)
SEEDS = range(1000, 1032)
# To keep CI short each level takes some of the seeds; ANYCHIP_TEST_ALL=1: each takes all.
SAMPLES = {0: SEEDS[:16], 1: SEEDS[16:24], 2: SEEDS[24:30]}
if os.environ.get("ANYCHIP_TEST_ALL"):
    SAMPLES = dict.fromkeys(SAMPLES, SEEDS)


@pytest.mark.parametrize(("level", "seeds"), SAMPLES.items())
def test_sample(level: int, seeds: Sequence[int]) -> None:
    checked = check_seeds(seeds, [Way(lanes, level=level) for lanes in LANES])
    assert [f"{failure.command}: {failure.what}" for failure in checked.failures] == []
    least = {1: 1.0, 8: 0.6, 16: 0.6, 32: 0.6}  # what is not taken would not be tested
    assert {way.lanes for way, count in checked.taken.items() if count < least[way.lanes] * len(seeds)} == set()


@pytest.mark.parametrize("target", ["riscv64", "aarch64"])
def test_another_processor_gives_the_same(target: str) -> None:
    if not shutil.which(f"qemu-{target}"):
        pytest.skip(f"qemu-{target} is not installed (package qemu-user)")
    kernels = [generate(seed) for seed in (4, 6, 24)]
    assert check(kernels, [Way(8, target)]).failures == []


def test_a_wrong_result_of_another_processor_is_found() -> None:
    if not shutil.which("qemu-riscv64"):
        pytest.skip("qemu-riscv64 is not installed (package qemu-user)")
    way = Way(target="riscv64")
    wrong = check([generate(6)], [way], wrong_reference).failures
    assert [(failure.kind, failure.way) for failure in wrong] == [("mismatch", way)]


def wrong_reference(module: Module, case: Case) -> Result:
    """The reference executor on IR in which every 32-bit xor has become an or."""
    changed = [
        instruction
        for function in module.functions.values()
        for instruction in function.instructions()
        if instruction.opcode == "xor" and instruction.type == I32
    ]
    for instruction in changed:
        instruction.opcode = "or"
    try:
        return oracle.expected(module, case)
    finally:  # what is compiled is the module as it was
        for instruction in changed:
            instruction.opcode = "xor"


def test_a_wrong_operation_is_found_and_reduced() -> None:
    kernel = generate(9)
    way = Way(8, level=0)
    failures = check([kernel], [way], wrong_reference).failures
    assert [failure.kind for failure in failures] == ["mismatch"]
    smaller = reduced(failures[0], wrong_reference).kernel
    assert len(list(places(smaller.body))) <= 3 < len(list(places(kernel.body)))
    assert [failure.kind for failure in check([smaller], [way], wrong_reference).failures] == ["mismatch"]
    assert check([smaller], [way]).failures == []


def test_a_kernel_that_breaks_the_compiler_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(module: Module, *rest: object, **more: Any) -> str:
        if "k3" in module.functions:
            raise KeyError("k3")
        return write_module(module, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "write_module", write)
    checked = check_seeds([2, 3], [Way(8, level=0)])
    assert [(failure.kernel.seed, failure.kind, failure.word) for failure in checked.failures] == [
        (3, "crash", "build")
    ]


def test_a_process_that_dies_or_hangs_is_told_of_its_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk((4, 5), (Way(level=0),), tmp_path, level=0, reduce=False)
    monkeypatch.setattr(workers, "_work", die_of_five)
    found = [failure for _, checked in workers.run_chunks([chunk], 1) for failure in checked.failures]
    assert [(failure.kernel.seed, failure.kind) for failure in found] == [(5, "crash")]
    assert "status 3" in found[0].what


def die_of_five(pipe: Connection) -> None:
    """What a checking process does whose compiler dies of seed 5."""
    while True:
        chunk = pipe.recv()
        if 5 in chunk.seeds:
            os._exit(3)
        pipe.send(Checked())


FAULTS = """
extern "C" __global__ void good(int *out) { out[threadIdx.x] = threadIdx.x; }
extern "C" __global__ void traps(int *out) { __trap(); }
extern "C" __global__ void past(int *out) { out[threadIdx.x + 4096] = 1; }
extern "C" __global__ void before(int *out) { out[-(int)threadIdx.x] = 1; }
extern "C" __global__ void hangs(int *out) { volatile int *p = out; while (p[0] != 77) p[1] = p[0]; }
"""


def test_faults_and_hangs_do_not_end_the_fuzzer(tmp_path: Path) -> None:
    module = tmp_path / "faults.so"
    build.build(build.read(build.device_ir(FAULTS)), 1, module)
    names = ["good", "traps", "past", "before", "hangs", "good"]
    cases = [Case(name, (1, 1, 1), (4, 1, 1), 0, (), (("i", 16),), b"") for name in names]
    launches = [(module, case) for case in cases]
    results = compiled.run_cases(build.tools().runtime, launches, tmp_path, seconds=0.5)
    assert [result.failure for result in results] == ["", "error", "error", "error", "hang", ""]
    assert results[0].outputs == (bytes((0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0)),)


def test_a_seed_always_gives_the_same_kernel() -> None:
    first, second = generate(7), generate(7)
    assert first.source() == second.source()
    assert first.inputs == second.inputs
    assert case_of(first) == case_of(second)


def test_statements_are_deleted_by_number() -> None:
    inner = Body([line("b"), line("c")])
    body = Body([line("a"), Statement(["if (x) {", inner, "}"]), line("d")])
    assert len(list(places(body))) == 5
    assert render(without(body, {2, 4})).split() == ["a", "if", "(x)", "{", "c", "}"]
    assert render(without(body, {1})).split() == ["a", "d"]
    assert render(body).split() == ["a", "if", "(x)", "{", "b", "c", "}", "d"]


def test_results_are_compared_bit_for_bit_but_for_nans() -> None:
    case = Case("k", (1, 1, 1), (1, 1, 1), 0, (), (("i", 4), ("f", 4), ("d", 8)), b"")
    nan, other = struct.pack("<f", float("nan")), struct.pack("<I", 0xFFC00001)
    double = struct.pack("<d", float("-nan"))
    left = Result((nan, nan, double))
    assert difference(case, left, Result((nan, other, struct.pack("<d", float("nan"))))) == ""
    assert difference(case, left, Result((other, nan, double))).startswith("mismatch: output 0")
    assert difference(case, left, Result((nan, struct.pack("<f", 1.0), double))).startswith("mismatch: output 1")
    zeros = Result((nan, struct.pack("<f", 0.0), double)), Result((nan, struct.pack("<f", -0.0), double))
    assert difference(case, *zeros).startswith("mismatch: output 1")
    assert difference(case, left, Result(failure="crash", message="status -11")) == "crash: status -11"


def test_seeds_are_numbers_and_ranges() -> None:
    assert parse_seeds(["3", "10..13"]) == [3, 10, 11, 12]
    with pytest.raises(ValueError, match="neither"):
        parse_seeds(["1-2"])
