"""Runs every example and writes the pictures the README shows: the same pixels, compressed.

    python tools/update_pictures.py

The examples' own PNG writer stores pixels as they are; here each row gets the PNG filter that suits it best, and
pictures of few colours become tables of them. What is still large has its colours rounded, as little as will do.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 100_000  # bytes
Image = NDArray[np.uint8]


def read_stored(data: bytes) -> Image:
    """Pixels (rows, columns, 3) of a PNG whose rows are not filtered, as the examples write them."""
    width, height = struct.unpack(">II", data[16:24])
    (size,) = struct.unpack(">I", data[33:37])
    rows = np.frombuffer(zlib.decompress(data[41 : 41 + size]), np.uint8).reshape(height, 1 + 3 * width)
    return rows[:, 1:].reshape(height, width, 3)


def compress(image: Image) -> bytes:
    """A PNG of at most LARGEST bytes; colours are rounded to 1, 2, 4 .. levels until it is."""
    for step in (1, 2, 4, 8, 16):
        rounded = np.minimum((image.astype(np.uint16) + step // 2) // step * step, 255).astype(np.uint8)
        data = exact(rounded)
        if len(data) <= LARGEST:
            break
    return data


def exact(image: Image) -> bytes:
    """The smaller of the two forms of a PNG: RGB with filtered rows, and numbers into a table of colours."""
    height, width, _ = image.shape
    forms = [_png(width, height, 2, b"", _filtered(image))]
    colours, numbers = np.unique(image.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) <= 256:
        rows = numbers.reshape(height, width).astype(np.uint8)
        forms.append(_png(width, height, 3, colours.tobytes(), np.pad(rows, ((0, 0), (1, 0))).tobytes()))
    return min(forms, key=len)


def _filtered(image: Image) -> bytes:
    """Rows with the filter byte in front: none, difference to the left, or difference to the row above."""
    rows = image.reshape(len(image), -1).astype(np.int16)
    left = rows - np.pad(rows, ((0, 0), (3, 0)))[:, :-3]
    above = rows - np.pad(rows, ((1, 0), (0, 0)))[:-1]
    ways = np.stack([rows, left, above]).astype(np.uint8)
    best = np.abs(ways.view(np.int8).astype(np.int16)).sum(axis=2).argmin(axis=0)
    return b"".join(bytes([way]) + ways[way, y].tobytes() for y, way in enumerate(best))


def _png(width: int, height: int, kind: int, palette: bytes, rows: bytes) -> bytes:
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)), (b"PLTE", palette)]
    chunks += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    kept = [(name, data) for name, data in chunks if data or name != b"PLTE"]
    body = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in kept
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def main() -> None:
    """Make all pictures."""
    PICTURES.mkdir(exist_ok=True)
    for source in sorted((ROOT / "examples").glob("*.cu")):
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, "picture.png")
            command = [sys.executable, "-m", "anychip", "run", str(source), "--", str(made)]
            subprocess.run(command, cwd=ROOT, check=True)
            small = compress(read_stored(made.read_bytes()))
        (PICTURES / f"{source.stem}.png").write_bytes(small)
        print(f"{source.stem}.png: {len(small)} bytes")


if __name__ == "__main__":
    main()
