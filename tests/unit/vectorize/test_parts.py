"""What depends on the part of a lane, and which kernels are worth several."""

from __future__ import annotations

import pytest
from jam_support import ALIKE, BRANCH, prepared

from anychip.vectorize.parts import Parts, choose_parts


def test_what_is_made_from_the_index_depends_on_it() -> None:
    kernel, _ = prepared(ALIKE)
    found = Parts("x", 32, 4).dependent(kernel.blocks, set())
    assert {value.name for value in found if value.name} >= {"t", "w", "p", "x"}
    assert not any(value.name == "c" for value in found)
    assert not Parts("y", 1, 4).dependent(kernel.blocks, set())


def test_the_index_of_a_part_is_steps_further() -> None:
    kernel, _ = prepared(ALIKE)
    first = next(item for item in kernel.instructions() if item.opcode == "sreg")
    index = Parts("x", 32, 4).index_of(first, 3)
    assert (index.opcode, index.operands[0], index.operands[1].value) == ("add", first, 96)  # type: ignore[attr-defined]


def test_small_kernels_get_four_parts() -> None:
    assert choose_parts(prepared(ALIKE)[0], 32, 512) == Parts("x", 32, 4)


@pytest.mark.parametrize("count", [40, 200])
def test_values_must_fit_into_the_registers(count: int) -> None:
    loads = "".join(
        f"  %p{k} : ptr = gep ptr %p, i64 {k} [offset=0, scales=(4)]\n  %l{k} : i32 = load ptr %p{k} [alignment=4]\n"
        for k in range(count)
    )
    sums = "".join(f"  %s{k} : i32 = add i32 %{f's{k - 1}' if k else 'x'}, i32 %l{k}\n" for k in range(count))
    assert choose_parts(prepared(loads + sums + BRANCH)[0], 32, 512) is None
