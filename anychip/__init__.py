"""anychip: compile and run unmodified CUDA programs on any processor that LLVM targets.

The path of a program, in order of import (a package imports only packages above it; a test enforces it):

    diagnostics, options, cache   what everything may use
    ir                            our IR of one CUDA thread, with the GPU's meaning fixed
    analysis, targets             facts about IR; facts about processors
    frontend, reference           clang and the reader of its IR; the thread-by-thread oracle
    codegen                       IR to LLVM IR to an object file
    vectorize                     a warp's threads as SIMD lanes
    compiler                      the pipeline, one screen
    runtime                       building and loading the C++ runtime (sources in native/)
    api, cli                      what users import and type
"""

from __future__ import annotations

from anychip._version import __version__

TYPE_CHECKING = False  # as in typing, which a warm run has no time to load
if TYPE_CHECKING:
    from typing import Any

    from anychip.api import CudaError, Kernel, Program, Stream, compile, reset

__all__ = ["CudaError", "Kernel", "Program", "Stream", "__version__", "compile", "reset"]


def __getattr__(name: str) -> Any:
    """Load the API when it is first used: the command line must start without NumPy."""
    if name not in __all__:
        raise AttributeError(f"module 'anychip' has no attribute {name!r}")
    from anychip import api

    return getattr(api, name)
