"""``python -m tests.fuzz --seeds 0..400 [--lanes 1,8,16,32] [--target riscv64,aarch64] [--jobs 2]``.

The full run is ``python -m tests.fuzz --seeds 0..20000 --lanes 1,8,16,32 --jobs 2``. With ``--target`` the lane counts
are those of the other processors' code. A failure is printed with the command that repeats it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from anychip.options import show_progress
from tests.fuzz import build
from tests.fuzz.campaign import Checked, Failure, Way
from tests.fuzz.cases import parse_seeds
from tests.fuzz.chunk import Chunk, chunks_of
from tests.fuzz.workers import run_chunks


def main(arguments: Sequence[str]) -> int:
    """Run a campaign; 0 if nothing failed."""
    options = _parser().parse_args(arguments)
    seeds = parse_seeds(options.seeds.split(","))
    lanes = [int(text) for text in options.lanes.split(",")]
    targets = options.target.split(",")
    ways = [Way(count, target) for target in targets for count in lanes]
    folder = Path(options.out or tempfile.mkdtemp(prefix="anychip-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    build.tools()  # before processes race to build them
    chunks = chunks_of(seeds, options.kernels_per_module, ways, folder, options.level, not options.no_reduce)
    checked = _run(chunks, options.jobs)
    kinds = [failure.kind for failure in checked.failures]
    counts = f"{kinds.count('mismatch')} mismatches, {kinds.count('crash')} crashes, {kinds.count('hang')} hangs"
    if checked.failures:
        print(f"failing kernels are in {folder}")
    for target in targets:
        ran = [f"{sum(checked.taken[way] for way in checked.taken if _is(way, target, n))} at {n}" for n in lanes]
        print(f"ran{f' on {target}' if target else ''}, by lanes: {', '.join(ran)}")
    print(f"{len(seeds)} kernels, {counts}")
    return 1 if checked.failures else 0


def _is(way: Way, target: str, lanes: int) -> bool:
    return (way.target, way.lanes) == (target, lanes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seeds", default="0..100", help="seeds and ranges FIRST..END (without END), by commas")
    parser.add_argument("--kernels-per-module", type=int, default=40, metavar="N")
    parser.add_argument("--lanes", default="1", help="lane counts by commas")
    parser.add_argument("--level", type=int, default=-1, help="LLVM's optimisation level; without it, a mixture")
    parser.add_argument("--target", default="", help="other processors to emulate, by commas")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--out", default="", metavar="FOLDER", help="for failing kernels")
    parser.add_argument("--no-reduce", action="store_true", help="leave failing kernels as they are")
    return parser


def _run(chunks: list[Chunk], jobs: int) -> Checked:
    checked = Checked()
    started, done, total = time.monotonic(), 0, sum(len(chunk.seeds) for chunk in chunks)
    for count, found in run_chunks(chunks, jobs):
        checked.add(found)
        done += count
        for failure in found.failures:
            _tell(failure)
        if show_progress():
            rate = done / (time.monotonic() - started)
            print(f"\r{done} of {total} kernels, {rate:.1f} a second", end="", file=sys.stderr, flush=True)
    _clear()
    return checked


def _tell(failure: Failure) -> None:
    _clear()
    print(f"seed {failure.kernel.seed}, {failure.way}: {failure.what.splitlines()[0]}")
    print(f"    {failure.command}", flush=True)


def _clear() -> None:
    if show_progress():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
