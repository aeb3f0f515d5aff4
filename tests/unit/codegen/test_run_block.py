"""The loop over a block's threads: what it calls, whatever the kernel's name and size are."""

from __future__ import annotations

import pytest

from anychip.codegen.optimize import parse_module, target_machine
from anychip.codegen.run_block import MAX_INLINED
from anychip.codegen.scalar import write_scalar
from anychip.ir import parser
from anychip.targets import TARGETS

TARGET = TARGETS["x86_64"]


def text_of(name: str, additions: int = 1) -> str:
    lines = [f"  %v{step + 1} : i32 = add i32 %v{step}, i32 {step}" for step in range(additions)]
    body = "\n".join(["  %v0 : i32 = load ptr %out [alignment=4]", *lines])
    end = f"  store i32 %v{additions}, ptr %out [alignment=4]\n  ret"
    module = parser.parse_module(f"define kernel external void @{name}(ptr %out) {{\n^e:\n{body}\n{end}\n}}\n")
    return write_scalar(module, TARGET, module_symbol="m", hidden=False)


@pytest.mark.parametrize("name", ["LINEAR", "solve_PLACE_DIM_X", "ATTRIBUTES", "INLINE_IDX_Y"])
def test_kernels_may_be_called_like_words_of_the_template(name: str) -> None:
    text = text_of(name)
    assert f'call void @"d.{name}"(ptr %thread' in text
    parse_module(text, TARGET, target_machine(TARGET))


def test_the_loop_has_small_kernels_as_its_body_and_calls_large_ones() -> None:
    calls = {
        size: next(line for line in text_of("k", size).splitlines() if 'call void @"d.k"(' in line)
        for size in (MAX_INLINED - 4, MAX_INLINED)
    }
    assert ["noinline" in line for line in calls.values()] == [False, True]
