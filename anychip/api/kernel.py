"""Launching a kernel from Python: ``program["name"][grid, block, shared, stream](arguments...)``."""

from __future__ import annotations

from typing import Any

import numpy as np

from anychip.api import session
from anychip.api.arguments import ArgumentPacker
from anychip.api.signature import Signature

_MOST_FIELDS = 4
Triple = tuple[int, int, int]


class Kernel:
    """A kernel of a loaded program. ``signature`` tells its parameters."""

    def __init__(self, handle: int, signature: Signature, owner: object) -> None:
        self._handle = handle
        self._owner = owner  # the module must stay loaded
        self.signature = signature

    def __getitem__(self, configuration: object) -> Launcher:
        """``[grid, block]``, ``[grid, block, shared]`` or ``[grid, block, shared, stream]``.

        grid and block are an int or up to three; shared is bytes of dynamic shared memory; stream a ``Stream`` or None.
        Raises TypeError or ValueError for anything else.
        """
        fields = configuration if isinstance(configuration, tuple) else (configuration,)
        if not 2 <= len(fields) <= _MOST_FIELDS:
            raise TypeError(f"kernel {self.signature.name}: launch it as kernel[grid, block, shared, stream](...)")
        shared = fields[2] if len(fields) > 2 else 0
        stream = fields[3] if len(fields) > 3 else None
        if not isinstance(shared, (int, np.integer)) or shared < 0:
            raise ValueError(f"kernel {self.signature.name}: shared memory is a number of bytes, not {shared!r}")
        if not (stream is None or isinstance(stream, session.Stream)):
            raise TypeError(f"kernel {self.signature.name}: the stream must be an anychip.Stream or None")
        return Launcher(self, self._triple("grid", fields[0]), self._triple("block", fields[1]), int(shared), stream)

    def __repr__(self) -> str:
        return f"<Kernel {self.signature}>"

    def launch(
        self, grid: Triple, block: Triple, shared: int, stream: session.Stream | None, values: tuple[Any, ...]
    ) -> None:
        """Run the kernel; without a stream, wait for it. Raises TypeError, ValueError or CudaError."""
        packer = ArgumentPacker(self.signature)
        parameters = packer.pack(values)
        what = f"kernel {self.signature.name}"
        handle = stream.handle if stream else 0
        library = session.runtime()

        def start() -> int:
            return library.launch(self._handle, grid, block, shared, handle, parameters)

        if stream:
            stream.keep(packer.kept)
            session.check(start(), what)
        else:
            session.wait(0, what, start)

    def _triple(self, name: str, value: object) -> Triple:
        values = [value] if isinstance(value, (int, np.integer)) else value
        if not isinstance(values, (tuple, list)) or not 1 <= len(values) <= 3:
            raise TypeError(f"kernel {self.signature.name}: {name} is an int or up to three, not {value!r}")
        if not all(isinstance(number, (int, np.integer)) and 0 < number < 1 << 32 for number in values):
            raise ValueError(f"kernel {self.signature.name}: {name} {value!r} must be of positive integers")
        x, y, z = (*map(int, values), 1, 1)[:3]
        return x, y, z


class Launcher:
    """A kernel with its launch configuration: call it with the arguments."""

    def __init__(self, kernel: Kernel, grid: Triple, block: Triple, shared: int, stream: session.Stream | None) -> None:
        self._kernel = kernel
        self._configuration = (grid, block, shared, stream)

    def __call__(self, *arguments: Any) -> None:
        """Launch. Without a stream the call returns when the kernel has ended."""
        self._kernel.launch(*self._configuration, arguments)
