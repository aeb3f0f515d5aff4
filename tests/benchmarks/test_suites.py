"""The command for public programs, on a made-up suite in a repository of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.suites import __main__ as command  # noqa: E402
from benchmarks.suites import catalogue, report, verdict  # noqa: E402
from benchmarks.suites.catalogue import Program  # noqa: E402
from benchmarks.suites.modes import first_difference, kernel_seconds  # noqa: E402
from benchmarks.suites.process import Outcome  # noqa: E402

GOOD = """
#include <cstdio>
__global__ void square(int *x) { x[threadIdx.x] = threadIdx.x * threadIdx.x; }
int main(int count, char **words) {
  int *x, y[32];
  cudaMalloc(&x, sizeof y);
  square<<<1, 32>>>(x);
  cudaMemcpy(y, x, sizeof y, cudaMemcpyDeviceToHost);
  printf("sum %d of %s\\n%s\\n", y[1] + y[2], count > 1 ? words[1] : "none", y[5] == 25 ? "PASS" : "FAIL");
  printf("Average kernel execution time: 0.25 (ms)\\n");
}
"""
WRONG = GOOD.replace("== 25", "== 26")
BROKEN = GOOD.replace("square<<<", "cube<<<")
MAKEFILE = "main: main.cu\n\t$(CC) -O3 main.cu -o main\nclean:\n\trm -f main\n"
ROWS = [
    {"name": "good", "folder": "good", "run": "./main", "scaled": "./main 7", "passes": ["PASS"], "fails": ["FAIL"]},
    {"name": "wrong", "folder": "wrong", "compile": ["main.cu", "-o", "main"], "passes": ["PASS"], "fails": ["FAIL"]},
    {"name": "broken", "folder": "broken", "compile": ["main.cu", "-o", "main"], "passes": ["PASS"]},
    {"name": "silent", "folder": "good", "compile": ["main.cu", "-o", "main"]},
    {"name": "far", "folder": "far", "needs": "data", "passes": ["PASS"]},
    {"name": "grouped", "folder": "good", "groups": ["textures"], "passes": ["PASS"]},
]


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a suite with a handful of programs, and its index."""
    clone = tmp_path / "clones" / "owner+made_up"
    for name, text in (("good", GOOD), ("wrong", WRONG), ("broken", BROKEN)):
        (clone / name).mkdir(parents=True)
        (clone / name / "main.cu").write_text(text)
    (clone / "good" / "Makefile").write_text(MAKEFILE)
    git = ["git", "-C", str(clone), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "programs"]):
        subprocess.run([*git, *words], check=True)
    index = tmp_path / "index"
    index.mkdir()
    lines = [{"repository": "owner/made_up", "revision": "0"}, *ROWS]
    (index / "made.json").write_text("\n".join(json.dumps(line) for line in lines))
    monkeypatch.setattr(catalogue, "INDEX", index)
    monkeypatch.setattr(catalogue.load, "__defaults__", (index,))
    return tmp_path


def ask(suite: Path, *words: str) -> dict[str, dict[str, object]]:
    out = suite / "found.json"
    places = ["--clones", str(suite / "clones"), "--work", str(suite / "work"), "--out", str(out)]
    assert command.main(["--suite", "made", *places, *words]) == 0
    return {row["name"]: row for row in json.loads(out.read_text())}


def test_verdicts_of_a_suite(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = ask(suite, "--groups", "", "--table", str(suite / "table.md"))
    assert {name: row["verdict"] for name, row in found.items()} == {
        "good": "pass",
        "wrong": "wrong",
        "broken": "build",
        "silent": "ran",
    }
    assert "cube" in str(found["broken"]["cause"])
    assert "2 of 4 = 50.0 %" in capsys.readouterr().out
    assert "| wrong | wrong |" in (suite / "table.md").read_text()


def test_output_is_compared_with_the_reference_executor(suite: Path) -> None:
    found = ask(suite, "--mode", "compare", "--groups", "")
    assert {name: (row["verdict"], row["oracle"]) for name, row in found.items()} == {"silent": ("same", "reference")}


def test_results_are_kept_and_not_asked_again(suite: Path) -> None:
    first = ask(suite, "--only", "good")
    again = ask(suite, "--only", "good,wrong")
    assert again["good"] == first["good"]
    assert again["wrong"]["verdict"] == "wrong"


def test_a_missing_clone_is_named(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--suite", "made", "--clones", str(suite / "nowhere"), "--work", str(suite / "work")]
    assert command.main(words) == 2
    assert "git clone https://github.com/owner/made_up" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "benchmarks/suites/index").glob("*.json")))
def test_the_index_can_be_read(name: str) -> None:
    programs = catalogue.load(name, ROOT / "benchmarks/suites/index").programs
    assert programs
    assert len({program.name for program in programs}) == len(programs)
    assert all(program.folder for program in programs)


@pytest.mark.parametrize(
    ("status", "output", "expected"),
    [
        (0, "PASS", "pass"),
        (0, "FAIL", "wrong"),
        (0, "nothing", "wrong"),
        (1, "PASS", "wrong"),
        (-11, "PASS", "crash"),
        (None, "PASS", "slow"),
    ],
)
def test_judge(status: int | None, output: str, expected: str) -> None:
    program = Program("s", "p", ".", passes=("PASS",), fails=(r"\bFAIL",))
    assert verdict.judge(program, Outcome(status, output, 1.0)) == expected


def test_numbers_of_timing_lines_are_masked() -> None:
    assert verdict.masked("sum 3\nkernel time: 1.5 ms") == verdict.masked("sum 3\nkernel time: 27e-3 ms")
    assert verdict.masked("sum 3") != verdict.masked("sum 4")


def test_kernel_time_is_read_with_its_unit() -> None:
    assert kernel_seconds("Average kernel execution time: 2.5 (us)") == pytest.approx(2.5e-6)
    assert kernel_seconds("nothing") == 0


def test_twins_are_summed_up_by_their_geometric_mean() -> None:
    rows = [{"name": "a", "verdict": "pass", "ratio": 4.0}, {"name": "b", "verdict": "pass", "ratio": 1.0}]
    assert "2 twins, geometric mean 2.00, least 1.00" in report.summary(rows)


def test_lines_that_change_from_run_to_run_are_not_compared() -> None:
    assert first_difference("seed 1\nsum 3", "seed 2\nsum 3", "seed 9\nsum 3") == ""
    assert "sum 3" in first_difference("seed 1\nsum 3", "seed 2\nsum 3", "seed 1\nsum 4")
    assert first_difference("a\nb", "a\nb", "a") == "2 lines against 1"
