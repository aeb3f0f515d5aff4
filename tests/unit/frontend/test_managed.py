"""Managed variables in host IR: what is shared, and what only looks like it."""

from __future__ import annotations

from anychip.frontend.managed import managed_variables, share_managed, share_relocatable

HOST = r"""
@x = internal global i32 undef, align 4
@.str = private unnamed_addr constant [13 x i8] c"cuda_managed\00", section "llvm.metadata"
@.str.1 = private unnamed_addr constant [5 x i8] c"a.cu\00", section "llvm.metadata"
@"odd name" = dso_local global [4 x float] undef, align 16
@plain = internal global i32 undef, align 4
@.text = private unnamed_addr constant [3 x i8] c"@x\00", align 1
@llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } """ + (
    r"""{ ptr @x, ptr @.str, ptr @.str.1, i32 2, ptr null }, { ptr, ptr, ptr, i32, ptr } """
    r"""{ ptr @"odd name", ptr @.str, ptr @.str.1, i32 3, ptr null }], section "llvm.metadata"
define i32 @f() {
  %1 = load i32, ptr @x, align 4
  %2 = load i32, ptr @plain, align 4
  ret i32 %1
}
"""
)


def test_names_are_found_in_the_annotations() -> None:
    assert managed_variables(HOST) == {"@x", '@"odd name"'}
    assert managed_variables("@x = global i32 0") == frozenset()


def test_own_copies_become_the_devices() -> None:
    text = share_managed(HOST, "module")
    assert '@"module.managed.x" = external hidden global i32, align 4' in text
    assert '@"module.managed.odd name" = external hidden global [4 x float], align 16' in text
    assert 'load i32, ptr @"module.managed.x"' in text


def test_other_variables_and_strings_stay() -> None:
    text = share_managed(HOST, "module")
    assert "@plain = internal global i32 undef" in text
    assert r'c"@x\00"' in text


def test_linked_variables_keep_their_names() -> None:
    shared = share_relocatable(HOST)
    assert '@"x" = external hidden global i32, align 4' in shared
    assert '@"odd name" = external hidden global' in shared


def test_static_variables_have_the_names_they_are_registered_by() -> None:
    call = "call void @__cudaRegisterVar(ptr %0, ptr @x, ptr @0, ptr @0, i32 0)"
    name = "x__static__0123456789abcdef"
    text = HOST.replace("  %1 = load", f"  {call}\n  %1 = load")
    renamed = text + f'@0 = private unnamed_addr constant [28 x i8] c"{name}\\00"\n'
    assert f'@"{name}" = external hidden global i32' in share_relocatable(renamed)
