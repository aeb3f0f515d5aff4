"""``anychip toolkit-path``: print the folder that build files take for a CUDA toolkit, made on first use.

    make CUDA_HOME=$(anychip toolkit-path)
    cmake -DCMAKE_CUDA_COMPILER=$(anychip toolkit-path)/bin/nvcc ...

It has bin/nvcc, include and lib64, belongs to this version of anychip, and lies in the cache folder.
"""

from __future__ import annotations

from anychip.cli.driver import Builder
from anychip.diagnostics import UserError


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises AnychipError."""
    if words in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if words:
        raise UserError(f"unknown word {words[0]!r}", hint="anychip toolkit-path")
    print(Builder().toolkit())
    return 0
