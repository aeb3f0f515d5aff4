"""The runtime as this process uses it: loaded once, its errors turned into exceptions, waits that Ctrl-C ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from anychip.api.errors import CudaError
from anychip.cache.store import Cache
from anychip.frontend.toolchain import find_toolchain
from anychip.runtime.library import NOT_READY, RuntimeLibrary

_SLICE_MILLISECONDS = 50  # how long Ctrl-C may have to wait


@cache
def runtime() -> RuntimeLibrary:
    """The runtime library, built on first use. Raises ToolError or UserError if it cannot be built."""
    from anychip.runtime.build import runtime_library  # loads LLVM, which only the first use needs

    return RuntimeLibrary(runtime_library(find_toolchain(), Cache(), quiet))


def quiet(text: str) -> None:
    """Building the runtime is not worth a message in a library."""


def check(error: int, what: str) -> None:
    """Raise CudaError unless ``error`` is 0."""
    if not error:
        return
    library = runtime()
    library.clear_error()
    details = library.launch_message().strip()
    message = f"{what}: {library.error_text(error)}" + (f"\n{details}" if details else "")
    hint = "the device can be used again after anychip.reset()" if library.has_failed() else None
    raise CudaError(error, library.error_name(error), message, hint)


def wait(stream: int, what: str, start: Callable[[], int] | None = None) -> None:
    """Wait for a stream, after the launch ``start`` if given. Ctrl-C cancels what runs and raises KeyboardInterrupt.

    The launch is made in here so that Ctrl-C cannot come between it and the wait, and leave a kernel running.
    """
    library = runtime()
    try:
        if start:
            check(start(), what)
        error = _poll(lambda: library.wait(stream, _SLICE_MILLISECONDS))
    except KeyboardInterrupt:
        library.cancel_all()
        _poll(lambda: library.wait(stream, _SLICE_MILLISECONDS))
        library.clear_error()
        library.launch_message()  # that it was cancelled must not be told with a later error
        raise
    check(error, what)


def _poll(step: Callable[[], int]) -> int:
    """Repeat a bounded wait; between two of them Python handles signals."""
    while (error := step()) == NOT_READY:
        pass
    return error


class Stream:
    """A queue of launches that run in order, beside other streams. Use as a context manager or ``close`` it."""

    def __init__(self) -> None:
        error, self.handle = runtime().create_stream()
        check(error, "creating a stream")
        self._kept: list[Any] = []

    def keep(self, objects: list[Any]) -> None:
        """Hold arrays until the next ``synchronize``."""
        self._kept += objects

    def synchronize(self) -> None:
        """Wait until all work is done. Raises CudaError if a launch failed."""
        try:
            wait(self.handle, "stream")
        finally:
            self._kept.clear()

    def close(self) -> None:
        """Wait and destroy the stream."""
        if self.handle:
            handle, self.handle = self.handle, 0
            try:
                wait(handle, "stream")
            finally:
                runtime().destroy_stream(handle)
                self._kept.clear()

    def __del__(self) -> None:
        """A forgotten stream: its kernels may still write into arrays that only the stream keeps alive."""
        if getattr(self, "handle", 0):
            with suppress(CudaError):
                self.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def reset() -> None:
    """Free all device memory and forget errors, as cudaDeviceReset does."""
    check(runtime().reset(), "reset")
