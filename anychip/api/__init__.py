"""The Python API: ``anychip.compile(source)["kernel"][grid, block](arrays...)``.

``program`` compiles and loads, ``kernel`` launches, ``arguments`` turns Python values into parameters, ``session``
holds the runtime, streams and errors.
"""

from anychip.api.errors import CudaError
from anychip.api.kernel import Kernel
from anychip.api.program import Program, compile
from anychip.api.session import Stream, reset

__all__ = ["CudaError", "Kernel", "Program", "Stream", "compile", "reset"]
