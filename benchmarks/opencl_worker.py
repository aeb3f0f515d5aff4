"""One kernel on an OpenCL device, speaking the protocol of kernels/harness.h. Runs in the OpenCL environment.

    python opencl_worker.py LIBRARY --kernel NAME --index int|long [--fast] [--size N] [--seconds S]

Nothing of this project is imported: the workloads come from the shared library of kernels/workload_library.cpp.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyopencl as cl  # type: ignore[import-not-found]

SOURCE = Path(__file__).resolve().parent / "kernels" / "kernels.cl"
_INT, _FLOAT = np.int32, np.float32
# In place: (what changes, what it is restored from).
_RESTORED = {"bitonic": ("keys", "input"), "fft1024": ("data", "input"), "hist256": ("bins", "")}
_FULL_SIZE = {
    "saxpy": 1 << 25,
    "reduce_tree": 1 << 25,
    "reduce_gs": 1 << 25,
    "reduce_shfl": 1 << 25,
    "scan_hs": 1 << 25,
}
_FULL_SIZE |= dict.fromkeys(("sgemm_naive", "sgemm_tile16", "sgemm_tile32", "sgemm_2dtile"), 1024)
_FULL_SIZE |= {"nbody": 16384, "mandel": 2048, "blackscholes": 1 << 22, "hotspot": 14 * 293, "transpose": 4096}
_FULL_SIZE |= {"hist256": 1 << 24, "bitonic": 1 << 22, "spmv": 1 << 20, "fft1024": 4096, "sgemv": 8192}
_FULL_SIZE |= {"launch": 0, "launch_pipe": 0}
_LAUNCHES = {"launch": 200, "launch_pipe": 1000}


def _up(count: int, block: int) -> int:
    return (count + block - 1) // block * block


def shape(kernel: str, n: int) -> tuple[tuple[int, ...], tuple[int, ...], list[Any]]:
    """Global size, local size and arguments (an array by its name) of a kernel at size n."""
    square = {"sgemm_naive": 16, "sgemm_tile16": 16, "sgemm_tile32": 32}
    if kernel in square:
        return (n, n), (square[kernel],) * 2, ["a", "b", "c", _INT(n)]
    match kernel:
        case "saxpy":
            return (_up(n, 256),), (256,), ["y", "x", _FLOAT(1e-3), _INT(n)]
        case "reduce_tree":
            return (n // 2,), (256,), ["input", "sums", _INT(n)]
        case "reduce_gs" | "reduce_shfl":
            return (1024 * 256,), (256,), ["input", "sums", _INT(n)]
        case "scan_hs":
            return (n,), (256,), ["input", "output"]
        case "sgemm_2dtile":
            return (n // 128 * 256, n // 128), (256, 1), ["a", "b", "c", _INT(n)]
        case "nbody":
            return (n,), (256,), ["bodies", "accelerations", _INT(n), _FLOAT(1e-2)]
        case "mandel":
            return (n, n), (16, 16), ["iterations", _INT(n), _INT(n), _INT(256)]
        case "blackscholes":
            arrays = ["call", "put", "price", "strike", "years"]
            return (_up(n, 128),), (128,), [*arrays, _FLOAT(0.02), _FLOAT(0.3), _INT(n)]
        case "hotspot":
            physics = [_FLOAT(value) for value in (0.5, 10, 12, 80, 0.01)]
            return (n // 14 * 16,) * 2, (16, 16), ["power", "source", "target", _INT(n), _INT(n), *physics]
        case "transpose":
            return (n, n // 4), (32, 8), ["input", "output", _INT(n), _INT(n)]
        case "hist256":
            return (512 * 256,), (256,), ["input", "bins", _INT(n)]
        case "bitonic":
            return (n // 2,), (512,), ["keys"]
        case "spmv":
            return (_up(n, 256),), (256,), ["row_start", "column", "entry", "x", "y", _INT(n)]
        case "fft1024":
            return (n * 512,), (512,), ["data"]
        case "sgemv":
            return (n * 128,), (128,), ["matrix", "x", "y", _INT(n // 2)]
        case _:
            return (32,), (32,), [None]


class Workload:
    """A workload of the shared library."""

    def __init__(self, library: str, kernel: str, size: int) -> None:
        self._library = ctypes.CDLL(library)
        for name, result in (("make", ctypes.c_void_p), ("buffer", ctypes.c_void_p), ("unit", ctypes.c_char_p)):
            getattr(self._library, f"workload_{name}").restype = result
        for name in ("error", "tolerance", "value"):
            getattr(self._library, f"workload_{name}").restype = ctypes.c_double
        self._work = ctypes.c_void_p(self._library.workload_make(kernel.encode(), ctypes.c_long(size)))
        if not self._work:
            raise SystemExit(2)

    def array(self, name: str) -> np.ndarray[Any, Any]:
        """An array's bytes, not copied."""
        size = ctypes.c_size_t()
        data = self._library.workload_buffer(self._work, name.encode(), ctypes.byref(size))
        if not data:
            raise KeyError(name)
        return np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(ctypes.c_uint8)), (size.value,))

    def error(self) -> float:
        """Distance of the result from the plain computation."""
        return float(self._library.workload_error(self._work))

    def tolerance(self) -> float:
        """What rounding explains."""
        return float(self._library.workload_tolerance(self._work))

    def value(self, seconds: float) -> tuple[float, str]:
        """The figure and its unit."""
        unit = self._library.workload_unit(self._work).decode()
        return float(self._library.workload_value(self._work, ctypes.c_double(seconds))), unit


class Device:
    """The kernel, its buffers in the workload's own memory, and a queue."""

    def __init__(self, options: argparse.Namespace, work: Workload) -> None:
        device = cl.get_platforms()[0].get_devices()[0]
        self.context = cl.Context([device])
        self.queue = cl.CommandQueue(self.context)
        self.name = options.kernel
        self.work = work
        self.global_size, self.local_size, arguments = shape(options.kernel, options.size)
        names = {word for word in arguments if isinstance(word, str)} | set(_RESTORED.get(self.name, ())) - {""}
        flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
        self.buffers = {name: cl.Buffer(self.context, flags, hostbuf=work.array(name)) for name in names}
        build = ["-cl-fast-relaxed-math" if options.fast else "-cl-mad-enable", f"-DINDEX={options.index}"]
        if "cl_khr_subgroup_shuffle_relative" in device.extensions:
            build.append("-DSHUFFLE=__attribute__((intel_reqd_sub_group_size(32)))")
        program = cl.Program(self.context, SOURCE.read_text()).build(options=build)
        self.kernel = cl.Kernel(program, "empty" if self.name in _LAUNCHES else self.name)
        # Kept: a kernel does not own the buffers it is given.
        self.unused = cl.Buffer(self.context, cl.mem_flags.READ_WRITE, 4096)
        values = [
            self.unused if word is None else self.buffers[word] if isinstance(word, str) else word for word in arguments
        ]
        self.kernel.set_args(*values)

    def restore(self) -> None:
        """Put back what the kernel changes."""
        if self.name not in _RESTORED:
            return
        target, source = _RESTORED[self.name]
        if source:
            cl.enqueue_copy(self.queue, self.buffers[target], self.buffers[source])
        else:
            cl.enqueue_fill_buffer(self.queue, self.buffers[target], np.uint32(0), 0, self.buffers[target].size)
        self.queue.finish()

    def enqueue(self) -> None:
        """Start the kernel."""
        cl.enqueue_nd_range_kernel(self.queue, self.kernel, self.global_size, self.local_size)

    def run(self) -> float:
        """Seconds of one run, or of one launch where launches are measured."""
        self.restore()
        launches = _LAUNCHES.get(self.name, 1)
        each: Callable[[], object] = self.queue.finish if self.name == "launch" else (lambda: None)
        start = time.perf_counter()
        for _ in range(launches):
            self.enqueue()
            each()
        self.queue.finish()
        return (time.perf_counter() - start) / launches

    def fetch(self) -> None:
        """Make results visible in the workload's memory."""
        for name, buffer in self.buffers.items():
            cl.enqueue_copy(self.queue, self.work.array(name), buffer)
        self.queue.finish()


def measure(device: Device, seconds: float) -> dict[str, object]:
    """One round."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        times.append(device.run())
    value, unit = device.work.value(min(times))
    middle = statistics.median(times)
    return {"seconds": min(times), "median": middle, "runs": len(times), "value": value, "unit": unit}


def main() -> int:
    """Prepare, check, then measure a round for each line read."""
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--index", choices=("int", "long"), default="int")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    options.size = options.size or _FULL_SIZE[options.kernel]
    work = Workload(options.library, options.kernel, options.size)
    device = Device(options, work)
    device.run()
    device.fetch()
    error = work.error()
    good = error <= work.tolerance()
    print(json.dumps({"kernel": options.kernel, "checked": good, "error": error}), flush=True)
    for _ in sys.stdin if good else ():
        print(json.dumps({"variant": options.index, **measure(device, options.seconds)}), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
