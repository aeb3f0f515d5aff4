"""The runtime's API in C++: programs that link the whole runtime and a hand-written module, one test per case."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "anychip"
FLAGS = ["-std=c++20", "-O1", "-fPIC", "-Wall", "-Wextra", f"-I{PACKAGE}/native/include", f"-I{PACKAGE}/include"]

CASES = {
    "api_memory": [
        "guard_pages",
        "freed_addresses_rest",
        "allocation_errors",
        "copies",
        "pitched",
        "host_memory",
        "symbols",
        "more_allocations_than_mappings",
        "concurrent_allocation",
        "address_descriptions",
    ],
    "api_streams": [
        "in_order",
        "launches_do_not_wait",
        "streams_overlap",
        "default_stream_waits",
        "destroyed_stream_finishes",
        "events",
        "pageable_copies",
        "host_functions",
        "many_streams",
        "timed_wait_and_cancel",
        "exit_with_running_kernel",
    ],
    "api_waiting": [
        "host_thread_runs_launches",
        "starts_without_waiting",
        "order_is_kept",
        "two_threads_wait_for_one_stream",
        "faults_on_the_host_thread",
        "host_functions_stay_on_the_streams_thread",
        "polling_makes_progress",
        "destroyed_while_napping",
        "large_parameters",
        "own_signal_stack_is_kept",
        "idle_uses_no_processor",
    ],
    "api_launch": [
        "runs_a_kernel",
        "arguments_are_copied",
        "configuration_errors",
        "wrong_image",
        "call_configuration",
        "sticky_error",
        "skips_after_failure",
        "goes_on_past_the_end",
        "function_attributes",
        "device_facts",
        "executor_hook",
        "launch_before_main",
    ],
}


def find_clang() -> str:
    beside = Path(sys.executable).parent / "clang++"
    found = str(beside) if beside.exists() else shutil.which("clang++")
    if not found:
        pytest.skip("no clang++ in this environment")
    return found


def run(*argv: str) -> str:
    result = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, f"{argv[-1]}: {result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the test programs, linked against the runtime's sources."""
    clang, folder = find_clang(), tmp_path_factory.mktemp("runtime_api")
    sources = [*sorted((PACKAGE / "native" / "src").glob("*.cpp")), *(HERE / f"{name}.cpp" for name in CASES)]
    objects = {source: str(folder / f"{source.stem}.o") for source in sources}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda source: run(clang, *FLAGS, "-c", "-o", objects[source], str(source)), sources))
    # Where the compiler brings its own C++ library, the programs must find it.
    library = Path(run(clang, "-print-file-name=libc++.so.1").strip())
    rpath = [f"-Wl,-rpath,{library.parent}"] if library.is_absolute() else []
    runtime = [objects[source] for source in sources if source.parent != HERE]
    for name in CASES:
        program = str(folder / name)
        run(clang, *rpath, *runtime, objects[HERE / f"{name}.cpp"], "-lpthread", "-ldl", "-lm", "-o", program)
    return folder


@pytest.mark.parametrize(("program", "case"), [(program, case) for program, cases in CASES.items() for case in cases])
def test_case(programs: Path, program: str, case: str) -> None:
    assert run(str(programs / program), case).endswith("passed\n")


@pytest.mark.parametrize("program", CASES)
def test_every_case_is_run(programs: Path, program: str) -> None:
    assert run(str(programs / program)).split() == CASES[program]
