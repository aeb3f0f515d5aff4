"""What a process of a campaign does with some seeds: check, reduce what fails, save it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.campaign import Checked, Failure, Way, check_seeds, with_level
from tests.fuzz.kernels import PRELUDE, generate
from tests.fuzz.reduce import reduced

# LLVM's levels, by chunks: most bugs of ours show without its optimiser, which takes most of the time; wrong flags
# and undefined values show with it.
LEVELS = (0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Seeds that share a module. ``level`` is LLVM's, -1 for one that changes from chunk to chunk."""

    seeds: tuple[int, ...]
    ways: tuple[Way, ...]
    folder: Path
    level: int = -1
    reduce: bool = True

    def ways_taken(self) -> list[Way]:
        """The ways with the chunk's level."""
        number = self.seeds[0] // max(len(self.seeds), 1)
        return with_level(self.ways, self.level if self.level >= 0 else LEVELS[number % len(LEVELS)])

    def halves(self) -> list[Chunk]:
        """The same work in two."""
        half = len(self.seeds) // 2
        level = self.ways_taken()[0].level
        parts = (self.seeds[:half], self.seeds[half:])
        return [Chunk(seeds, self.ways, self.folder, level, self.reduce) for seeds in parts]


def check_chunk(chunk: Chunk) -> Checked:
    """Check, reduce and save."""
    ways = chunk.ways_taken()
    try:
        checked = check_seeds(chunk.seeds, ways)
    except Exception:
        if len(chunk.seeds) > 1:
            raise
        return Checked([lost(chunk, traceback.format_exc().splitlines()[-1])])
    for failure in checked.failures:
        save(failure, chunk.folder, "full")
        if chunk.reduce:
            save(reduced(failure), chunk.folder, "reduced")
    return checked


def lost(chunk: Chunk, why: str, word: str = "build") -> Failure:
    """The failure of a chunk of one seed that gave no result."""
    failure = Failure(generate(chunk.seeds[0]), chunk.ways_taken()[0], f"{word}: {why}")
    save(failure, chunk.folder, "full")
    return failure


def save(failure: Failure, folder: Path, suffix: str) -> None:
    """Write a failing kernel with how to run it again."""
    kernel, way = failure.kernel, failure.way
    launch = f"<<<{kernel.grid}, {kernel.block}, {kernel.dynamic_shared}>>>"
    what = "\n".join(f"// {text}" for text in failure.what.splitlines())
    head = f"// seed {kernel.seed}, {way}, {launch}: {failure.command}\n{what}\n"
    path = folder / f"seed{kernel.seed}_{way.lanes}lanes{way.target}_{suffix}.cu"
    path.write_text(f"{head}{PRELUDE}{kernel.source()}")


def chunks_of(
    seeds: Sequence[int], size: int, ways: Sequence[Way], folder: Path, level: int, reduce: bool
) -> list[Chunk]:
    """The work on some seeds."""
    parts = [tuple(seeds[start : start + size]) for start in range(0, len(seeds), size)]
    return [Chunk(part, tuple(ways), folder, level, reduce) for part in parts]
