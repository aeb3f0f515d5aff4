"""Launching from Python: configurations, names, streams, failures, Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import anychip

SOURCE = Path(__file__).with_name("api_kernels.cu")


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(SOURCE.read_text().splitlines(), 1) if text in line)


@pytest.fixture(scope="module")
def program() -> anychip.Program:
    return anychip.compile(SOURCE)


@pytest.fixture
def broken_device() -> Iterator[None]:
    yield
    anychip.reset()


def test_kernels_by_every_name(program: anychip.Program) -> None:
    x = np.zeros(4, np.int32)
    program["ns::set"][1, 4](x)
    assert x.tolist() == [0, 1, 2, 3]
    program["plain"][1, 1](x)
    assert x[0] == 7
    program["_Z4overPi"][1, 1](x)
    assert x[0] == 1
    y = np.zeros(1, np.float32)
    program["over(float*)"][1, 1](y)
    assert y[0] == 2


def test_a_program_lists_its_kernels_by_names_that_find_them(program: anychip.Program) -> None:
    names = list(program)
    assert len(names) == len(program) == len(set(names))
    assert {"scale<double>", "ns::set", "over(int*)", "over(float*)", "plain"} <= set(names)
    assert "scale<float>(float*, float, int)" in repr(program)
    for name in names:
        assert program[name].signature.symbol


def test_unknown_and_overloaded_names_list_what_there_is(program: anychip.Program) -> None:
    with pytest.raises(KeyError, match=r"no kernel 'nothing'; there are: .*ns::set"):
        program["nothing"]
    with pytest.raises(KeyError, match=r"'over' is overloaded; ask for one of: over\(int\*\), over\(float\*\)"):
        program["over"]


@pytest.mark.parametrize(
    ("grid", "block", "expected"),
    [
        (2, 8, [2, 1, 1, 8, 1, 1]),
        ((2, 3), (4, 2), [2, 3, 1, 4, 2, 1]),
        ((2, 3, 4), [4, 2, 3], [2, 3, 4, 4, 2, 3]),
        (np.int64(3), (np.int32(5),), [3, 1, 1, 5, 1, 1]),
    ],
)
def test_grid_and_block(program: anychip.Program, grid: object, block: object, expected: list[int]) -> None:
    out = np.zeros(6, np.int32)
    program["place"][grid, block](out)
    assert out.tolist() == expected


@pytest.mark.parametrize(
    ("configuration", "kind", "message"),
    [
        (4, TypeError, r"launch it as kernel\[grid, block, shared, stream\]"),
        ((1, 1, 0, None, 5), TypeError, "launch it as"),
        ((0, 1), ValueError, "grid 0 must be of positive integers"),
        ((1, (4, -1)), ValueError, r"block \(4, -1\) must be of positive integers"),
        (((1, 1, 1, 1), 1), TypeError, "grid is an int or up to three"),
        ((1, "32"), TypeError, "block is an int or up to three, not '32'"),
        ((1.5, 1), TypeError, "grid is an int or up to three"),
        ((1, 1, -4), ValueError, "shared memory is a number of bytes, not -4"),
        ((1, 1, 0, 3), TypeError, "the stream must be an anychip.Stream or None"),
    ],
)
def test_wrong_configurations(
    program: anychip.Program, configuration: object, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        program["plain"][configuration]
    assert str(caught.value).startswith("kernel plain: ")


@pytest.mark.parametrize(
    ("configuration", "code", "name", "message"),
    [
        ((1, 1025), 9, "cudaErrorInvalidConfiguration", r"block \(1025,1,1\) has 1025 threads, the most is 1024"),
        ((1, (1, 1, 65)), 9, "cudaErrorInvalidConfiguration", r"block \(1,1,65\) exceeds the largest \(1024,1024,64\)"),
        (((1, 65536), 1), 9, "cudaErrorInvalidConfiguration", r"grid \(1,65536,1\) exceeds the largest"),
        ((1, 1, 1 << 20), 1, "cudaErrorInvalidValue", "1048576 bytes of dynamic shared memory, .* may use 49152"),
    ],
)
def test_configurations_the_device_refuses(
    program: anychip.Program, configuration: tuple[object, ...], code: int, name: str, message: str
) -> None:
    x = np.zeros(1, np.int32)
    with pytest.raises(anychip.CudaError, match=message) as caught:
        program["plain"][configuration](x)
    assert (caught.value.code, caught.value.name) == (code, name)
    assert f"api_kernels.cu:{line_of('void plain')} was not launched" in caught.value.message
    program["plain"][1, 1](x)  # the device is not broken
    assert x[0] == 7


def test_dynamic_shared_memory(program: anychip.Program) -> None:
    x = np.arange(64, dtype=np.int32)
    program["reverse"][1, 64, 64 * 4](x)
    assert x.tolist() == list(range(63, -1, -1))


def test_streams_run_in_order_and_beside_each_other(program: anychip.Program) -> None:
    arrays = [np.zeros(1, np.int32) for _ in range(3)]
    streams = [anychip.Stream() for _ in arrays]
    for _ in range(5):
        for stream, array in zip(streams, arrays, strict=True):
            program["count_up"][1, 1, 0, stream](array, 1000)
    for stream in streams:
        stream.synchronize()
    assert [array[0] for array in arrays] == [5000] * 3
    for stream in streams:
        stream.close()
        stream.close()  # harmless


def test_a_stream_as_context_and_one_that_is_forgotten_end_their_work(program: anychip.Program) -> None:
    x = np.zeros(1, np.int32)
    with anychip.Stream() as stream:
        program["count_up"][1, 1, 0, stream](x, 10_000)
    assert x[0] == 10_000
    forgotten = anychip.Stream()
    program["count_up"][1, 1, 0, forgotten](x, 10_000)
    del forgotten
    assert x[0] == 20_000


@pytest.mark.usefixtures("broken_device")
def test_a_wild_pointer_is_an_exception_that_names_the_place(program: anychip.Program) -> None:
    x = np.zeros(4, np.int32)
    with pytest.raises(anychip.CudaError) as caught:
        program["wild"][2, 8](x, 1 << 40)
    error = caught.value
    assert (error.code, error.name) == (700, "cudaErrorIllegalAddress")
    place = f"wild(int*, long) at {SOURCE}:{line_of('x[far] = 1')}, block (1,0,0), thread (3,0,0)"
    assert f"illegal memory write in kernel {place}" in error.message
    assert "anychip.reset()" in (error.hint or "")
    with pytest.raises(anychip.CudaError, match="kernel plain: an illegal memory access"):
        program["plain"][1, 1](x)
    anychip.reset()
    program["plain"][1, 1](x)
    assert x[0] == 7
    with pytest.raises(anychip.CudaError) as later:
        program["plain"][1, 2000](x)
    assert "wild" not in later.value.message  # the old failure is forgotten


@pytest.mark.usefixtures("broken_device")
def test_a_failure_in_a_stream_is_told_when_it_is_waited_for(program: anychip.Program) -> None:
    x = np.zeros(4, np.int32)
    stream = anychip.Stream()
    program["wild"][2, 8, 0, stream](x, 1 << 40)
    with pytest.raises(anychip.CudaError, match=r"api_kernels\.cu"):
        stream.synchronize()


@pytest.mark.parametrize("streamed", [False, True])
def test_ctrl_c_ends_an_endless_kernel_and_the_device_can_be_used(program: anychip.Program, streamed: bool) -> None:
    x = np.zeros(1, np.int32)
    stream = anychip.Stream() if streamed else None
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - where it strikes is the point
        timer.start()
        program["endless"][2, 64, 0, stream](x)
        assert stream
        stream.synchronize()
    timer.join()
    program["plain"][1, 1, 0, stream](x)
    if stream:
        stream.synchronize()
    assert x[0] == 7
