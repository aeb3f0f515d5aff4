"""A CMake project of every kind of target, configured, built and run with the toolkit's folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = Path(__file__).resolve().parent / "project"
OUTPUT = {
    "both": "both: right\n",
    "host": "host: 1 device, 8.0\n",
    "host_static": "host: 1 device, 8.0\n",
    "shared_runtime": "alone: right\n",
    "separable": "separable: right\n",
}


def tool(name: str) -> str:
    """A program of the test environment, else of the system."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed (the extra 'test' has it)")
    return found


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_project(shared_cache: Path, tmp_path: Path, generator: str) -> None:
    cmake, builder = tool("cmake"), tool("ninja" if generator == "Ninja" else "make")
    environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(shared_cache), "PYTHONPATH": str(ROOT)}
    toolkit = run([sys.executable, "-m", "anychip", "toolkit-path"], environment).strip()
    environment["CUDACXX"] = f"{toolkit}/bin/nvcc"
    words = [cmake, "-G", generator, f"-DCMAKE_MAKE_PROGRAM={builder}", "-S", str(PROJECT), "-B", str(tmp_path)]
    told = run(words, environment)
    assert "compiler NVIDIA 12.9.86, toolkit 12.9.86" in told
    assert "default architectures 80" in told
    run([cmake, "--build", str(tmp_path)], environment)
    assert {name: run([str(tmp_path / name)], {}) for name in OUTPUT} == OUTPUT
    again = run([cmake, "--build", str(tmp_path), "--verbose"], environment)
    assert " -c " not in again  # the dependency files say that nothing changed
