"""What is put right in clang's output for separate compilation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from anychip.diagnostics import InternalError
from anychip.frontend.command import CompileOptions, Unit
from anychip.frontend.relocatable import attach_unit, unit_identity

UNIT = Unit(Path("a.cu"), "cuda", CompileOptions(relocatable=True))
TRIPLE = "x86_64-unknown-linux-gnu"
HOST = """@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } \
{ i32 65535, ptr @__cuda_module_ctor, ptr null }]
define internal void @__cuda_module_ctor() {
  tail call void @__cudaRegisterLinkedBinary__nv_1f(ptr null, ptr null, ptr null, ptr null)
  ret void
}
declare void @__cudaRegisterLinkedBinary__nv_1f(ptr, ptr, ptr, ptr) local_unnamed_addr
"""
# A use before the definition keeps the old name; the number is written without leading zeros.
DEVICE = """target triple = "nvptx64-nvidia-cuda"
@_ZL1v = external dso_local addrspace(1) global i32, align 4
@_ZL1vx = external dso_local addrspace(1) global i32, align 4
@_ZL1v__static__1f = dso_local addrspace(1) externally_initialized global i32 3, align 4
@__clang_gpu_used_external = internal global [1 x ptr] [ptr addrspacecast (ptr addrspace(1) @_ZL1vx to ptr)]
@llvm.compiler.used = appending global [1 x ptr] [ptr @__clang_gpu_used_external], section "llvm.metadata"
define i32 @f() {
  %1 = load i32, ptr addrspacecast (ptr addrspace(1) @_ZL1v to ptr)
  %2 = load i32, ptr addrspacecast (ptr addrspace(1) @_ZL1vx to ptr)
  %3 = add i32 %1, %2
  ret i32 %3
}
"""


def test_uses_of_the_old_name_get_the_new_one() -> None:
    _, made = attach_unit(UNIT, TRIPLE, DEVICE, HOST)
    assert made is not None
    text = str(llvm.parse_bitcode(made.bitcode))
    assert "@_ZL1v " not in text
    assert "load i32, ptr addrspacecast (ptr addrspace(1) @_ZL1v__static__1f to ptr)" in text
    assert "load i32, ptr addrspacecast (ptr addrspace(1) @_ZL1vx to ptr)" in text
    assert "used" not in text


def test_the_object_carries_its_unit_outside_programs() -> None:
    host, made = attach_unit(UNIT, TRIPLE, DEVICE, HOST)
    assert made is not None
    assert (made.source, made.identity, made.target) == ("a.cu", "__nv_1f", TRIPLE)
    assert 'section ".anychip_device", align 8, !exclude' in host
    assert "{ i32 101, ptr @__cuda_module_ctor, ptr null }" in host
    llvm.parse_assembly(host).verify()


def test_without_device_code_nothing_is_left_to_link() -> None:
    host, made = attach_unit(UNIT, TRIPLE, 'target triple = "nvptx64-nvidia-cuda"\n', HOST)
    assert made is None
    assert "define internal void @__cudaRegisterLinkedBinary__nv_1f(ptr, ptr, ptr, ptr) {" in host
    llvm.parse_assembly(host).verify()


def test_host_code_that_does_not_register_is_not_passed_over() -> None:
    with pytest.raises(InternalError, match="does not register itself"):
        attach_unit(UNIT, TRIPLE, DEVICE, "define void @main() { ret void }")


def test_units_differ_by_place_content_and_options(tmp_path: Path) -> None:
    for name, text in (("a.cu", "1"), ("b.cu", "1"), ("c.cu", "2")):
        (tmp_path / name).write_text(text)
    units = [replace(UNIT, source=tmp_path / name) for name in ("a.cu", "b.cu", "c.cu")]
    units.append(replace(units[0], options=CompileOptions(debug=True, relocatable=True)))
    assert len({unit_identity(unit) for unit in units}) == len(units)
    assert unit_identity(units[0]) == unit_identity(units[0])
