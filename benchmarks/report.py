"""From measured rounds to figures, ratios, verdicts and a table. Pure functions over the JSON that is kept."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from typing import Any

from benchmarks.catalogue import KERNELS, LAUNCHES, REQUIRED_PART, Kernel

Row = dict[str, Any]
_KERNELS = {kernel.name: kernel for kernel in KERNELS}
FAMILIES = ("hand", "intel")
_SMALL = "The sizes were small: data fitted in caches, so shares of the limits and verdicts on baselines mean nothing."


def summary(rounds: list[Row]) -> Row:
    """Best and median over the rounds of one column. ``value`` belongs to the best time."""
    best = min(rounds, key=lambda row: float(row["seconds"]))
    median = statistics.median(float(row["median"]) for row in rounds)
    keep = {key: best[key] for key in ("seconds", "value", "unit", "variant")}
    return {**keep, "median": median, "runs": sum(int(row["runs"]) for row in rounds)}


def limits(rounds: list[Row]) -> dict[str, float]:
    """The best of each limit over all rounds."""
    names = {name for row in rounds for name in row}
    return {name: max(float(row[name]) for row in rounds if name in row) for name in sorted(names)}


def best_of(columns: dict[str, Row], family: str) -> tuple[str, Row] | None:
    """The fastest column of a family that has a result."""
    found = [(name, row) for name, row in columns.items() if row["family"] == family and "seconds" in row]
    return min(found, key=lambda item: float(item[1]["seconds"])) if found else None


def share(kernel: Kernel, row: Row, machine: dict[str, float]) -> float | None:
    """The part of the limit that a result reaches; None where no limit applies."""
    limit = machine.get(kernel.limit)
    return float(row["value"]) / limit if limit else None


def verdict(kernel: Kernel, family: str, row: Row | None, machine: dict[str, float]) -> str:
    """Whether a baseline is good enough to be compared with."""
    if row is None:
        return "missing"
    known, reached = kernel.known_share(family), share(kernel, row, machine)
    if known is None or reached is None:
        return "no known share"
    # No baseline can be asked for more than the limit itself.
    required = REQUIRED_PART * min(known, 1.0)
    word = "counts" if reached >= required else "DOES NOT COUNT"
    return f"{word}: {100 * reached:.0f} % of the limit, {100 * required:.0f} % needed"


def ratio(columns: dict[str, Row], family: str) -> float | None:
    """Time of a family's best over anychip's: above 1 means that anychip is faster."""
    ours, theirs = best_of(columns, "anychip"), best_of(columns, family)
    return float(theirs[1]["seconds"]) / float(ours[1]["seconds"]) if ours and theirs else None


def geometric_mean(values: Iterable[float | None]) -> float | None:
    """Mean of those that are there."""
    logarithms = [math.log(value) for value in values if value]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else None


def _cell(value: float | None, form: str) -> str:
    return format(value, form) if value is not None else "-"


def _figure(kernel: Kernel, row: Row, machine: dict[str, float]) -> str:
    if "seconds" not in row:
        return str(row.get("problem", "-"))[:40]
    part = share(kernel, row, machine)
    return f"{row['value']:.4g}" + (f" ({100 * part:.0f} %)" if part is not None else "")


def kernel_line(name: str, columns: dict[str, Row], machine: dict[str, float], families: list[str]) -> list[str]:
    """Cells of one kernel: unit, every column with its share of the limit, then the ratios."""
    kernel = _KERNELS[name]
    unit = next((str(row["unit"]) for row in columns.values() if "unit" in row), "-")
    figures = [_figure(kernel, row, machine) for row in columns.values()]
    return [name, unit, *figures, *(_cell(ratio(columns, family), ".2f") for family in families)]


def table(results: dict[str, Any]) -> str:
    """The whole report as Markdown."""
    kernels: dict[str, dict[str, Row]] = results["kernels"]
    machine: dict[str, float] = results["limits"]
    names = list(dict.fromkeys(column for columns in kernels.values() for column in columns))
    families = [family for family in (*FAMILIES, "other") if _has_family(kernels, family)]
    header = ["kernel", "unit", *names, *(f"{family} / anychip" for family in families)]
    lines = [header, ["--"] * len(header)]
    for name, columns in kernels.items():
        padded = {column: columns.get(column, {"family": ""}) for column in names}
        lines.append(kernel_line(name, padded, machine, families))
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    verdicts = [_SMALL] if results.get("quick") else _verdicts(kernels, machine, families)
    parts = [_limits_text(machine), text, _means(kernels, families), *verdicts]
    return "\n\n".join(part for part in parts if part)


def _has_family(kernels: dict[str, dict[str, Row]], family: str) -> bool:
    return any(row["family"] == family for columns in kernels.values() for row in columns.values())


def _limits_text(machine: dict[str, float]) -> str:
    figures = {"triad": "GB/s", "read": "GB/s", "fma": "GFLOP/s"}
    known = [f"{name} {machine[name]:.4g} {unit}" for name, unit in figures.items() if name in machine]
    return (
        "Limits: " + ", ".join(known) + ". Figures are the best of all rounds; (%) is the share of the limit."
        if known
        else ""
    )


def _means(kernels: dict[str, dict[str, Row]], families: list[str]) -> str:
    lines = []
    for family in families:
        ratios = {name: ratio(columns, family) for name, columns in kernels.items() if name not in LAUNCHES}
        known = {name: value for name, value in ratios.items() if value is not None}
        mean = geometric_mean(known.values())
        if mean is None:
            continue
        worst = min(known, key=lambda name: known[name])
        lines.append(
            f"Against the best {family} column: geometric mean {mean:.2f}, "
            f"least {known[worst]:.2f} ({worst}), {len(known)} kernels."
        )
    return "\n".join(lines)


def _verdicts(kernels: dict[str, dict[str, Row]], machine: dict[str, float], families: list[str]) -> list[str]:
    parts = []
    for family in [family for family in families if family in FAMILIES]:
        lines = [f"Does the {family} baseline count?"]
        for name, columns in kernels.items():
            if name in LAUNCHES:
                continue
            found = best_of(columns, family)
            said = verdict(_KERNELS[name], family, found[1] if found else None, machine)
            lines.append(f"  {name:13s} {found[0] if found else '-':16s} {said}")
        parts.append("\n".join(lines))
    return parts
