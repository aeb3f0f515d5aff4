"""How an execution on the reference executor fails.

    AnychipError
    └── LaunchError      the launch ended with a CUDA error; says kernel, block, thread and source line

``DeviceFault`` is raised by whatever touches memory or meets a condition the device cannot go on with; it knows
neither thread nor line. ``thread.Thread`` turns it into the ``LaunchError`` the caller of ``execute`` sees.
"""

from __future__ import annotations

from anychip.diagnostics import AnychipError, SourceLocation


class DeviceFault(Exception):  # noqa: N818 - the field's word for it
    """A condition that ends the launch; ``cuda_error_name`` is the enumerator the host will see."""

    def __init__(self, message: str, cuda_error_name: str = "cudaErrorIllegalAddress") -> None:
        super().__init__(message)
        self.message = message
        self.cuda_error_name = cuda_error_name


class LaunchError(AnychipError):
    """A launch that failed as CUDA lets it fail.

    ``block`` and ``thread`` are the indices (x, y, z) of the first thread concerned, None where no thread is (a
    wrong launch configuration). ``location`` is the source line, None if the IR carries none.
    """

    kind = "launch failure"

    def __init__(
        self,
        cuda_error_name: str,
        message: str,
        *,
        kernel: str = "",
        block: tuple[int, int, int] | None = None,
        thread: tuple[int, int, int] | None = None,
        location: SourceLocation | None = None,
    ) -> None:
        super().__init__(message, location)
        self.cuda_error_name = cuda_error_name
        self.kernel = kernel
        self.block = block
        self.thread = thread
