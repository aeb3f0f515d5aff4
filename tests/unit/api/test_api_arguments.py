"""What Python values become: arrays without a copy, scalars with range checks, structures; and what is refused."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import anychip

SOURCE = Path(__file__).with_name("api_kernels.cu")


@pytest.fixture(scope="module")
def program() -> anychip.Program:
    return anychip.compile(SOURCE)


class Exporter:
    """What another array library looks like: DLPack and nothing else."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self._array = array

    def __dlpack__(self, **options: Any) -> object:
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


class Unexportable(Exporter):
    def __dlpack__(self, **options: Any) -> object:
        raise BufferError("on another device")


class Pair(ctypes.Structure):
    _fields_ = (("first", ctypes.c_int), ("second", ctypes.c_double))


def test_the_result_is_in_the_array_itself(program: anychip.Program) -> None:
    array = np.arange(1000, dtype=np.float32)
    address = array.ctypes.data
    program["scale<float>"][4, 256](array, 2.0, array.size)
    assert array.ctypes.data == address
    assert np.array_equal(array, np.arange(1000, dtype=np.float32) * 2)


def test_a_part_of_an_array_is_written_in_place(program: anychip.Program) -> None:
    whole = np.ones(10, np.float64)
    program["scale<double>"][1, 32](whole[3:6], 5, 3)
    assert whole.tolist() == [1, 1, 1, 5, 5, 5, 1, 1, 1, 1]


def test_dlpack_is_shared_too(program: anychip.Program) -> None:
    array = np.ones(4, np.float32)
    program["scale<float>"][1, 4](Exporter(array), 3.0, 4)
    assert array.tolist() == [3, 3, 3, 3]


def test_raw_addresses_and_none(program: anychip.Program) -> None:
    answer = np.full(1, -1, np.int32)
    program["is_null"][1, 1](None, answer)
    assert answer[0] == 1
    program["is_null"][1, 1](ctypes.c_void_p(answer.ctypes.data), answer)
    assert answer[0] == 0


def test_a_read_only_array_may_be_read(program: anychip.Program) -> None:
    source, target = np.array([5], np.int32), np.zeros(1, np.int32)
    source.flags.writeable = False
    program["copy_first"][1, 1](source, target)
    assert target[0] == 5


def test_scalars_of_every_type_at_both_ends_of_their_range(program: anychip.Program) -> None:
    out = np.zeros(11)
    low = (-128, 0, -(1 << 15), 0, -(1 << 31), 0, -(1 << 63), 0, False, -0.5, -1e300)
    high = (127, 255, (1 << 15) - 1, 65535, (1 << 31) - 1, (1 << 32) - 1, (1 << 62), 1 << 63, True, 0.5, 1e300)
    numpy = (np.int8(-3), np.uint8(3), np.int16(4), np.uint16(5), np.int32(6), np.uint32(7), np.int64(8), np.uint64(9))
    for values in (low, high, (*numpy, np.bool_(True), np.float32(0.25), np.float64(0.125))):
        program["scalars"][1, 1](*values, out)
        assert out.tolist() == [float(value) for value in values]


def test_structures_by_value(program: anychip.Program) -> None:
    layout = np.dtype([("first", "i4"), ("second", "f8")], align=True)
    record = np.array([(3, 0.5)], layout)
    for pair in (Pair(3, 0.5), record[0], record.reshape(()), bytes(Pair(3, 0.5))):
        total = np.zeros(1)
        program["add_pair"][1, 1](pair, total)
        assert total[0] == 3.5


INTS, FLOATS = np.zeros(4, np.int32), np.zeros(4, np.float32)
READ_ONLY = np.zeros(4, np.float32)
READ_ONLY.flags.writeable = False
SCALARS = [1, 1, 1, 1, 1, 1, 1, 1, True, 1.0, 1.0, np.zeros(11)]


def scalars(position: int, value: object) -> list[object]:
    return [*SCALARS[:position], value, *SCALARS[position + 1 :]]


REFUSED: list[tuple[str, list[object], type[Exception], str]] = [
    ("scale<float>", [FLOATS, 2.0], TypeError, r"scale<float>\(float\*, float, int\) takes 3 arguments, 2 were given"),
    ("scale<float>", [FLOATS, 2.0, 4, 5], TypeError, "takes 3 arguments, 4 were given"),
    ("scale<float>", [INTS, 2.0, 4], TypeError, r"argument 1 \(float\*\): expected an array of float32, got .* int32"),
    ("scale<float>", [np.zeros((4, 4), np.float32)[:, 1], 2.0, 4], ValueError, "argument 1 .* is not contiguous; pass"),
    ("scale<float>", [READ_ONLY, 2.0, 4], ValueError, "argument 1 .* read-only"),
    ("scale<float>", [np.zeros(4, ">f4"), 2.0, 4], TypeError, "argument 1 .* big-endian"),
    ("scale<float>", [[1.0, 2.0], 2.0, 4], TypeError, "argument 1 .* expected an array .* got list"),
    ("scale<float>", [7, 2.0, 4], TypeError, "argument 1 .* expected an array .* got int"),
    ("scale<float>", [Unexportable(FLOATS), 2.0, 4], TypeError, "argument 1 .* DLPack: on another device"),
    ("scale<float>", [FLOATS, "2", 4], TypeError, r"argument 2 \(float\): expected a number, got str"),
    ("scale<float>", [FLOATS, 2.0, 4.0], TypeError, r"argument 3 \(int\): expected an integer, got float"),
    ("scale<float>", [FLOATS, 2.0, FLOATS], TypeError, "argument 3 .* expected an integer, got an array of float32"),
    ("scale<float>", [FLOATS, 2.0, 1 << 31], ValueError, "2147483648 does not fit; the range is -2147483648 to 2147"),
    ("scalars", scalars(0, 128), ValueError, r"argument 1 \(signed char\): 128 does not fit; the range is -128 to 127"),
    ("scalars", scalars(1, -1), ValueError, r"argument 2 \(unsigned char\): -1 does not fit; the range is 0 to 255"),
    ("scalars", scalars(5, -1), ValueError, "argument 6 .* range is 0 to 4294967295"),
    ("scalars", scalars(7, 1 << 64), ValueError, "argument 8 .* range is 0 to 18446744073709551615"),
    ("add_pair", [3, np.zeros(1)], TypeError, r"argument 1 \(Pair\): expected a structure .* of 16 bytes, got int"),
    ("add_pair", [ctypes.c_int * 2, np.zeros(1)], TypeError, "argument 1"),
    ("add_pair", [b"123", np.zeros(1)], ValueError, "the structure has 3 bytes, the kernel's has 16"),
]


@pytest.mark.parametrize(("kernel", "values", "kind", "message"), REFUSED, ids=[f"{r[0]}-{r[3]}"[:60] for r in REFUSED])
def test_refused(
    program: anychip.Program, kernel: str, values: list[object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        program[kernel][1, 1](*values)
    assert str(caught.value).startswith(f"kernel {kernel}")
