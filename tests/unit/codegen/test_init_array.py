"""Static constructors keep their priority, order and COMDAT group."""

from __future__ import annotations

import pytest

from anychip.codegen.init_array import use_init_array
from anychip.diagnostics import InternalError

TABLE = "@llvm.global_ctors = appending global [{n} x {{ i32, ptr, ptr }}] [{entries}]\n"


def table(*entries: str) -> str:
    words = [f"{{ i32, ptr, ptr }} {entry}" for entry in entries]
    return TABLE.format(n=len(entries), entries=", ".join(words))


def test_priority_names_the_section_and_order_is_kept() -> None:
    text = use_init_array(table("{ i32 101, ptr @a, ptr null }", "{ i32 65535, ptr @b, ptr null }"))
    first, second = text.splitlines()
    assert first == '@anychip.ctors.0 = internal global ptr @a, section ".init_array.00101", align 8'
    assert second == '@anychip.ctors.1 = internal global ptr @b, section ".init_array", align 8'


def test_a_constructor_joins_the_group_of_its_variable() -> None:
    variable = "@v = linkonce_odr global i32 0, comdat, align 4\n@w = weak_odr global i32 0, comdat($g), align 4\n"
    entries = table("{ i32 65535, ptr @a, ptr @v }", "{ i32 65535, ptr @b, ptr @w }")
    text = use_init_array(variable + entries)
    assert 'ptr @a, section ".init_array", comdat($v), align 8' in text
    assert 'ptr @b, section ".init_array", comdat($g), align 8' in text


def test_text_without_constructors_is_left_alone() -> None:
    assert use_init_array("define void @f() { ret void }") == "define void @f() { ret void }"


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(InternalError, match="unknown form"):
        use_init_array(table("{ i32 65535, ptr addrspacecast (ptr @a to ptr), ptr null }"))
