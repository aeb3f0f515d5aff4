"""The numbered examples: each finds its own answer right, in time, and draws the picture that the README shows."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.cu"))
LARGEST = 100_000  # bytes of a committed picture
ROUNDING = 8  # a committed picture may have its colours rounded to multiples of 16
NAMES = [
    "vector_add",
    "mandelbrot",
    "matmul_tiled",
    "reduction",
    "nbody",
    "histogram",
    "ct_slice",
    "video_frame",
    "field_map",
    "delivery_route",
]


def chunks(data: bytes) -> dict[str, bytes]:
    """The chunks of a PNG file by name; data chunks together. Every checksum is checked."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found: dict[str, bytes] = {}
    place = 8
    while place < len(data):
        (size,) = struct.unpack_from(">I", data, place)
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        assert struct.unpack_from(">I", data, place + 8 + size)[0] == zlib.crc32(name + body)
        found[name.decode()] = found.get(name.decode(), b"") + body
        place += size + 12
    assert "IEND" in found
    return found


def pixels(data: bytes) -> NDArray[np.uint8]:
    """Rows, columns, RGB of a PNG with 8 bits a channel and the row filters none, left or above."""
    parts = chunks(data)
    width, height, depth, kind = struct.unpack(">IIBB", parts["IHDR"][:10])
    assert depth == 8
    channels = {2: 3, 3: 1}[kind]
    raw = np.frombuffer(zlib.decompress(parts["IDAT"]), np.uint8).reshape(height, 1 + channels * width)
    rows = raw[:, 1:].reshape(height, width, channels).copy()
    for y, way in enumerate(raw[:, 0]):
        if way == 1:
            rows[y] = np.cumsum(rows[y], axis=0, dtype=np.uint8)
        elif way:
            assert way == 2
            rows[y] += rows[y - 1]
    return np.frombuffer(parts["PLTE"], np.uint8).reshape(-1, 3)[rows[:, :, 0]] if kind == 3 else rows


def run(source: Path, picture: Path) -> str:
    command = [sys.executable, "-m", "anychip", "run", str(source), "--", str(picture)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_they_are_numbered_in_the_order_of_learning() -> None:
    assert [path.stem for path in EXAMPLES] == [f"{number:02}_{name}" for number, name in enumerate(NAMES, 1)]


@pytest.mark.parametrize("source", EXAMPLES, ids=lambda path: path.stem)
def test_it_passes_its_own_check_and_draws_its_picture(source: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    output = run(source, picture)
    assert output.endswith(": PASS\n")
    assert output.count("\n") == 1
    committed = (ROOT / "docs" / "pictures" / f"{source.stem}.png").read_bytes()
    assert len(committed) <= LARGEST
    made, shown = pixels(picture.read_bytes()), pixels(committed)
    assert made.shape == shown.shape
    # The last bit of a sine may differ from one C library to the next, and with it a few pixels.
    different = (np.abs(made.astype(int) - shown) > ROUNDING).any(axis=2)
    assert different.mean() < 0.02
    assert len(np.unique(made.reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("source", EXAMPLES, ids=lambda path: path.stem)
def test_a_picture_that_cannot_be_written_is_a_failure(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "anychip", "run", str(source), "--", str(tmp_path / "none" / "picture.png")]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert result.returncode == 1
    assert "cannot be written" in result.stderr
    assert "FAIL" in result.stdout
