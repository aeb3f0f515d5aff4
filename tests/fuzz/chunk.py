"""The work of one process of a campaign: check some seeds, reduce what fails, save it."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.campaign import Failure, Way, check_seeds
from tests.fuzz.kernels import PRELUDE
from tests.fuzz.reduce import reduced


def check_chunk(seeds: list[int], ways: list[Way], folder: Path, reduce: bool) -> list[Failure]:
    """Check, reduce and save."""
    failures = check_seeds(seeds, ways)
    for failure in failures:
        save(failure, folder, "full")
        if reduce:
            save(reduced(failure), folder, "reduced")
    return failures


def save(failure: Failure, folder: Path, suffix: str) -> None:
    """Write a failing kernel with how to run it again."""
    kernel = failure.kernel
    where = str(failure.way).replace(" ", "")
    launch = f"<<<{kernel.grid}, {kernel.block}, {kernel.dynamic_shared}>>>"
    what = "\n".join(f"// {text}" for text in failure.what.splitlines())
    head = f"// seed {kernel.seed}, {failure.way}, {launch}\n{what}\n"
    path = folder / f"seed{kernel.seed}_{where}_{suffix}.cu"
    path.write_text(f"{head}{PRELUDE}{kernel.source()}")
