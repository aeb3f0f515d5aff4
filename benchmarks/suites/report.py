"""Tables of what was found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from benchmarks.suites.modes import Row
from benchmarks.suites.verdict import GOOD


def summary(rows: Sequence[Row]) -> str:
    """One line: how many of how many, and what became of the others."""
    counts = Counter(str(row["verdict"]) for row in rows)
    good = sum(counts[word] for word in GOOD)
    text = f"{good} of {len(rows)} = {100 * good / max(len(rows), 1):.1f} %: "
    text += ", ".join(f"{count} {word}" for word, count in counts.most_common())
    ratios = [float(row["ratio"]) for row in rows if row.get("ratio")]
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        text += f"; {len(ratios)} twins, geometric mean {mean:.2f}, least {min(ratios):.2f}"
    return text


def table(suite: str, rows: Sequence[Row]) -> str:
    """A Markdown table, programs in order of name."""
    twins = any("twin" in row for row in rows)
    head = ["program", "verdict", "build s", "run s", *(["OpenMP / ours"] if twins else []), "cause"]
    lines = [f"### {suite}", "", summary(rows), "", "| " + " | ".join(head) + " |", "|" + "--|" * len(head)]
    for row in sorted(rows, key=lambda row: str(row["name"])):
        ratio = [f"{row['ratio']:.2f}" if "ratio" in row else str(row.get("twin", ""))] if twins else []
        cells = [
            row["name"],
            row["verdict"],
            row.get("build_s", ""),
            row.get("run_s", ""),
            *ratio,
            row.get("cause", ""),
        ]
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
