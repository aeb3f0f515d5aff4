"""A sample of the kernels of ``python -m tests.fuzz``, and that a wrong result would be found."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from anychip.ir import Module
from anychip.ir.types import I32
from tests.fuzz import build, compiled, oracle
from tests.fuzz.campaign import Way, case_of, check, check_seeds
from tests.fuzz.cases import Case, Result, difference, parse_seeds
from tests.fuzz.kernels import generate
from tests.fuzz.reduce import reduced
from tests.fuzz.tree import Body, Statement, line, places, render, without

SEEDS = range(1000, 1060)


def test_sample() -> None:
    failures = check_seeds(SEEDS, [Way()])
    assert [f"seed {failure.kernel.seed}: {failure.what}" for failure in failures] == []


def wrong_reference(module: Module, case: Case) -> Result:
    """The reference executor on IR in which every 32-bit xor has become an or."""
    for function in module.functions.values():
        for block in function.blocks:
            for instruction in block.instructions:
                if instruction.opcode == "xor" and instruction.type == I32:
                    instruction.opcode = "or"
    return oracle.expected(module, case)


def test_a_wrong_operation_is_found_and_reduced() -> None:
    kernel = generate(2)
    failures = check([kernel], [Way()], wrong_reference)
    assert [failure.kind for failure in failures] == ["mismatch"]
    smaller = reduced(failures[0], wrong_reference).kernel
    assert len(list(places(smaller.body))) <= 3 < len(list(places(kernel.body)))
    assert [failure.kind for failure in check([smaller], [Way()], wrong_reference)] == ["mismatch"]
    assert check([smaller], [Way()]) == []


FAULTS = """
extern "C" __global__ void good(int *out) { out[threadIdx.x] = threadIdx.x; }
extern "C" __global__ void traps(int *out) { __trap(); }
extern "C" __global__ void past(int *out) { out[threadIdx.x + 4096] = 1; }
extern "C" __global__ void before(int *out) { out[-(int)threadIdx.x] = 1; }
extern "C" __global__ void hangs(int *out) { volatile int *p = out; while (p[0] != 77) p[1] = p[0]; }
"""


def test_faults_and_hangs_do_not_end_the_fuzzer(tmp_path: Path) -> None:
    module = tmp_path / "faults.so"
    build.build(build.device_ir(FAULTS), 1, module)
    names = ["good", "traps", "past", "before", "hangs", "good"]
    cases = [Case(name, (1, 1, 1), (4, 1, 1), 0, (), (("i", 16),), b"") for name in names]
    results = compiled.run_cases(build.tools().runtime, module, cases, tmp_path, seconds=0.5)
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
