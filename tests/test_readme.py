"""What the documents show must be so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def code_blocks(document: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / document).read_text(), re.M | re.S)
    return [text for name, text in found if name == language]


@pytest.mark.parametrize("document", ["README.md", "README.zh.md"])
def test_python_example_runs(document: str) -> None:
    (example,) = code_blocks(document, "python")
    check = "\nassert (y == 2 * x + 1).all()\n"
    result = subprocess.run([sys.executable, "-c", example + check], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr


def test_both_languages_name_the_same_commands() -> None:
    english, chinese = code_blocks("README.md", "sh"), code_blocks("README.zh.md", "sh")
    assert english == chinese
    rows = [re.findall(r"^\|.*\|$", (ROOT / name).read_text(), re.M) for name in ("README.md", "README.zh.md")]
    assert len(rows[0]) == len(rows[1])


def test_ci_runs_the_readmes_test_command() -> None:
    (commands,) = code_blocks("README.md", "sh")
    assert commands.splitlines()[1] in (ROOT / ".ci" / "run").read_text()


def test_architecture_shows_todays_ir(tmp_path: Path) -> None:
    (source,) = code_blocks("docs/architecture.md", "cuda")
    shown = next(block for block in code_blocks("docs/architecture.md", "") if block.startswith("define kernel"))
    program = tmp_path / "scale.cu"
    program.write_text(source)
    command = [sys.executable, "-m", "anychip", "show", "--stage", "wir", str(program)]
    text = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert shown.strip() in text
