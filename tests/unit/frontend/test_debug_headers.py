"""Under -G the functions of CUDA's headers are inlined, the program's own are not."""

from __future__ import annotations

from pathlib import Path

import anychip
from anychip.frontend.debug_headers import inline_headers, is_for_debugger
from anychip.frontend.normalize import normalize

HEADERS = Path(anychip.__file__).resolve().parent / "include"
TEXT = f"""target triple = "nvptx64-nvidia-cuda"

define internal i32 @from_header() #0 !dbg !6 {{
  ret i32 7
}}

define internal i32 @own() #0 !dbg !7 {{
  ret i32 8
}}

define ptx_kernel void @k(ptr %out) #0 !dbg !8 {{
  %place = alloca i32, align 4
    #dbg_declare(ptr %place, !9, !DIExpression(), !10)
  %a = call i32 @from_header(), !dbg !10
  %b = call i32 @own(), !dbg !10
  %c = add i32 %a, %b, !dbg !10
  store i32 %c, ptr %place, align 4, !dbg !10
  ret void
}}

attributes #0 = {{ noinline nounwind optnone }}

!llvm.dbg.cu = !{{!0}}
!llvm.module.flags = !{{!1}}

!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !2, emissionKind: FullDebug)
!1 = !{{i32 2, !"Debug Info Version", i32 3}}
!2 = !DIFile(filename: "a.cu", directory: "/src")
!3 = !DIFile(filename: "warp.h", directory: "{HEADERS}")
!4 = !DISubroutineType(types: !5)
!5 = !{{null}}
!6 = distinct !DISubprogram(name: "from_header", scope: !3, file: !3, line: 1, type: !4, unit: !0, spFlags: 8)
!7 = distinct !DISubprogram(name: "own", scope: !2, file: !2, line: 2, type: !4, unit: !0, spFlags: 8)
!8 = distinct !DISubprogram(name: "k", scope: !2, file: !2, line: 3, type: !4, unit: !0, spFlags: 8)
!9 = !DILocalVariable(name: "x", scope: !8, file: !2, line: 4, type: !11)
!10 = !DILocation(line: 4, column: 3, scope: !8)
!11 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
"""


def test_only_functions_of_headers_are_marked() -> None:
    definitions = {line.partition("(")[0]: line for line in inline_headers(TEXT).splitlines() if "define" in line}
    assert "#0" not in definitions["define internal i32 @from_header"]
    assert "#0" in definitions["define internal i32 @own"]
    assert "#0" in definitions["define ptx_kernel void @k"]


def test_they_melt_into_their_callers_whose_variables_stay() -> None:
    text = normalize(TEXT, [])
    assert "@from_header" not in text
    assert "call i32 @own" in text
    assert "#dbg_declare(ptr %place" in text


def test_lines_alone_are_not_for_a_debugger() -> None:
    assert is_for_debugger(TEXT)
    assert not is_for_debugger(TEXT.replace("FullDebug", "LineTablesOnly"))
