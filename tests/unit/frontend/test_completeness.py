"""Names that nothing defines are told with the place of their use; what the runtime provides is no such name."""

from __future__ import annotations

import pytest

from anychip.diagnostics import UndefinedDeviceSymbol
from anychip.frontend.completeness import check_complete
from anychip.frontend.demangle import demangle
from anychip.frontend.llvm_reader import read_module

KERNEL = """target triple = "nvptx64-nvidia-cuda"
{declarations}
define ptx_kernel void @k(ptr %p) !dbg !1 {{
  {body}
  ret void
}}
!llvm.dbg.cu = !{{!0}}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus, file: !2, emissionKind: LineTablesOnly)
!1 = distinct !DISubprogram(name: "k", file: !2, line: 3, unit: !0, spFlags: DISPFlagDefinition)
!2 = !DIFile(filename: "a.cu", directory: "/")
!3 = !DILocation(line: 4, column: 5, scope: !1)
"""


def check(declarations: str, body: str) -> None:
    check_complete(read_module(KERNEL.format(declarations=declarations, body=body), "a.cu"), "the hint")


def test_a_function_is_told_with_the_line_of_its_call() -> None:
    with pytest.raises(UndefinedDeviceSymbol) as caught:
        check("declare void @_Z1fi(i32)", "call void @_Z1fi(i32 1), !dbg !3")
    assert caught.value.message.endswith("' is called but not defined")
    assert str(caught.value.location).endswith("a.cu:4:5")
    assert caught.value.hint == "the hint"


def test_all_others_are_listed() -> None:
    with pytest.raises(UndefinedDeviceSymbol) as caught:
        check(
            "@v = external addrspace(1) global i32\ndeclare void @f()",
            "call void @f()\n store i32 1, ptr addrspace(1) @v",
        )
    assert "also not defined: device variable 'v'" in (caught.value.hint or "")


def test_initialisers_are_followed() -> None:
    declarations = "declare void @f()\n@t = internal constant [1 x ptr] [ptr @f]"
    with pytest.raises(UndefinedDeviceSymbol, match="device function 'f'"):
        check(declarations, "%v = load ptr, ptr @t\n store ptr %v, ptr %p")


@pytest.mark.parametrize(
    ("declarations", "body"),
    [
        ("declare i32 @vprintf(ptr, ptr)", "%n = call i32 @vprintf(ptr %p, ptr null)"),
        ("@s = external addrspace(3) global [0 x i32]", "store i32 1, ptr addrspace(3) @s"),
        ("@v = addrspace(1) global i32 0", "store i32 1, ptr addrspace(1) @v"),
    ],
    ids=["provided", "dynamic shared memory", "defined"],
)
def test_complete_code_passes(declarations: str, body: str) -> None:
    check(declarations, body)


def test_names_are_written_as_in_the_source() -> None:
    assert demangle("plain") == "plain"
    assert demangle("_Z1fi") in ("f(int)", "_Z1fi")
