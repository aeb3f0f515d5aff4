"""Rounds of groups of several threads per lane: which blocks they take, and how large frames must be."""

from __future__ import annotations

import re

import pytest

from anychip.codegen.module_context import ModuleContext
from anychip.ir.parser import parse_module
from anychip.targets import TARGETS
from anychip.vectorize.pipeline import vectorize_kernel
from anychip.vectorize.report import Report

TEXT = """
define kernel external void @k(ptr %out, i32 %n) {{
^e:
  %t : i32 = sreg [register="tid.{axis}"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %p [alignment=4]
  barrier i32 0
  store i32 %x, ptr %p [alignment=4]
  ret
}}
"""


def written(axis: str) -> tuple[str, str, int]:
    module = parse_module(TEXT.format(axis=axis))
    context = ModuleContext(module, TARGETS["x86_64-v4"])
    (kernel,) = module.kernels()
    _, text = vectorize_kernel(context, kernel, 16, Report())
    return text, context.entries[kernel].run_block, context.entries[kernel].frame_bytes


@pytest.mark.parametrize(
    ("axis", "mask", "rows_mask", "holding"), [("x", 63, 0, 4 << 16 | 1), ("y", 15, 3, 1 << 16 | 4)]
)
def test_blocks_made_of_such_groups_are_taken(axis: str, mask: int, rows_mask: int, holding: int) -> None:
    text, run_block, _ = written(axis)
    assert run_block == '@"d.k.parts"'
    choice = text[text.index('define internal void @"d.k.parts"') :]
    assert f"%beside = and i32 %dim.x, {mask}" in choice
    assert f"%below = and i32 %dim.y, {rows_mask}" in choice
    assert f"store volatile i32 {holding}, ptr %operation.at" in choice
    assert 'call void @"d.k.rounds"(ptr %thread)' in choice


def test_frames_of_the_parts_of_a_lane_fit_where_those_of_groups_would_be() -> None:
    text, _, frame_bytes = written("x")
    together = text[text.index('@"d.k.lanes16.x4.rounds"') :]
    found = re.search(r"%place = mul i64 %index, (\d+)", together)
    assert found
    assert int(found[1]) <= 4 * frame_bytes
