"""The runtime's executor, driven by kernels written in C++ by hand (executor_*.cpp).

Each C++ program runs one named case per process and exits with 0 if all its checks hold. What a process prints or how
it ends is asserted here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[1] / "anychip" / "native"
EXECUTOR_STEMS = (
    *("barrier", "block_arena", "block_scheduler", "cancellation", "device_clock", "device_failure", "device_heap"),
    *("device_printf", "dwarf_line", "executor", "fault", "fault_report", "launch_history", "launch_state"),
    *("line_table", "object_file", "processor", "replay", "thread_pool", "warp", "worker"),
)
PROGRAMS = ("strands", "faults", "groups", "printf", "launches")
FLAGS = [
    "-std=c++20",
    "-fPIC",
    "-Wall",
    "-Wextra",
    "-Werror",
    f"-I{NATIVE / 'include'}",
    f"-I{NATIVE.parent / 'include'}",
]
TEST_FLAGS = ["-O1", "-g", "-Wno-missing-field-initializers", "-Wno-missing-designated-field-initializers"]
OWN_EXPECTATION = {"host_fault", "shared_object", "formats", "limit", "many_threads"}


def find_compiler() -> str:
    """Clang beside the interpreter, else on PATH; skips the module if there is none."""
    found = shutil.which("clang++", path=str(Path(sys.executable).parent)) or shutil.which("clang++")
    if found is None:
        pytest.skip("clang++ is not installed")
    return found


def standard_library_flags(compiler: str) -> list[str]:
    """The system's libstdc++ where there is one, else clang's own library with a path to find it at run time."""
    probe = [compiler, "-stdlib=libstdc++", "-x", "c++", "-fsyntax-only", "-"]
    if subprocess.run(probe, input="#include <string>\n", text=True, capture_output=True).returncode == 0:
        return ["-stdlib=libstdc++"]
    found = subprocess.run([compiler, "-print-file-name=libc++.so"], capture_output=True, text=True, check=True)
    return [f"-Wl,-rpath,{Path(found.stdout.strip()).parent}"]


def runtime_path_flags(compiler: str) -> list[str]:
    """Where clang's own libunwind lies, which some builds of clang link to."""
    found = subprocess.run([compiler, "-print-file-name=libunwind.so.1"], capture_output=True, text=True, check=True)
    path = Path(found.stdout.strip())
    return [f"-Wl,-rpath,{path.parent}"] if path.is_absolute() else []


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with one executable per program of PROGRAMS."""
    out = tmp_path_factory.mktemp("executor")
    compiler = find_compiler()
    library = standard_library_flags(compiler)
    jobs = [(NATIVE / "src" / f"{stem}.cpp", ["-O2"]) for stem in EXECUTOR_STEMS]
    jobs += [(HERE / f"executor_{name}.cpp", TEST_FLAGS) for name in (*PROGRAMS, "memory_stub")]

    def compile_one(job: tuple[Path, list[str]]) -> None:
        source, extra = job
        compile_only = [flag for flag in library if not flag.startswith("-Wl")]
        command = [compiler, *FLAGS, *compile_only, *extra, "-c", str(source), "-o", str(out / f"{source.stem}.o")]
        subprocess.run(command, check=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(compile_one, jobs))
    common = [str(out / f"{stem}.o") for stem in (*EXECUTOR_STEMS, "executor_memory_stub")]
    for name in PROGRAMS:
        link = [compiler, *library, *runtime_path_flags(compiler), str(out / f"executor_{name}.o"), *common]
        subprocess.run([*link, "-pthread", "-ldl", "-lm", "-o", str(out / name)], check=True)
    return out


def run(programs: Path, program: str, case: str, threads: int | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "ANYCHIP_NUM_THREADS"}
    if threads is not None:
        environment["ANYCHIP_NUM_THREADS"] = str(threads)
    command = [str(programs / program), case]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def cases_of(program: str) -> list[str]:
    source = (HERE / f"executor_{program}.cpp").read_text()
    table = source[source.index("constexpr Case cases[]") :]
    return re.findall(r'\{"(\w+)", test_\w+\}', table)


CASES = [(program, case) for program in PROGRAMS for case in cases_of(program) if case not in OWN_EXPECTATION]


@pytest.mark.parametrize(("program", "case"), CASES)
def test_case(programs: Path, program: str, case: str) -> None:
    result = run(programs, program, case)
    print(result.stdout)  # launch times, for a run with -s
    assert result.returncode == 0, result.stdout + result.stderr
    assert "passed\n" in result.stdout


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize(
    ("program", "case"),
    [
        ("strands", "barrier_loop"),
        ("faults", "many_faults"),
        ("faults", "cancel"),
        ("launches", "grid"),
        ("launches", "streams"),
        ("launches", "look_back"),
        ("launches", "services"),
    ],
)
def test_worker_counts(programs: Path, program: str, case: str, threads: int) -> None:
    result = run(programs, program, case, threads)
    assert result.returncode == 0, result.stdout + result.stderr


def test_failed_launch_is_printed_once(programs: Path) -> None:
    result = run(programs, "faults", "assert")
    expected = "kernel.cu:12: void f(int): block: [2,0,0], thread: [1,1,0] Assertion `x > 0` failed.\n"
    assert result.stderr == expected


def test_output_is_not_repeated_when_threads_run_again(programs: Path) -> None:
    assert run(programs, "groups", "effects_are_not_repeated").stdout == "passed\n"


def test_fault_of_the_host_ends_the_process(programs: Path) -> None:
    assert run(programs, "faults", "host_fault").returncode == -signal.SIGSEGV


# DWARF sections may also be compressed or absent: then the kernel's declaration stands for the line.
@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["-gdwarf-2"], "executor_shared_object.cpp:8,"),
        (["-gdwarf-4"], "executor_shared_object.cpp:8,"),
        (["-gdwarf-5"], "executor_shared_object.cpp:8,"),
        (["-gdwarf-5", "-gdwarf64"], "executor_shared_object.cpp:8,"),
        (["-gline-tables-only", "-O2"], "executor_shared_object.cpp:8,"),
        (["-g0"], "kernel.cu:1 (declaration),"),
    ],
)
def test_line_in_shared_object(programs: Path, tmp_path: Path, flags: list[str], line: str) -> None:
    compiler = find_compiler()
    compile_flags = [*FLAGS, *standard_library_flags(compiler), *flags]
    source, built = HERE / "executor_shared_object.cpp", tmp_path / "kernel.so"
    subprocess.run([compiler, *compile_flags, "-shared", "-nostdlib", str(source), "-o", str(built)], check=True)
    environment = {**os.environ, "ANYCHIP_TEST_OBJECT": str(built)}
    command = [str(programs / "faults"), "shared_object"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert result.returncode == 0, result.stderr
    assert line in result.stderr


def test_wrong_thread_count_is_named(programs: Path) -> None:
    environment = {**os.environ, "ANYCHIP_NUM_THREADS": "many"}
    command = [str(programs / "launches"), "grid"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert result.returncode == 0
    assert result.stderr == "anychip: ANYCHIP_NUM_THREADS=many ignored: expected a number from 1 to 4096\n"


FORMATTED = """\
before the flush
plain 100%
-5 -2147483648 4000000000
-9223372036854775808|18446744073709551615
-7 7 8
4464 44
[   42][42   ][00042][+42]
[     1][2  ]
ff 0XFF 10
1.500000 2.35   -3.142
1.234568e+04 1E-10 0.0001
0x1p+0 2.000
inf -inf INF
ab  c|
one|   two|three |
abc|
(null)
0xabcdef
1 2.000000 3 4 5
%y and %
after the flush
passed
"""


def test_printf_formats(programs: Path) -> None:
    assert run(programs, "printf", "formats").stdout == FORMATTED


def test_printf_limit_keeps_the_newest(programs: Path) -> None:
    result = run(programs, "printf", "limit")
    assert result.stdout == "".join(f"{i:05}\n" for i in range(90, 100)) + "passed\n"
    assert "was full: the first 90 outputs are lost" in result.stderr


def test_printf_of_many_threads_is_written_at_exit(programs: Path) -> None:
    lines = run(programs, "printf", "many_threads").stdout.split()
    assert lines[0] == "passed"
    assert sorted(lines[1:]) == sorted(f"{i:05}" for i in range(2000) for _ in range(3))
