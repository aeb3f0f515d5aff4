"""What generated kernels read: the input buffers and the scalar parameters of a seed."""

from __future__ import annotations

import random
import struct

_SPECIAL_INTEGERS = (0, 1, 2, 31, 32, 33, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 255)
_SPECIAL_FLOATS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    float("inf"),
    float("-inf"),
    float("nan"),
    1e-45,
    -1e-39,
    3.4e38,
    2.5,
    -0.5,
    3e9,
)


def inputs(seed: int) -> tuple[bytes, ...]:
    """The five input buffers: small numbers, arbitrary bits and special values mixed."""
    source = random.Random(seed ^ 0x5EED)

    def integer(bits: int) -> int:
        choose = source.random()
        if choose < 0.4:
            return source.randrange(100)
        if choose < 0.55:
            return source.choice(_SPECIAL_INTEGERS) << source.choice((0, bits - 32))
        return source.getrandbits(bits)

    def floating() -> float:
        choose = source.random()
        if choose < 0.2:
            return source.choice(_SPECIAL_FLOATS)
        return source.uniform(-100, 100) if choose < 0.8 else source.uniform(-1, 1) * 2.0 ** source.randint(-140, 120)

    def few(count: int, total: int, make: object, code: str) -> bytes:
        assert callable(make)
        values = [make() for _ in range(count)]
        return struct.pack(f"<{total}{code}", *(values * (total // count)))

    return (
        few(128, 1024, lambda: integer(32) & 0xFFFFFFFF, "I"),
        few(128, 512, lambda: integer(64) & (1 << 64) - 1, "Q"),
        few(128, 1024, floating, "f"),
        few(128, 512, floating, "d"),
        source.randbytes(4096),
    )


def scalars(source: random.Random) -> bytes:
    """The parameters behind the pointers, at ``SCALAR_OFFSETS``; the last is the structure ``P``."""
    numbers = struct.pack("<IifIf4xQ", source.randint(1, 512), source.randint(-9, 300), source.uniform(-4, 8), 0, 1, 0)
    values = [source.getrandbits(32) for _ in range(4)]
    return numbers + struct.pack(
        "<4If4xQ8s", *values, source.uniform(0, 99), source.getrandbits(64), source.randbytes(8)
    )
