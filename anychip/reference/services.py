"""Functions a device program calls without defining them: printf, assert, malloc, free."""

from __future__ import annotations

from collections.abc import Callable

from anychip.reference.errors import DeviceFault
from anychip.reference.printf import format_output, read_string
from anychip.reference.thread import Thread


def _vprintf(thread: Thread, format_: int, arguments: int) -> int:
    """printf: the number of arguments, or all ones (-1) without a format."""
    if format_ == 0:
        return 0xFFFFFFFF
    text, count = format_output(thread.memory, read_string(thread.memory, format_), arguments)
    thread.program.environment.write_output(text)
    return count


def _assert_fail(thread: Thread, message: int, file: int, line: int, function: int, char_size: int) -> int:
    """assert: prints what CUDA prints and ends the launch."""
    expression, path, name = (
        read_string(thread.memory, address).decode(errors="replace") if address else "(null)"
        for address in (message, file, function)
    )
    block, index = (",".join(map(str, position)) for position in (thread.block.index, thread.index))
    raise DeviceFault(
        f"{path}:{line}: {name}: block: [{block}], thread: [{index}] Assertion `{expression}` failed.",
        "cudaErrorAssert",
    )


def _malloc(thread: Thread, size: int) -> int:
    return thread.program.environment.malloc(size)


def _free(thread: Thread, address: int) -> int:
    if address:
        thread.program.environment.free(address)
    return 0


SERVICES: dict[str, Callable[..., int]] = {
    "vprintf": _vprintf,
    "__assertfail": _assert_fail,
    "malloc": _malloc,
    "free": _free,
}
"""Name -> function(thread, arguments...); the same names as ``ir.RUNTIME_FUNCTIONS``."""
