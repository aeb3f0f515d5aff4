"""The table of ``anychip nvcc``'s options for the documentation, made from the option table.

``python -m anychip.cli.option_docs docs/building.md`` puts it between that file's marks; a test asks that it is there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from anychip.cli.option_table import GROUPS, spellings

_BEGIN = "<!-- options: begin -->\n"
_END = "<!-- options: end -->\n"


def markdown() -> str:
    """The options as one table for each group."""
    parts = []
    for title, group in GROUPS.items():
        rows = [f"| `{spellings(option)}` | {option.text} |" for option in group]
        parts.append("\n".join([f"### {title}", "", "| option | what it does |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def with_table(text: str) -> str:
    """A document with the present table between its marks. Raises ValueError if it has no marks."""
    before, rest = text.split(_BEGIN, 1)
    _, after = rest.split(_END, 1)
    return f"{before}{_BEGIN}\n{markdown()}\n{_END}{after}"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(with_table(document.read_text()))
