"""``python -m tests.fuzz --seeds 0..400 [--lanes 1,8,16,32] [--target riscv64,aarch64] [--jobs 2]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz import build
from tests.fuzz.campaign import Failure, Way
from tests.fuzz.cases import parse_seeds
from tests.fuzz.chunk import check_chunk


def main(arguments: Sequence[str]) -> int:
    """Run a campaign; 0 if nothing failed."""
    options = _parser().parse_args(arguments)
    seeds = parse_seeds(options.seeds.split(","))
    ways = [Way(int(lanes)) for lanes in options.lanes.split(",")]
    ways += [Way(target=target) for target in filter(None, options.target.split(","))]
    folder = Path(options.out or tempfile.mkdtemp(prefix="anychip-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    build.tools()  # before processes race to build them
    size = options.kernels_per_module
    chunks = [seeds[start : start + size] for start in range(0, len(seeds), size)]
    failures = _run(chunks, ways, options.jobs, folder, reduce=not options.no_reduce)
    kinds = [failure.kind for failure in failures]
    counts = f"{kinds.count('mismatch')} mismatches, {kinds.count('crash')} crashes, {kinds.count('hang')} hangs"
    if failures:
        print(f"failing kernels are in {folder}")
    print(f"{len(seeds)} kernels, {counts}")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seeds", default="0..100", help="seeds and ranges FIRST..END (without END), by commas")
    parser.add_argument("--kernels-per-module", type=int, default=50, metavar="N")
    parser.add_argument("--lanes", default="1", help="lane counts by commas")
    parser.add_argument("--target", default="", help="other processors to emulate, by commas")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--out", default="", metavar="FOLDER", help="for failing kernels")
    parser.add_argument("--no-reduce", action="store_true", help="leave failing kernels as they are")
    return parser


def _run(chunks: list[list[int]], ways: list[Way], jobs: int, folder: Path, *, reduce: bool) -> list[Failure]:
    failures: list[Failure] = []
    started, done, total = time.monotonic(), 0, sum(map(len, chunks))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(check_chunk, chunk, ways, folder, reduce): chunk for chunk in chunks}
        for future in as_completed(running):
            found = future.result()
            failures += found
            done += len(running[future])
            for failure in found:
                _clear()
                print(f"seed {failure.kernel.seed}, {failure.way}: {failure.what.splitlines()[0]}", flush=True)
            if sys.stderr.isatty():
                rate = done / (time.monotonic() - started)
                print(f"\r{done} of {total} kernels, {rate:.1f} a second", end="", file=sys.stderr, flush=True)
    _clear()
    return failures


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
