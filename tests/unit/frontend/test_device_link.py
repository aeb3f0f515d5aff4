"""Linking units: one definition of each symbol, one copy of inline ones, and which library members are taken."""

from __future__ import annotations

import llvmlite.binding as llvm
import pytest

from anychip.diagnostics import UserError
from anychip.frontend.device_link import link_units, needed_units
from anychip.frontend.device_unit import DeviceUnit

HEAD = 'target triple = "nvptx64-nvidia-cuda"\n'
KERNEL = "define ptx_kernel void @k{0}() {{\n  call void @f()\n  ret void\n}}\n"


def unit(name: str, text: str, target: str = "x86_64-unknown-linux-gnu") -> DeviceUnit:
    bitcode = bytes(llvm.parse_assembly(HEAD + text, llvm.create_context()).as_bitcode())
    return DeviceUnit(f"{name}.cu", f"__nv_{name}", target, bitcode)


USER = unit("user", "declare void @f()\n" + KERNEL.format(1))
DEFINER = unit("definer", "define void @f() {\n  ret void\n}\n@v = addrspace(1) global i32 1\n")


def test_declarations_meet_definitions_and_only_kernels_stay_visible() -> None:
    text = str(llvm.parse_bitcode(link_units([USER, DEFINER])))
    assert "define ptx_kernel void @k1()" in text
    assert "define internal void @f()" in text
    assert "@v = addrspace(1) global i32 1" in text


def test_of_inline_definitions_one_is_kept() -> None:
    inline = "define linkonce_odr void @f() {\n  ret void\n}\n"
    units = [unit(str(number), inline + KERNEL.format(number)) for number in (1, 2)]
    assert str(llvm.parse_bitcode(link_units(units))).count("void @f() {") == 1


def test_internal_symbols_of_one_name_stay_apart() -> None:
    body = "define internal i32 @own() {{\n  ret i32 {0}\n}}\n"
    body += "define ptx_kernel void @k{0}(ptr %p) {{\n  %v = call i32 @own()\n  store i32 %v, ptr %p\n  ret void\n}}\n"
    text = str(llvm.parse_bitcode(link_units([unit("a", body.format(1)), unit("b", body.format(2))])))
    assert "ret i32 1" in text
    assert "ret i32 2" in text


def test_two_definitions_are_refused_with_both_sources() -> None:
    with pytest.raises(UserError, match=r"'f' is defined in definer\.cu and in again\.cu"):
        link_units([DEFINER, unit("again", "define void @f() {\n  ret void\n}\n")])


def test_units_for_different_processors_are_refused() -> None:
    with pytest.raises(UserError, match="for different processors"):
        link_units([USER, unit("other", "", "riscv64-unknown-linux-gnu")])


def test_unreadable_bitcode_is_refused() -> None:
    with pytest.raises(UserError, match=r"the device code of x\.cu cannot be read"):
        link_units([DeviceUnit("x.cu", "__nv_x", "", b"BC\xc0\xdegarbage")])


def test_a_member_that_defines_what_is_defined_is_not_taken() -> None:
    again = unit("again", "define void @f() {\n  ret void\n}\n")
    fresh = unit("fresh", "define void @g() {\n  ret void\n}\n")
    assert needed_units([USER, DEFINER], [again, fresh]) == [USER, DEFINER, fresh]
    assert needed_units([USER], [DEFINER, again]) == [USER, DEFINER]


@pytest.mark.parametrize(
    ("declared", "defined", "message"),
    [
        ("declare i32 @g(i32)", "define float @g(i32 %x) {\n  ret float 0.0\n}", r"a function \(i32 \(i32\)\)"),
        ("declare i32 @g(i32)", "@g = addrspace(1) global i32 1", "defined as a variable of 4 bytes"),
        (
            "@g = external addrspace(1) global i64",
            "@g = addrspace(1) global i32 1",
            "declared as a variable of 8 bytes",
        ),
    ],
    ids=["result", "kind", "size"],
)
def test_declarations_must_agree_with_the_definition(declared: str, defined: str, message: str) -> None:
    use = "\n@u = internal global ptr " + ("@g" if declared[0] == "d" else "addrspacecast (ptr addrspace(1) @g to ptr)")
    with pytest.raises(UserError, match=message) as caught:
        link_units([unit("user", declared + use), unit("definer", defined + "\n")])
    assert "in user.cu, but defined as" in caught.value.message


def test_arrays_of_open_size_and_structures_agree() -> None:
    body = "%struct.S = type {{ i32 }}\n{0} %struct.S @g(%struct.S){1}\n"
    user = unit("user", body.format("declare", "") + "@a = external addrspace(1) global [0 x i32]\n")
    definer = unit(
        "definer", body.format("define", " {\n  ret %struct.S %0\n}") + "@a = addrspace(1) global [9 x i32] undef\n"
    )
    assert link_units([user, definer])


def test_an_incomplete_structure_agrees() -> None:
    user = unit("user", "%struct.S = type opaque\n@s = external addrspace(1) global %struct.S\n")
    definer = unit("definer", "%struct.S = type { i32 }\n@s = addrspace(1) global %struct.S undef\n")
    assert link_units([user, definer])
