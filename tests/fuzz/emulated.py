"""Run cases on another processor: a host program with the kernels in it, built for it and emulated."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from anychip.diagnostics import ToolError
from tests.fuzz.cases import Case, Result, initial
from tests.fuzz.compiled import ROOT
from tests.fuzz.kernels import SCALAR_OFFSETS

HOST = Path(__file__).with_name("host.h")
_BUILD_SECONDS = 600.0
_SECONDS_EACH = 20.0  # for one case: an emulator is some ten times slower


def run_emulated(source: str, cases: Sequence[Case], target: str, folder: Path) -> list[Result]:
    """One result for each case. Raises ToolError if the program does not build."""
    program, cases_file, results_file = folder / f"{target}.out", folder / "cases.bin", folder / "results.bin"
    _build(source, cases, target, program)
    cases_file.write_bytes(b"".join(map(packed, cases)))
    results: list[Result] = []
    while len(results) < len(cases):
        results_file.write_bytes(b"")
        left = cases[len(results) :]
        failure, message = _run(
            target, [str(program), str(cases_file), str(results_file), str(len(results))], len(left)
        )
        found = unpacked(results_file.read_bytes(), left)
        results += found
        if len(found) < len(left) and not (found and found[-1].failure):
            results.append(Result(failure=failure, message=message))
    return results


def packed(case: Case) -> bytes:
    """The case as ``host.h`` reads it."""
    buffers = [*case.inputs, *(initial(kind, size) for kind, size in case.outputs)]
    numbers = (*case.grid, *case.block, case.dynamic_shared, len(case.inputs), len(case.outputs), len(case.scalars))
    contents = b"".join(struct.pack("<I", len(data)) + data for data in buffers)
    return struct.pack("<10I", *numbers) + contents + case.scalars


def unpacked(data: bytes, cases: Sequence[Case]) -> list[Result]:
    """The results that ``host.h`` wrote in full."""
    results: list[Result] = []
    place = 0
    for case in cases:
        sizes = [size for _, size in case.outputs]
        if len(data) < place + 4:
            break
        (error,) = struct.unpack_from("<I", data, place)
        place += 4
        if error:
            results.append(Result(failure="error", message=f"cudaError_t {error}"))
            break
        if len(data) < place + sum(sizes):
            break
        starts = [place + sum(sizes[:number]) for number in range(len(sizes))]
        results.append(Result(tuple(data[start : start + size] for start, size in zip(starts, sizes, strict=True))))
        place += sum(sizes)
    return results


def _build(source: str, cases: Sequence[Case], target: str, program: Path) -> None:
    kernels = ", ".join(f"(const void *){case.name}" for case in cases)
    offsets = ", ".join(map(str, SCALAR_OFFSETS))
    tables = f"static const void *KERNELS[] = {{{kernels}}};\nstatic const unsigned SCALAR_OFFSETS[] = {{{offsets}}};\n"
    path = program.with_suffix(".cu")
    path.write_text(f"{source}\n{tables}{HOST.read_text()}")
    command = [sys.executable, "-m", "anychip", "nvcc", "--target", target, "-o", str(program), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_BUILD_SECONDS)
    if done.returncode:
        raise ToolError(f"the kernels do not build for {target}:\n{done.stderr[-2000:]}")


def _run(target: str, words: list[str], cases: int) -> tuple[str, str]:
    """(kind of failure for the first case without a result, how the program ended)."""
    from anychip.frontend.systems import find_system

    system = find_system(target)
    command = [system.emulator, "-L", system.sysroot, *words]
    environment = {"ANYCHIP_NUM_THREADS": "2", **os.environ}
    try:
        seconds = _SECONDS_EACH + cases
        done = subprocess.run(command, capture_output=True, env=environment, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "hang", f"{cases} cases not done after {seconds:.0f} s"
    return "crash", f"status {done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}"
