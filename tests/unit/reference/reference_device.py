"""Runs kernels written in .wir on the reference executor; shared by the tests of this folder."""

from __future__ import annotations

import struct

from anychip.ir.parser import parse_module
from anychip.reference import BytesMemory, execute, standalone_environment

Index = tuple[int, int, int]


class Device:
    """A loaded module and an output array; ``output`` collects what printf writes."""

    def __init__(self, text: str, out_bytes: int = 256) -> None:
        self.module = parse_module(text)
        self.output = bytearray()
        self.environment = standalone_environment(self.module, self.output.extend)
        assert isinstance(self.environment.memory, BytesMemory)
        self.memory = self.environment.memory
        self.out = self.memory.allocate(out_bytes)

    def launch(
        self, *, grid: Index = (1, 1, 1), block: Index = (1, 1, 1), shared: int = 0, parameters: bytes | None = None
    ) -> None:
        """Launch kernel ``k``, by default with the address of the output array as its only parameter."""
        parameters = struct.pack("<Q", self.out) if parameters is None else parameters
        execute(self.module, "k", grid, block, shared, parameters, self.environment)

    def words(self, count: int) -> list[int]:
        """The first 32-bit words of the output array, unsigned."""
        return list(struct.unpack(f"<{count}I", self.memory.read(self.out, 4 * count)))


def kernel(body: str, *, globals_: str = "", parameters: str = "ptr %out", functions: str = "") -> str:
    """A module with one kernel ``k``; file 0 is t.cu."""
    head = f'module "t.cu"\nfile 0 "t.cu"\n{globals_}\n{functions}\n'
    return f"{head}define kernel external void @k({parameters}) {{\n^entry:\n{body}\n}}\n"


def per_thread(body: str, *, globals_: str = "", functions: str = "") -> str:
    """A kernel that writes every thread's ``%value`` to out[threadIdx.x]; ``body`` may use ``%tid``."""
    start = '  %tid : i32 = sreg [register="tid.x"]\n'
    end = """
  %tid64 : i64 = zext i32 %tid
  %slot : ptr = gep ptr %out, i64 %tid64 [offset=0, scales=(4)]
  store i32 %value, ptr %slot [alignment=4]
  ret
"""
    return kernel(start + body + end, globals_=globals_, functions=functions)


def run_threads(body: str, threads: int = 1, *, globals_: str = "", functions: str = "", shared: int = 0) -> list[int]:
    """Launch a ``per_thread`` kernel with one block and give what its threads wrote."""
    device = Device(per_thread(body, globals_=globals_, functions=functions), out_bytes=4 * threads)
    device.launch(block=(threads, 1, 1), shared=shared)
    return device.words(threads)
