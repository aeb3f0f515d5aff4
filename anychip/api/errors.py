"""What the Python API raises besides AnychipError, TypeError and ValueError."""

from __future__ import annotations

from anychip.diagnostics import AnychipError


class CudaError(AnychipError):
    """A CUDA call or launch failed. ``code`` is the cudaError_t number, ``name`` its enumerator.

    After an error inside a kernel every later call fails with it too, as CUDA has it, until ``anychip.reset()``.
    """

    kind = "CUDA error"

    def __init__(self, code: int, name: str, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.name = name
