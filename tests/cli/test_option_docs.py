"""The documentation's table of options is the one that is made from the option table."""

from __future__ import annotations

from pathlib import Path

from anychip.cli.option_docs import with_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "building.md"


def test_the_table_is_current() -> None:
    """If this fails: python -m anychip.cli.option_docs docs/building.md."""
    text = DOCUMENT.read_text()
    assert "| `-c, --compile` |" in text
    assert text == with_table(text)
