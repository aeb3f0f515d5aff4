"""The device code in an object's section: what is put in comes out, also of merged sections, and damage is named."""

from __future__ import annotations

import pytest

from anychip.diagnostics import UserError
from anychip.frontend.device_unit import DeviceUnit, pack, unpack

ONE = DeviceUnit("one.cu", "__nv_1", "x86_64-unknown-linux-gnu", b"BC\xc0\xde" * 100)
TWO = DeviceUnit("t wö.cu", "__nv_2", "x86_64-unknown-linux-gnu", b"BC")


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 8)


def test_a_unit_comes_out_as_it_went_in() -> None:
    assert list(unpack(pack(ONE), "one.o")) == [ONE]


def test_merged_sections_hold_several_units() -> None:
    assert list(unpack(padded(pack(ONE)) + padded(pack(TWO)), "both.o")) == [ONE, TWO]


def test_bitcode_is_compressed() -> None:
    assert len(pack(ONE)) < len(ONE.bitcode)


@pytest.mark.parametrize("at", [0, 25, -3])
def test_damage_is_refused_with_the_files_name(at: int) -> None:
    data = bytearray(pack(ONE))
    data[at] ^= 0x55
    with pytest.raises(UserError, match=r"one\.o: the device code in this object is damaged"):
        list(unpack(bytes(data), "one.o"))


def test_another_version_is_refused() -> None:
    data = bytearray(pack(ONE))
    data[8] += 1
    with pytest.raises(UserError, match="of another version of anychip"):
        list(unpack(bytes(data), "one.o"))
