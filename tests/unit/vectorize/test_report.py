"""What ``anychip show --stage lanes`` tells."""

from __future__ import annotations

from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import lane_writer
from anychip.vectorize.report import Report


def test_the_report_tells_of_every_access() -> None:
    text = """define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %out, i64 %w [offset=0, scales=(1200)]
  %v : i32 = load ptr %out [alignment=4]
  store i32 %v, ptr %p [alignment=4]
  store i32 %v, ptr %q [alignment=4]
  ret
}"""
    report = Report()
    module = parse_module(text)
    write_scalar(module, lookup(), module_symbol="m", hidden=True, write_kernel=lane_writer(16, report))
    assert report.lanes == {"k": 16}
    found = report.text()
    assert "k: 16 lanes" in found
    for words in ("load, uniform", "store, contiguous", "store, gathered"):
        assert words in found
