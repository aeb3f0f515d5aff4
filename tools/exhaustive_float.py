"""Tests one-argument float functions on all 2^32 inputs, and writes the measured table of docs/math_accuracy.md.

    python tools/exhaustive_float.py expf logf ...      every input; a minute or two per function
    python tools/exhaustive_float.py --table             2^20 samples of every function, as a table

Run in the repository's root. Prints the greatest error in ulps and where it occurs; the exit status is 1 if a bound of
tests/accuracy/bounds.py is exceeded.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.accuracy.bounds import BOUNDS, Bound
from tests.accuracy.library import errors, library, scan
from tests.accuracy.samples import arguments
from tests.accuracy.test_accuracy import applies, limit

CHUNK = 1 << 24


def exhaustive(bound: Bound) -> bool:
    """All inputs, on all cores (the C loop runs outside the interpreter's lock). True if the bound holds."""
    worst = [(0.0, float("nan"))]

    def chunk(start: int) -> None:
        # the others' worst spares most of the slow comparisons
        worst.append(max(worst[-1], scan(bound, start, CHUNK, worst[-1][0])))

    starts = range(0, 1 << 32, CHUNK)
    with ThreadPoolExecutor(cpu_count()) as pool:
        for done, _ in enumerate(pool.map(chunk, starts), 1):
            if sys.stderr.isatty():
                print(f"\r{bound.name} {done * 100 // len(starts)} %  ", end="", file=sys.stderr, flush=True)
    error, x = max(worst, key=lambda found: found[0])
    end = "\r" if sys.stderr.isatty() else ""
    print(f"{end}{bound.name}: {error:.4f} ulp at {x.hex()}, bound {bound.ulp:g} + 0.5", flush=True)
    return error <= limit(bound)


def sampled(bound: Bound) -> tuple[float, list[str]]:
    """Greatest error on 2^20 stratified samples, and the arguments."""
    columns = arguments(bound, 1 << 20)
    ulps, _ = errors(bound, columns)
    judged = np.where(applies(bound, columns[0]), ulps, 0.0)
    worst = int(np.argmax(judged))
    return float(judged[worst]), [float(c[worst]).hex() for c in columns]


def table() -> bool:
    """Prints a Markdown row per function. True if all bounds hold."""
    print("| function | bound | measured | at |\n|---|---|---|---|")
    good = True
    for bound in BOUNDS:
        if bound.reference == "mpfr":
            continue
        error, where = sampled(bound)
        good &= error <= limit(bound)
        print(f"| `{bound.name}` | {bound.ulp:g} | {error:.3f} | {', '.join(where)} |", flush=True)
    return good


def main(names: list[str]) -> int:
    """The command; returns the exit status."""
    library()
    if names == ["--table"]:
        return 0 if table() else 1
    chosen = [b for b in BOUNDS if b.name in names and b.single and b.arity == 1]
    if not chosen or len(chosen) < len(names):
        print(__doc__)
        return 2
    results = [exhaustive(bound) for bound in chosen]  # every one is run, also after a failure
    return 0 if all(results) else 1


if __name__ == "__main__":
    np.seterr(all="ignore")
    sys.exit(main(sys.argv[1:]))
