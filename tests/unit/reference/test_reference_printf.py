"""The device's printf against Python's % where the two agree and against C's expected strings elsewhere."""

from __future__ import annotations

import struct

import pytest
from reference_device import Device, kernel

from anychip.reference import BytesMemory, format_output


def printf(format_: str, layout: str = "", *values: float | int | bytes) -> tuple[str, int]:
    """Format with arguments packed by ``struct`` layout (native alignment); bytes become pointers to C strings."""
    memory = BytesMemory()
    plain: list[float | int] = []
    for value in values:
        if isinstance(value, bytes):
            address = memory.allocate(len(value) + 1)
            memory.write(address, value + b"\0")
            plain.append(address)
        else:
            plain.append(value)
    image = struct.pack(layout, *plain)
    buffer = memory.allocate(len(image))
    memory.write(buffer, image)
    text, count = format_output(memory, format_.encode(), buffer)
    return text.decode("latin-1"), count


@pytest.mark.parametrize("flags", ["", "-", "+", " ", "0", "-+", "+0"])
@pytest.mark.parametrize("size", ["", "3", "12", "12.3", ".0"])
@pytest.mark.parametrize("conversion", "feEgG")
def test_floating_point_agrees_with_python(flags: str, size: str, conversion: str) -> None:
    specification = f"%{flags}{size}{conversion}"
    for value in (0.0, -0.0, 1.0, -1.5, 3.14159265358979, 1e-7, 123456789.0, -2.5e300, 5e-324, 0.5, 2.5):
        assert printf(specification, "d", value) == (specification % value, 1)


@pytest.mark.parametrize("flags", ["", "-", "+", " ", "0"])
@pytest.mark.parametrize("width", ["", "3", "14"])
def test_integers_agree_with_python(flags: str, width: str) -> None:
    for value in (0, 1, -1, 2**31 - 1, -(2**31)):
        assert printf(f"<%{flags}{width}d>", "i", value)[0] == f"<%{flags}{width}d>" % value
    if flags in ("", "-", "0"):
        for conversion, value in [("x", 0xBEEF), ("X", 0xBEEF), ("o", 0o777), ("u", 2**32 - 1)]:
            python = "d" if conversion == "u" else conversion
            assert printf(f"%{flags}{width}{conversion}", "I", value)[0] == f"%{flags}{width}{python}" % value


@pytest.mark.parametrize(
    ("format_", "layout", "values", "expected"),
    [
        ("%i%%", "i", (5,), "5%"),
        ("%.3d|%6.3d|%06.3d|%.0d|", "iiii", (5, -5, 5, 0), "005|  -005|   005||"),
        ("%#x %#X %#o %#x %#o", "IIIII", (255, 255, 8, 0, 0), "0xff 0XFF 010 0 0"),
        ("%#010x", "I", (255,), "0x000000ff"),
        ("%hhd %hhu %hd %hu", "iiii", (0x1FF, 0x1FF, 0x18000, 0x18001), "-1 255 -32768 32769"),
        ("%d %ld %d %lld %zu", "iqiqQ", (1, -(2**40), 3, -1, 2**64 - 1), f"1 {-(2**40)} 3 -1 {2**64 - 1}"),
        ("%lx %llX %lo", "QQQ", (2**63, 2**63, 8), "8000000000000000 8000000000000000 10"),
        ("%c%c%5c%-3c|", "iiii", (65, 66, 67, 68), "AB    CD  |"),
        ("%*d|%-*d|%.*f|%*d", "iiiiidii", (5, 42, 4, 7, 2, 3.14159, -4, 9), "   42|7   |3.14|9   "),
        ("%.*f", "id", (-1, 0.5), "0.500000"),
        ("%#.0f %#g %#x", "ddI", (3.0, 1.0, 16), "3. 1.00000 0x10"),
        ("%F %f %e %G", "dddd", (float("inf"), float("-inf"), float("nan"), float("inf")), "INF -inf nan INF"),
        ("%08f|%-8f|%+f", "ddd", (float("inf"), float("inf"), float("inf")), "     inf|inf     |+inf"),
        ("%a %a %a %A", "dddd", (1.0, -0.15625, 0.0, 1.9375), "0x1p+0 -0x1.4p-3 0x0p+0 0X1.FP+0"),
        ("%.0a %.1a %.1a %.3a %.14a", "ddddd", (1.5, 1.96875, 1.09375, 1.0, 1.0),
         "0x2p+0 0x2.0p+0 0x1.2p+0 0x1.000p+0 0x1.00000000000000p+0"),
        ("%12a|%012a|%-12a|", "ddd", (1.5, 1.5, 1.5), "    0x1.8p+0|0x00001.8p+0|0x1.8p+0    |"),
        ("%p %p|%8p", "PPP", (0xABC, 0, 16), "0xabc (nil)|    0x10"),
        ("%s|%5s|%-5s|%.2s|%s", "PPPPP", (b"abc", b"abc", b"abc", b"abc", 0), "abc|  abc|abc  |ab|(null)"),
        ("%d%q%d", "ii", (1, 2), "1%q2"),
        ("100%", "", (), "100%"),
        ("%5%|", "", (), "%|"),
    ],
)  # fmt: skip
def test_c_formats(format_: str, layout: str, values: tuple[float | int | bytes, ...], expected: str) -> None:
    assert printf(format_, layout, *values)[0] == expected


def test_the_result_counts_the_arguments() -> None:
    assert printf("plain") == ("plain", 0)
    assert printf("%d %s %%", "iP", 1, b"x") == ("1 x %", 2)


def test_printf_from_a_kernel() -> None:
    globals_ = 'global @f : [18 x i8] global private align 1 constant = c"thread %d of %f\\0a\\00\\00"'
    globals_ += "\ndeclare external i32 @vprintf(ptr %f, ptr %a)"
    body = """
  %tid : i32 = sreg [register="tid.x"]
  %args : ptr = alloca [allocated=type {i32, double}, alignment=8]
  store i32 %tid, ptr %args [alignment=4]
  %second : ptr = gep ptr %args [offset=8, scales=()]
  store double 2.5, ptr %second [alignment=8]
  %n : i32 = call ptr @vprintf, ptr<global> @f, ptr %args [signature=type i32 (ptr, ptr)]
  %none : i32 = call ptr @vprintf, ptr zero, ptr %args [signature=type i32 (ptr, ptr)]
  %sum : i32 = mul i32 %n, i32 %none
  store i32 %sum, ptr %out [alignment=4]
  ret"""
    device = Device(kernel(body, globals_=globals_))
    device.launch(block=(2, 1, 1))
    assert device.output == b"thread 0 of 2.500000\nthread 1 of 2.500000\n"
    assert device.words(1) == [2**32 - 2]
