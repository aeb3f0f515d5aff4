#!/usr/bin/env python3
"""Set-up in one step, from a fresh clone: makes .venv beside this file, installs the project into it, then

    python3 dev.py run FILE.cu [-- ARGS]   runs a CUDA program (the same as `anychip run`)
    python3 dev.py test [PYTEST ARGS]      lint, types and all tests
    python3 dev.py shell-path              prints the folder to put on PATH for the `anychip` command

Needs Python 3.10 or newer with its venv module; everything else is installed or named in one message.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"

# What the tests need beyond Python packages: C++ headers, the library clang's wheel is linked with, a debugger,
# emulators and sysroots of the other processors they build for. Names that every Debian and Ubuntu release has.
TEST_PACKAGES = (
    "g++",
    "libatomic1",
    "gdb",
    "qemu-user",
    "g++-riscv64-linux-gnu",
    "g++-aarch64-linux-gnu",
)


def fail(message: str) -> None:
    """Print what is wrong and what to do, and stop."""
    sys.exit(f"dev.py: error: {message}")


def ensure_venv() -> None:
    """Create .venv if it is not there."""
    if sys.version_info < (3, 10):  # noqa: UP036 - this file is started by whatever Python there is
        fail(f"Python 3.10 or newer is needed; this is {platform.python_version()}")
    if (BIN / "python").exists():
        return
    print("dev.py: creating .venv", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail("Python's venv module is missing; install it with: apt-get install python3-venv\n" + made.stdout)


def ensure_installed(extra: str) -> None:
    """Install the project, editable, with its dependencies; again only if pyproject.toml has changed."""
    stamp = VENV / f".installed-{extra or 'run'}"
    key = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == key:
        return
    print("dev.py: installing anychip and its dependencies into .venv", file=sys.stderr)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    command = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", target]
    if subprocess.run(command).returncode:
        fail("pip could not install the dependencies; its message stands above")
    stamp.write_text(key)


def missing_packages() -> list[str]:
    """Those of TEST_PACKAGES that dpkg does not know as installed; empty where there is no dpkg."""
    if not shutil.which("dpkg-query"):
        return []
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *TEST_PACKAGES]
    listed = subprocess.run(query, capture_output=True, text=True).stdout.splitlines()
    installed = {line.split()[0] for line in listed if line.endswith(" installed")}
    return [package for package in TEST_PACKAGES if package not in installed]


def ensure_packages() -> None:
    """Install what the tests need from the distribution: as root directly, otherwise tell the command."""
    missing = missing_packages()
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        print(f"dev.py: tests that need these packages are skipped; install them with: sudo {' '.join(command)}")
        return
    print(f"dev.py: {' '.join(command)}", file=sys.stderr)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update"], **quiet)
    if subprocess.run(command, **quiet).returncode:
        fail(f"could not install the packages the tests need: {' '.join(missing)}")


def check_command(arguments: list[str]) -> None:
    """Run one gate and stop if it fails."""
    print(f"dev.py: {' '.join(arguments)}", file=sys.stderr, flush=True)
    status = subprocess.run([str(BIN / arguments[0]), *arguments[1:]], cwd=ROOT).returncode
    if status:
        sys.exit(status)


def run(arguments: list[str]) -> None:
    """`anychip run` in the environment; replaces this process."""
    ensure_venv()
    ensure_installed("")
    os.execv(BIN / "anychip", ["anychip", "run", *arguments])


def test(arguments: list[str]) -> None:
    """Lint, types, then the tests; pytest's closing line is the last thing printed."""
    ensure_venv()
    ensure_installed("test")
    ensure_packages()
    if not arguments:
        check_command(["ruff", "check", "."])
        check_command(["ruff", "format", "--check", "."])
        check_command(["mypy"])
    os.chdir(ROOT)
    python = str(BIN / "python")  # also as argv[0], from which Python finds its environment
    os.execv(python, [python, "-m", "pytest", *(arguments or ["-n", "2", "--dist", "worksteal"])])


def main() -> None:
    """Dispatch the command."""
    command, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if command == "run":
        run(arguments)
    elif command == "test":
        test(arguments)
    elif command == "shell-path":
        print(BIN)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
