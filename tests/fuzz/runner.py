"""The process that runs compiled kernels: ``python -m tests.fuzz.runner RUNTIME LAUNCHES RESULTS FIRST SECONDS``.

Results are appended as they come, so that a process that dies or hangs has told all before. It ends after the first
failed launch; the caller starts another for the cases that are left.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import sys
from pathlib import Path

from anychip.runtime.library import NOT_READY, RuntimeLibrary
from tests.fuzz.cases import Case, Result, initial
from tests.fuzz.guarded import GuardedBuffer


def run_case(library: RuntimeLibrary, module: int, case: Case, milliseconds: int) -> Result:
    """Launch and wait."""
    libc = ctypes.CDLL(None)
    inputs = [GuardedBuffer(libc, data) for data in case.inputs]
    outputs = [GuardedBuffer(libc, initial(kind, size)) for kind, size in case.outputs]
    parameters = case.parameters([buffer.address for buffer in (*inputs, *outputs)])
    kernel = library.find_kernel(module, case.name)
    error = library.launch(kernel, case.grid, case.block, case.dynamic_shared, 0, parameters)
    error = error or library.wait(0, milliseconds)
    if error == NOT_READY:
        return Result(failure="hang", message=f"not ready after {milliseconds} ms")
    if error:
        return Result(failure="error", message=f"{library.error_name(error)}: {library.launch_message().strip()}")
    if any(buffer.stray_writes() for buffer in (*inputs, *outputs)):
        return Result(failure="error", message="memory beside a buffer was written")
    changed = any(buffer.content() != data for buffer, data in zip(inputs, case.inputs, strict=True))
    if changed:
        return Result(failure="error", message="an input was written")
    return Result(tuple(buffer.content() for buffer in outputs))


def main(arguments: list[str]) -> None:
    """Run the launches from number FIRST on."""
    runtime, launches, results, first, seconds = arguments
    library = RuntimeLibrary(Path(runtime))
    modules: dict[Path, int] = {}
    with open(results, "ab") as stream:
        for path, case in pickle.loads(Path(launches).read_bytes())[int(first) :]:
            if path not in modules:
                modules[path] = library.load_module(path)
            result = run_case(library, modules[path], case, int(float(seconds) * 1000))
            pickle.dump(result, stream)
            stream.flush()
            if result.failure:
                os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
