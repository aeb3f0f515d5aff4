"""The command.

    python -m benchmarks.suites --suite NAME --clones FOLDER [--mode check|compare|twin] [--groups a,b] [--checked]
                                [--only n1,n2] [--limit N] [--out FILE.json] [--table FILE.md]

Results are written after every program; the same ``--out`` again goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.suites import catalogue, report
from benchmarks.suites.building import Builder
from benchmarks.suites.catalogue import Program, Suite
from benchmarks.suites.modes import MODES, Bench, Row
from benchmarks.suites.sources import SourcesError, find_clone, scratch_copy


def main(words: list[str] | None = None) -> int:
    """Run the command; returns its exit status: 0 when every program is good."""
    options = _parser().parse_args(words)
    suite = catalogue.load(options.suite)
    try:
        clone = find_clone(suite, options.clones)
    except SourcesError as problem:
        print(f"suites: {problem}", file=sys.stderr)
        return 2
    tree = scratch_copy(suite, clone, options.work)
    bench = Bench(Builder(options.work, options.build_limit), tree, options.run_limit, options.twin_compiler)
    rows = _ask(_programs(suite, options), bench, options)
    print(f"{suite.name}: {report.summary(rows)}")
    if options.table:
        options.table.write_text(report.table(suite.name, rows))
    return 0


def _programs(suite: Suite, options: argparse.Namespace) -> list[Program]:
    """Those that the options ask for, without what needs things that no clone holds."""
    programs = [program for program in suite.programs if not program.needs or options.only]
    if options.mode == "twin":
        programs = [program for program in programs if program.twin]
    if options.checked:
        programs = [program for program in programs if program.checks_itself or program.intended]
    if options.mode == "compare" and not options.only:
        programs = [program for program in programs if not program.checks_itself and not program.intended]
    return catalogue.chosen(programs, options.groups, options.only, options.limit)


def _ask(programs: list[Program], bench: Bench, options: argparse.Namespace) -> list[Row]:
    """One program after the other; what an earlier run with the same file found is kept."""
    rows: list[Row] = json.loads(options.out.read_text()) if options.out and options.out.exists() else []
    known = {row["name"] for row in rows}
    for number, program in enumerate(programs, 1):
        if program.name in known:
            continue
        row = MODES[options.mode](program, bench)
        rows.append(row)
        ratio = f"  {row['ratio']:.2f}" if "ratio" in row else ""
        print(
            f"{number:4}/{len(programs)} {row['verdict']:9} {program.name:40} build {row.get('build_s', 0):6.1f} s"
            f"  run {row.get('run_s', 0):6.1f} s{ratio}  {row.get('cause', '')[:120]}",
            flush=True,
        )
        if options.out:
            part = options.out.with_suffix(".part")
            part.write_text(json.dumps(rows, indent=1))
            part.replace(options.out)
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.suites", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--suite", required=True, choices=catalogue.suites())
    add("--clones", type=Path, default=Path("clones"), help="folder that holds clones of the suites' repositories")
    add("--mode", choices=sorted(MODES), default="check")
    add(
        "--groups",
        help="only programs that use nothing beyond the core of CUDA but these (comma list, may be empty)",
    )
    add("--checked", action="store_true", help="only programs that say themselves whether their result is right")
    add("--only", default="", help="programs by name (comma list)")
    add("--limit", type=int, default=0, help="a fixed sample of so many programs")
    add("--build-limit", type=float, default=180.0, help="seconds")
    add("--run-limit", type=float, default=60.0, help="seconds")
    add("--twin-compiler", default="g++ -O3 -march=native -fopenmp")
    add("--work", type=Path, default=Path(tempfile.gettempdir()) / f"anychip-suites-{os.getuid()}")
    add("--out", type=Path, help="JSON file of results; exists: go on")
    add("--table", type=Path, help="Markdown file to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
