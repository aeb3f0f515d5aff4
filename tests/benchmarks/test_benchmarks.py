"""The benchmark programs build and pass their own checks at tiny sizes; nothing is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import build, report  # noqa: E402
from benchmarks.catalogue import KERNELS, Kernel, chosen  # noqa: E402
from benchmarks.columns import Settings, all_columns  # noqa: E402
from benchmarks.worker import Command, Worker, WorkerError  # noqa: E402

HAND = [kernel for kernel in KERNELS if kernel.hand_source]


def run(program: Path, kernel: Kernel, *more: str) -> dict[str, object]:
    """Run a program at its tiny size; returns its line."""
    size = ["--size", str(kernel.tiny)] if kernel.tiny else []
    command = [str(program), "--kernel", kernel.name, *size, "--seconds", "0.001", "--threads", "2", *more]
    environment = {**os.environ, "ANYCHIP_NUM_THREADS": "2"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_cuda_program_is_right(kernel: Kernel, tmp_path: Path) -> None:
    program = build.cuda_program(build.SOURCES / f"{kernel.name}.cu", tmp_path)
    found = run(program, kernel)
    assert found["kernel"] == kernel.name
    assert found["checked"] is True
    assert found["wrong"] == ""
    assert float(str(found["seconds"])) > 0


def test_every_program_is_in_the_catalogue() -> None:
    assert {path.stem for path in build.SOURCES.glob("*.cu")} == {kernel.name for kernel in KERNELS}


@pytest.fixture(scope="module")
def hand_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The hand-written programs with the flags that endanger results most."""
    flags, folder = build.hand_flags()[-1], tmp_path_factory.mktemp("hand")
    return {source: build.hand_program(source, flags, folder) for source in {kernel.hand_source for kernel in HAND}}


@pytest.mark.parametrize("kernel", HAND, ids=lambda kernel: kernel.name)
def test_hand_written_program_is_right(kernel: Kernel, hand_programs: dict[str, Path]) -> None:
    found = run(hand_programs[kernel.hand_source], kernel)
    assert found["checked"] is True
    assert found["wrong"] == ""


def test_launch_program_prints_its_figures(tmp_path: Path) -> None:
    program = build.cuda_program(build.HERE / "micro" / "launch.cu", tmp_path)
    done = subprocess.run([str(program), "100", "0.01"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert {"one_warp_wait_us", "64_blocks_wait_us", "enqueue_us", "idle_cpu"} <= json.loads(done.stdout).keys()


BROKEN = """
#include "device.h"
#include "streaming.h"
__global__ void half(float* y, const float* x, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n / 2) y[i] = a * x[i] + y[i];
}
int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Saxpy work(arguments.size);
  bench::Device<float> x(work.x), y(work.y);
  bench::Variant variant{"half", [&] { half<<<40, 256>>>(y, x, work.a, work.n); bench::finish(); }};
  variant.fetch = [&] { y.get(work.y); };
  return bench::measure("saxpy", arguments, work, {variant});
}
"""


def test_wrong_result_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "half.cu"
    source.write_text(BROKEN)
    program = build.nvcc([str(source), "-I", str(build.SOURCES)], tmp_path / "half")
    done = subprocess.run([str(program), "--size", "10001"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert json.loads(done.stdout)["checked"] is False
    with (
        Worker(Command((str(program), "--size", "10001", "--serve"), dict(os.environ)), tmp_path / "log", 60) as worker,
        pytest.raises(WorkerError, match="wrong result"),
    ):
        worker.ready()


def test_worker_that_says_nothing_is_reported(tmp_path: Path) -> None:
    command = Command((sys.executable, "-c", "import sys; sys.exit('no device')"), dict(os.environ))
    with Worker(command, tmp_path / "log", 60) as worker, pytest.raises(WorkerError, match="no device"):
        worker.ready()


def test_columns_are_those_asked_for(tmp_path: Path) -> None:
    settings = Settings(tmp_path, 2, 0.1)
    assert [column.name for column in all_columns(settings, {"none"}, tmp_path)] == ["anychip", "other"]
    families = [column.family for column in all_columns(settings, {"hand", "intel"}, None)]
    assert families == ["anychip", *["hand"] * 4, *["intel"] * 3]


def test_unknown_kernel_is_refused() -> None:
    with pytest.raises(ValueError, match="saxpi"):
        chosen("saxpi")


ROW = {"family": "anychip", "seconds": 2.0, "median": 2.5, "runs": 3, "value": 20.0, "unit": "GB/s", "variant": "x"}
FOUND = {
    "saxpy": {
        "anychip": ROW,
        "C++ O3": {**ROW, "family": "hand", "seconds": 1.0, "value": 40.0},
        "C++ fast": {**ROW, "family": "hand", "seconds": 4.0, "value": 10.0},
        "Intel int": {"family": "intel", "problem": "does not install"},
    },
    "sgemv": {"anychip": {**ROW, "value": 30.0}, "C++ O3": {**ROW, "family": "hand", "seconds": 8.0, "value": 7.5}},
}


def test_report_compares_with_the_best_of_a_family() -> None:
    text = report.table({"limits": {"triad": 44.0, "read": 32.0}, "kernels": FOUND})
    # Ratios 1/2 and 4: the mean is the root of 2.
    assert "Against the best hand column: geometric mean 1.41, least 0.50 (saxpy), 2 kernels." in text
    assert "| saxpy | GB/s | 20 (45 %) | 40 (91 %) | 10 (23 %) | does not install | 0.50 | - |" in text
    # Known shares: more than the limit (asked for 85 % of the limit itself), and 30.2 of 32.
    assert "C++ O3           counts: 91 % of the limit, 85 % needed" in text
    assert "C++ O3           DOES NOT COUNT: 23 % of the limit, 80 % needed" in text


def test_small_sizes_give_no_verdict() -> None:
    text = report.table({"limits": {"triad": 44.0}, "kernels": FOUND, "quick": True})
    assert "counts" not in text
    assert "mean nothing" in text


def test_summary_keeps_the_best_round_and_the_middle_median() -> None:
    rounds = [{**ROW, "seconds": s, "median": m, "value": 1 / s} for s, m in ((3.0, 4.0), (2.0, 9.0), (2.5, 5.0))]
    found = report.summary(rounds)
    assert (found["seconds"], found["value"], found["median"], found["runs"]) == (2.0, 0.5, 5.0, 9)
