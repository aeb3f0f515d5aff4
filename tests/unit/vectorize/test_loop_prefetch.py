"""What loops ask for ahead: loads whose addresses move by steps known at run time, and no others."""

from __future__ import annotations

import pytest
from pass_support import TARGET

from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.vectorize.pipeline import lane_writer

TEXT = """
define kernel external void @k(ptr %out, ptr %in, i32 %n, i32 %step) {{
^e:
  %t : i32 = sreg [register="tid.x"]
  %g : i32 = sreg [register="nctaid.x"]
  br -> ^l
^l:
  %i : i32 = phi i32 %t, i32 %j -> ^e, ^l
  %s : i32 = phi i32 0, i32 %r -> ^e, ^l
  %w : i64 = sext i32 %i
  %p : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %p [alignment=4]
  %r : i32 = add i32 %s, i32 %x
  %j : i32 = add i32 %i, i32 {step}
  %c : i1 = icmp i32 %j, i32 %n [predicate="slt"]
  condbr i1 %c -> ^l, ^z
^z:
  %v : i64 = zext i32 %t
  %q : ptr = gep ptr %out, i64 %v [offset=0, scales=(4)]
  store i32 %r, ptr %q [alignment=4]
  ret
}}
"""


def prefetches(step: str) -> list[str]:
    module = parse_module(TEXT.format(step=step))
    text = write_scalar(module, TARGET, module_symbol="m", hidden=False, write_kernel=lane_writer(32))
    start = text.index("@d.k.lanes32.full" if "@d.k.lanes32.full" in text else '@"d.k.lanes32.full"')
    body = text[start : text.index("\n}\n", start)]
    return [line for line in body.splitlines() if "call void @llvm.prefetch" in line]


@pytest.mark.parametrize("step", ["%step", "%g"])
def test_a_step_known_at_run_time_is_looked_ahead_along(step: str) -> None:
    assert len(prefetches(step)) == 32 * 4 // 64  # one for each line of a vector


@pytest.mark.parametrize("step", ["64", "%x", "%t"])
def test_other_steps_are_left_to_the_processor(step: str) -> None:
    assert prefetches(step) == []
