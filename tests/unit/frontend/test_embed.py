"""Pointing clang's registration at the compiled module, and merging what the two passes said."""

from __future__ import annotations

import pytest

from anychip.diagnostics import InternalError
from anychip.frontend.embed import attach_module, has_device_code, module_symbol
from anychip.frontend.host_device import merge_messages

HOST = """@1 = private constant [0 x i8] zeroinitializer, section ".nv_fatbin", align 8
@__cuda_fatbin_wrapper = internal constant { i32, i32, ptr, ptr } { i32 1180844977, i32 1, ptr @1, ptr null }, align 8
@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [{ i32, ptr, ptr } \
{ i32 65535, ptr @_GLOBAL__sub_I_a.cu, ptr null }, { i32, ptr, ptr } { i32 65535, ptr @__cuda_module_ctor, ptr null }]
"""


def test_the_wrapper_points_at_the_module_which_is_declared_hidden() -> None:
    text = attach_module(HOST, "anychip_module_1f")
    assert "i32 1, ptr @anychip_module_1f, ptr null }" in text
    assert "@anychip_module_1f = external hidden global i8\n" in text


def test_only_the_registration_moves_before_static_constructors() -> None:
    text = attach_module(HOST, "m")
    assert "{ i32 101, ptr @__cuda_module_ctor, ptr null }" in text
    assert "{ i32 65535, ptr @_GLOBAL__sub_I_a.cu, ptr null }" in text


def test_code_without_kernels_has_no_registration() -> None:
    assert has_device_code(HOST)
    assert not has_device_code("define i32 @main() { ret i32 0 }")


def test_an_unknown_form_is_not_passed_over() -> None:
    with pytest.raises(InternalError, match="unknown form"):
        attach_module(HOST.replace("@__cuda_module_ctor", "@other"), "m")


def test_symbols_differ_by_any_word() -> None:
    names = {
        module_symbol("a.cu", "-DX"),
        module_symbol("a.cu", "-DY"),
        module_symbol("a.cu-DX"),
        module_symbol("b.cu"),
    }
    assert len(names) == 4


def test_a_problem_both_passes_find_is_told_once() -> None:
    error = "a.cu:3:5: error: no x\n    3 | x;\n      | ^\n"
    host = error + "1 error generated when compiling for host.\n"
    device = error + "a.cu:9:1: warning: only here\n1 warning and 1 error generated when compiling for sm_80.\n"
    assert merge_messages(host, device) == error + "a.cu:9:1: warning: only here\n"


def test_the_include_chain_stays_with_its_error() -> None:
    chain = "In file included from a.cu:1:\nIn file included from b.h:1:\nc.h:2:2: error: bad\n"
    assert merge_messages(chain, chain) == chain
