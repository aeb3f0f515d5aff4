"""How many vectors are alive at once, and how many lanes that allows."""

from __future__ import annotations

from pass_support import kernel

from anychip.vectorize.pressure import register_pressure
from anychip.vectorize.width import MAX_PRESSURE, MEDIUM, SMALL, choose_width


def test_larger_kernels_take_two_vectors_if_few_values_are_alive_at_once() -> None:
    def arithmetic(count: int) -> str:
        lines = [f"  %v{i} : i32 = mul i32 %v{max(i - 1, 0)}, i32 %v{i - 1}" for i in range(1, count)]
        return "\n".join(lines)

    start = 'define kernel external void @k(ptr %o) {\n^e:\n  %t : i32 = sreg [register="tid.x"]\n'
    start += "  %v0 : i32 = mul i32 %t, i32 %t\n"
    address = "  %w : i64 = zext i32 %t\n  %p : ptr = gep ptr %o, i64 %w [offset=0, scales=(4)]\n"
    end = address + "  store i32 %v{0}, ptr %p [alignment=4]\n  ret\n}}"
    _, narrow = kernel(start + arithmetic(MEDIUM - 20) + "\n" + end.format(MEDIUM - 21))
    assert register_pressure(narrow, 16) == 1
    assert [choose_width(narrow, bits) for bits in (256, 512)] == [8, 32]
    _, large = kernel(start + arithmetic(MEDIUM) + "\n" + end.format(MEDIUM - 1))
    assert choose_width(large, 512) == 16
    sums = [f"  %s{i} : i32 = xor i32 %{'v0' if i == 1 else f's{i - 1}'}, i32 %v{i}" for i in range(1, SMALL)]
    _, wide = kernel(start + arithmetic(SMALL) + "\n" + "\n".join(sums) + "\n" + end.format(0))
    assert register_pressure(wide, 16) > MAX_PRESSURE
    assert choose_width(wide, 512) == 16
