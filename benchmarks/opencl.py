"""Intel's OpenCL CPU runtime from PyPI, in a virtual environment of its own that the benchmark makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

# The second holds libraries that the first needs but does not ask for.
_PACKAGES = ("intel-opencl-rt", "intel-cmplr-lib-rt", "pyopencl", "numpy")


class UnavailableError(Exception):
    """The runtime cannot be had here; the message says why."""


def prepare(folder: Path) -> Path:
    """The environment's Python, made and filled at the first call. Raises UnavailableError."""
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    try:
        venv.create(folder, with_pip=True, clear=True)
        _pip_install(python)
        driver = _driver(folder)
    except (UnavailableError, OSError, subprocess.CalledProcessError) as problem:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnavailableError(f"Intel's OpenCL runtime does not install: {problem}") from problem
    (folder / "vendors").mkdir()
    (folder / "vendors" / "intel.icd").write_text(f"{driver}\n")
    ready.touch()
    return python


def _pip_install(python: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *_PACKAGES]
    print(f"installing {', '.join(_PACKAGES)}", file=sys.stderr)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise UnavailableError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed")


def _driver(folder: Path) -> Path:
    found = sorted(folder.glob("lib*/libintelocl.so"))
    if not found:
        raise UnavailableError("the package holds no libintelocl.so")
    return found[0]


def environment(folder: Path, threads: int) -> dict[str, str]:
    """Variables of a process that uses the runtime on so many threads."""
    vendors = str(folder / "vendors")
    settings = {"OCL_ICD_VENDORS": vendors, "LD_LIBRARY_PATH": str(_driver(folder).parent)}
    return {**os.environ, **settings, "CL_CONFIG_CPU_TBB_NUM_WORKERS": str(threads), "PYTHONPATH": ""}
