"""LLVM passes before reading: linking of the device library, hiding, names, positions."""

from __future__ import annotations

import llvmlite.binding as llvm
import pytest

from anychip.analysis.verifier import undefined_functions, verify
from anychip.diagnostics import InternalError
from anychip.frontend.llvm_reader import read_module
from anychip.frontend.normalize import normalize

HEAD = """\
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"
"""
KERNEL = (
    HEAD
    + """
@g = addrspace(1) externally_initialized global i32 0, align 4
@unused = internal addrspace(1) global i32 0, align 4
@llvm.compiler.used = appending global [1 x ptr] [ptr addrspacecast (ptr addrspace(1) @g to ptr)],
  section "llvm.metadata"

define linkonce_odr float @helper(float %0) #0 {
  %2 = call float @lib_small(float %0)
  %3 = call float @lib_big(float %2)
  ret float %3
}

define void @nobody() {
  ret void
}

define ptx_kernel void @k(ptr %0) !dbg !3 {
  %2 = load float, ptr %0, align 4, !dbg !5
  %3 = call float @helper(float %2), !dbg !5
  store float %3, ptr %0, align 4, !dbg !5
  ret void, !dbg !5
}

declare float @lib_small(float)
declare float @lib_big(float)
attributes #0 = { noinline }
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !2, emissionKind: LineTablesOnly)
!2 = !DIFile(filename: "k.cu", directory: "/src")
!3 = distinct !DISubprogram(name: "k", scope: !2, file: !2, line: 3, type: !4, spFlags: DISPFlagDefinition, unit: !1)
!4 = !DISubroutineType(types: !6)
!5 = !DILocation(line: 4, column: 5, scope: !3)
!6 = !{}
"""
)
LIBRARY = (
    HEAD
    + """
define float @lib_small(float %x) alwaysinline {
  %r = fadd float %x, 1.0
  ret float %r
}
define float @lib_big(float %x) noinline {
  %r = call float @lib_inner(float %x)
  ret float %r
}
define internal float @lib_inner(float %x) noinline {
  %r = fmul float %x, %x
  ret float %r
}
define float @lib_unused(float %x) {
  ret float %x
}
define void @nobody() {
  unreachable
}
"""
)


def library(text: str = LIBRARY) -> bytes:
    module = llvm.parse_assembly(text, llvm.create_context())
    return bytes(module.as_bitcode())


def test_the_library_melts_in_and_the_rest_goes() -> None:
    module = read_module(normalize(KERNEL, [library()]), "k")
    verify(module, complete=True)
    assert set(module.functions) == {"helper", "k", "lib_big", "lib_inner"}
    assert [i.opcode for i in module.functions["helper"].instructions()] == ["fadd", "call", "ret"]
    assert module.functions["k"].kernel
    assert {name: f.linkage for name, f in module.functions.items() if not f.kernel} == dict.fromkeys(
        ("helper", "lib_big", "lib_inner"), "internal"
    )
    assert set(module.globals) == {"g"}


def test_names_and_positions_survive() -> None:
    kernel = read_module(normalize(KERNEL, [library()]), "k").functions["k"]
    assert kernel.arguments[0].name == "arg"
    assert {str(instruction.location) for instruction in kernel.instructions()} == {"/src/k.cu:4:5"}


def test_without_a_library_functions_stay_undefined() -> None:
    module = read_module(normalize(KERNEL, []), "k")
    assert set(undefined_functions(module)) == {"lib_small", "lib_big"}


def test_a_relocatable_module_keeps_its_functions() -> None:
    module = read_module(normalize(KERNEL, [library()], relocatable=True), "k")
    assert "nobody" in module.functions  # its own one, not the library's
    assert [i.opcode for i in module.functions["nobody"].instructions()] == ["ret"]
    assert module.functions["lib_big"].linkage == "internal"


def test_what_llvm_rejects_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="cannot read clang's device IR"):
        normalize("define void @f(", [])
    with pytest.raises(InternalError, match="cannot read a device library"):
        normalize(KERNEL, [b"no bitcode"])
