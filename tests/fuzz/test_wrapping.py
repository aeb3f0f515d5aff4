"""The program of wrapping indices, by every lane count: ``tests/run`` runs it by some."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests" / "run" / "wrapping_indices.cu"


@pytest.mark.parametrize("lanes", ["8", "16", "32", "auto"])
def test_wrapping_indices(lanes: str) -> None:
    environment = {**os.environ, "ANYCHIP_LANES": lanes}
    command = [sys.executable, "-m", "anychip", "run", str(PROGRAM)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert len(lines) == 17
    assert [text for text in lines if not text.endswith(": 0 wrong")] == []


@pytest.mark.parametrize("lanes", ["32"])
def test_the_kernels_run_in_groups_of_lanes(lanes: str) -> None:
    environment = {**os.environ, "ANYCHIP_LANES": lanes}
    command = [sys.executable, "-m", "anychip", "show", "--stage", "lanes", str(PROGRAM)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    kernels = [text for text in done.stdout.splitlines() if text and not text.startswith(" ")]
    assert len(kernels) == 52
    assert [text for text in kernels if not text.endswith(f": {lanes} lanes")] == []
