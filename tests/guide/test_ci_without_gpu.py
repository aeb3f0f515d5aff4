"""The CI guide works as pasted: its files make a project, and the workflow's own shell steps pass in it.

Without network: what pip would install is there already, anychip as a copy of this checkout and the rest lent by the
test's own environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide" / "ci_without_gpu.md"
FILES = dict(re.findall(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", GUIDE.read_text(), re.M | re.S))
GITHUB, GITLAB = ".github/workflows/cuda.yml", ".gitlab-ci.yml"


def github_steps() -> dict[str, str]:
    """The shell text of each step that has some, by the step's name."""
    found = re.findall(r"^      - name: (.*)\n        run: \|\n((?:          .*\n)+)", FILES[GITHUB], re.M)
    return {name: re.sub(r"^ {10}", "", text, flags=re.M) for name, text in found}


def gitlab_commands() -> list[str]:
    return re.findall(r"^    - (.*)$", FILES[GITLAB].partition("  script:\n")[2], re.M)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean checkout with the guide's files and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> dict[str, str]:
    """What the runner has: a Python of its own, and the two variables of the workflow."""
    if not shutil.which("g++"):
        pytest.skip("g++ is not installed")
    folder = tmp_path_factory.mktemp("runner")
    clone = folder / "anychip"
    for name in ("anychip", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, _parent(clone / name))
    venv.create(folder / "python", symlinks=True)
    site = next((folder / "python").glob("lib/python*/site-packages"))
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (site / "lent.pth").write_text("\n".join([str(clone), *lent]) + "\n")
    script = folder / "python" / "bin" / "anychip"  # as pip writes it
    python = folder / "python" / "bin" / "python"
    script.write_text(f"#!{python}\nimport sys\nfrom anychip.cli.main import main\nsys.exit(main())\n")
    script.chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")},
        "PATH": f"{folder / 'python' / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ANYCHIP_SOURCE": str(clone),
        "ANYCHIP_CACHE_DIR": str(shared_cache),
    }


def _parent(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def shell(command: str, project: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As the CI services run a step: bash, ending at the first failure; but what pip installs is there."""
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", re.sub(r"^python -m pip install .*$", "", command, flags=re.M)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )


NEEDS = {"The project's own build": ("make",), "CMake and CTest": ("cmake", "ctest", "make")}


def test_the_workflows_have_the_same_steps() -> None:
    ours = [line.strip() for text in github_steps().values() for line in text.splitlines()]
    theirs = gitlab_commands()
    for command in ("anychip doctor", "cmake --build build", "anychip run --executor reference tests/saxpy.cu"):
        assert command in ours
        assert command in theirs
    for installs in (ours, theirs):
        assert any(line.startswith('python -m pip install "$ANYCHIP_SOURCE" pytest') for line in installs)
    assert 'make CUDA_HOME="$(anychip toolkit-path)" check' in ours
    assert set(FILES) >= {"tests/saxpy.cu", "Makefile", "CMakeLists.txt", "tests/test_saxpy.py"}


def test_the_steps_pass_in_a_clean_checkout(project: Path, environment: dict[str, str]) -> None:
    for name, command in github_steps().items():
        if any(not shutil.which(tool, path=environment["PATH"]) for tool in NEEDS.get(name, ())):
            continue
        done = shell(command, project, environment)
        assert done.returncode == 0, f"{name}:\n{done.stdout}{done.stderr}"
    used = shell("python -c 'import anychip; print(anychip.__file__)'", project, environment).stdout
    assert used.startswith(environment["ANYCHIP_SOURCE"])  # the copy, not what the test itself runs


def test_a_missing_variable_is_named(project: Path, environment: dict[str, str]) -> None:
    unset = {**environment, "ANYCHIP_SOURCE": ""}
    for command in (github_steps()["Install anychip"], "\n".join(gitlab_commands())):
        done = shell(command, project, unset)
        assert done.returncode == 1
        assert "set the variable ANYCHIP_SOURCE" in done.stdout


def test_a_fault_fails_the_step_and_reads_as_the_guide_says(project: Path, environment: dict[str, str]) -> None:
    source = project / "tests" / "saxpy.cu"
    right = source.read_text()
    source.write_text(right.replace("y[i] = a", "y[i + 100000000] = a"))
    try:
        done = shell(github_steps()["CUDA programs"], project, environment)
    finally:
        source.write_text(right)
    assert done.returncode == 1
    (shown,) = re.findall(r"^```text\n(.*?)^```$", GUIDE.read_text(), re.M | re.S)
    begin, _, _ = shown.partition(": 0x")
    assert begin.removeprefix("anychip: ").replace("tests/", f"{project}/tests/") in done.stderr
    assert "FAIL: an illegal memory access was encountered" in done.stdout
