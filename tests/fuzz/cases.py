"""A launch as the processes of a campaign hand it on: plain data, without the generator."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Triple = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """Kernel ``name`` with its launch. ``outputs`` are (kind, bytes), kind ``i``, ``f`` or ``d``; all buffers in order.

    The parameters are a pointer to each input, one to each output, then the bytes of ``scalars``.
    """

    name: str
    grid: Triple
    block: Triple
    dynamic_shared: int
    inputs: tuple[bytes, ...]
    outputs: tuple[tuple[str, int], ...]
    scalars: bytes

    def parameters(self, addresses: Sequence[int]) -> bytes:
        """The launch's parameter buffer; addresses of the inputs, then of the outputs."""
        return struct.pack(f"<{len(addresses)}Q", *addresses) + self.scalars


@dataclass(frozen=True, slots=True)
class Result:
    """The outputs, or what went wrong: ``failure`` is empty, ``crash``, ``hang`` or ``error``."""

    outputs: tuple[bytes, ...] = ()
    failure: str = ""
    message: str = ""


def initial(kind: str, size: int) -> bytes:
    """What an output holds before the launch."""
    return (bytes((0xA5, 0x5A, 0x3C, 0x01)) * (size // 4 + 1))[:size] if kind == "i" else bytes(size)


def canonical(kind: str, data: bytes) -> bytes:
    """The same with all NaNs alike: which one an operation gives is not fixed."""
    if kind == "i":
        return data
    size, code, quiet = (4, "I", 0x7FC00000) if kind == "f" else (8, "Q", 0x7FF8000000000000)
    infinity = 0x7F800000 if kind == "f" else 0x7FF0000000000000
    magnitude = (1 << (8 * size - 1)) - 1
    values = struct.unpack(f"<{len(data) // size}{code}", data)
    return struct.pack(f"<{len(values)}{code}", *(quiet if value & magnitude > infinity else value for value in values))


def difference(case: Case, expected: Result, found: Result) -> str:
    """Where two results differ, in words; empty if they agree."""
    if found.failure or expected.failure:
        return f"{found.failure or 'reference'}: {found.message or expected.message}"
    sides = zip(case.outputs, expected.outputs, found.outputs, strict=True)
    for number, ((kind, _), left, right) in enumerate(sides):
        if left == right:
            continue
        left, right = canonical(kind, left), canonical(kind, right)
        if left != right:
            offset = next(place for place in range(len(left)) if left[place] != right[place]) & ~7
            pair = f"{left[offset : offset + 8].hex(' ')}, not {right[offset : offset + 8].hex(' ')}"
            return f"mismatch: output {number} at byte {offset}: the reference has {pair}"
    return ""


def parse_seeds(texts: Iterable[str]) -> list[int]:
    """``5`` and ``0..400`` (without 400) to seeds. Raises ValueError for anything else."""
    seeds: list[int] = []
    for text in texts:
        found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", text)
        if not found:
            raise ValueError(f"{text!r} is neither a seed nor a range FIRST..END")
        first = int(found[1])
        seeds += range(first, int(found[2])) if found[2] else [first]
    return seeds
