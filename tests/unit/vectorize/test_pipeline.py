"""Which versions a kernel gets, and what the runtime is told of them."""

from __future__ import annotations

import re

import pytest
from pass_support import TARGET, kernel_text, llvm, refusal

from anychip.codegen.module_context import ModuleContext
from anychip.ir.parser import parse_module
from anychip.vectorize.pipeline import vectorize_kernel
from anychip.vectorize.report import Report

STORE = "  store i32 %x, ptr %p [alignment=4]\n  ret"
KERNELS = {
    "never waits": (STORE, ["groups"]),
    "waits, in rounds": (f"  barrier i32 0\n{STORE}", ["lanes16.x4", "parts", "lanes16.x4.rounds", "rounds"]),
    "waits, by the scheduler": (f"  barrier i32 0\n  barrier i32 1\n{STORE}", ["strand"]),
}


@pytest.mark.parametrize("name", KERNELS)
def test_versions_and_entries(name: str) -> None:
    body, entries = KERNELS[name]
    found = re.findall(r'define internal .*@"d\.k\.([\w.]+)"\(', llvm(body, 16))
    assert [name for name in found if name != "block"] == ["lanes16.part", "lanes16.full", *entries]


def test_the_entry_of_a_kernel() -> None:
    module = parse_module(kernel_text(f"  barrier i32 0\n  barrier i32 1\n{STORE}"))
    context = ModuleContext(module, TARGET)
    (kernel,) = module.kernels()
    width, _ = vectorize_kernel(context, kernel, 8, Report())
    entry = context.entries[kernel]
    assert (width, entry.lanes, entry.run_block, entry.run_strand) == (8, 8, "null", '@"d.k.strand"')
    assert entry.frame_bytes >= 8 + 8 * 4  # the mask and %x


def test_one_lane_is_left_to_the_scalar_path() -> None:
    assert refusal(STORE, 1) == "ANYCHIP_LANES is 1"
