"""Control flow, calls, local memory and parameters of one thread."""

from __future__ import annotations

import struct

import pytest
from reference_device import Device, kernel, run_threads

from anychip.diagnostics import InternalError, Unsupported
from anychip.ir import RUNTIME_FUNCTIONS
from anychip.reference import LaunchError
from anychip.reference.services import SERVICES


def test_phis_are_read_before_any_is_written() -> None:
    body = """
  br -> ^loop
^loop:
  %a : i32 = phi i32 1, i32 %b -> ^entry, ^loop
  %b : i32 = phi i32 2, i32 %a -> ^entry, ^loop
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^loop
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %next, i32 4 [predicate="slt"]
  condbr i1 %more -> ^loop, ^done
^done:
  %high : i32 = mul i32 %a, i32 10
  %value : i32 = add i32 %high, i32 %b"""
    assert run_threads(body) == [21]


def test_switch_and_its_default() -> None:
    body = """
  switch i32 %tid, i32 1, i32 -1, i32 3 -> ^other, ^one, ^other, ^three
^one:
  br -> ^join
^three:
  br -> ^join
^other:
  br -> ^join
^join:
  %value : i32 = phi i32 100, i32 300, i32 7 -> ^one, ^three, ^other"""
    assert run_threads(body, 5) == [7, 100, 7, 300, 7]


FACTORIAL = """
define internal i32 @factorial(i32 %n) {
^entry:
  %stop : i1 = icmp i32 %n, i32 2 [predicate="ult"]
  condbr i1 %stop -> ^base, ^step
^base:
  ret i32 1
^step:
  %less : i32 = sub i32 %n, i32 1
  %rest : i32 = call ptr @factorial, i32 %less [signature=type i32 (i32)]
  %product : i32 = mul i32 %n, i32 %rest
  ret i32 %product
}
"""


def test_recursion() -> None:
    body = "  %value : i32 = call ptr @factorial, i32 %tid [signature=type i32 (i32)]"
    assert run_threads(body, 6, functions=FACTORIAL) == [1, 1, 2, 6, 24, 120]


def test_endless_recursion_is_a_stack_overflow() -> None:
    functions = """
define internal void @down(i32 %n) {
^entry:
  call ptr @down, i32 %n [signature=type void (i32)] @ 0:12:3
  ret
}
"""
    body = "  call ptr @down, i32 1 [signature=type void (i32)]\n  ret"
    with pytest.raises(LaunchError, match="nested calls") as error:
        Device(kernel(body, functions=functions)).launch()
    assert error.value.cuda_error_name == "cudaErrorHardwareStackError"
    assert error.value.location is not None
    assert error.value.location.line == 12


OPERATORS = """
global @table : [2 x ptr] global internal align 8 = [ptr address(@twice, 0), ptr address(@square, 0)]
define internal i32 @twice(i32 %n) {
^entry:
  %r : i32 = shl i32 %n, i32 1
  ret i32 %r
}
define internal i32 @square(i32 %n) {
^entry:
  %r : i32 = mul i32 %n, i32 %n
  ret i32 %r
}
"""


def test_function_pointers_from_memory() -> None:
    body = """
  %odd : i32 = and i32 %tid, i32 1
  %odd64 : i64 = zext i32 %odd
  %entry_ : ptr = gep ptr<global> @table, i64 %odd64 [offset=0, scales=(8)]
  %f : ptr = load ptr %entry_ [alignment=8]
  %value : i32 = call ptr %f, i32 %tid [signature=type i32 (i32)]"""
    assert run_threads(body, 6, functions=OPERATORS) == [0, 1, 4, 9, 8, 25]


@pytest.mark.parametrize(("address", "message"), [(64, "call of 0x40"), (0, "call of 0x0")])
def test_call_of_no_function_fails(address: int, message: str) -> None:
    body = f"""
  %f : ptr = inttoptr i64 {address}
  call ptr %f [signature=type void ()] @ 0:9:3
  ret"""
    with pytest.raises(LaunchError, match=message) as error:
        Device(kernel(body)).launch()
    assert error.value.cuda_error_name == "cudaErrorInvalidPc"
    assert error.value.location is not None
    assert error.value.location.line == 9


def test_call_through_a_pointer_of_another_type_fails() -> None:
    body = """
  call ptr %f [signature=type void ()]
  ret"""
    body = "  %f : ptr = load ptr<global> @table [alignment=8]" + body
    with pytest.raises(LaunchError, match="through a pointer of type"):
        Device(kernel(body, functions=OPERATORS)).launch()


def test_call_of_a_function_without_body_is_unsupported() -> None:
    body = "  call ptr @elsewhere [signature=type void ()] @ 0:3:5\n  ret"
    with pytest.raises(Unsupported, match="elsewhere") as error:
        Device(kernel(body, functions="declare external void @elsewhere()")).launch()
    assert error.value.location is not None
    assert error.value.location.line == 3


def test_local_arrays_belong_to_one_call() -> None:
    functions = """
define internal i32 @sum(i32 %n) {
^entry:
  %a : ptr = alloca [allocated=type [2 x i32], alignment=4]
  store i32 %n, ptr %a [alignment=4]
  %stop : i1 = icmp i32 %n, i32 0 [predicate="eq"]
  condbr i1 %stop -> ^base, ^step
^base:
  ret i32 0
^step:
  %less : i32 = sub i32 %n, i32 1
  %rest : i32 = call ptr @sum, i32 %less [signature=type i32 (i32)]
  %own : i32 = load ptr %a [alignment=4]
  %total : i32 = add i32 %own, i32 %rest
  ret i32 %total
}
"""
    body = "  %value : i32 = call ptr @sum, i32 %tid [signature=type i32 (i32)]"
    assert run_threads(body, 5, functions=functions) == [0, 1, 3, 6, 10]


def test_local_memory_is_aligned_and_given_back_on_return() -> None:
    functions = """
define internal i64 @use() {
^entry:
  %big : ptr = alloca [allocated=type [100000 x i8], alignment=1]
  %odd : ptr = alloca [allocated=type [3 x i8], alignment=1]
  %wide : ptr = alloca [allocated=type i128, alignment=64]
  %address : i64 = ptrtoint ptr %wide
  %low : i64 = and i64 %address, i64 63
  ret i64 %low
}
"""
    body = """
  br -> ^loop
^loop:
  %i : i32 = phi i32 0, i32 %next -> ^entry, ^loop
  %sum : i64 = phi i64 0, i64 %sum2 -> ^entry, ^loop
  %low : i64 = call ptr @use [signature=type i64 ()]
  %sum2 : i64 = add i64 %sum, i64 %low
  %next : i32 = add i32 %i, i32 1
  %more : i1 = icmp i32 %next, i32 20 [predicate="ult"]
  condbr i1 %more -> ^loop, ^done
^done:
  %sum32 : i32 = trunc i64 %sum2
  %value : i32 = add i32 %sum32, i32 %next"""
    assert run_threads(body, functions=functions) == [20]


def test_too_much_local_memory_is_a_stack_overflow() -> None:
    body = "  %a : ptr = alloca [allocated=type [600000 x i8], alignment=1] @ 0:4:1\n  ret"
    with pytest.raises(LaunchError, match="local memory") as error:
        Device(kernel(body)).launch()
    assert error.value.cuda_error_name == "cudaErrorHardwareStackError"


def test_by_value_arguments_are_copies() -> None:
    functions = """
define internal i32 @change(ptr %s [by_value=type {i32, i32}, alignment=4]) {
^entry:
  %old : i32 = load ptr %s [alignment=4]
  store i32 77, ptr %s [alignment=4]
  ret i32 %old
}
define internal void @fill(ptr %result [struct_return=type {i32, i32}, alignment=4]) {
^entry:
  store i32 5, ptr %result [alignment=4]
  ret
}
"""
    body = """
  %s : ptr = alloca [allocated=type {i32, i32}, alignment=4]
  call ptr @fill, ptr %s [signature=type void (ptr)]
  %old : i32 = call ptr @change, ptr %s [signature=type i32 (ptr)]
  %kept : i32 = load ptr %s [alignment=4]
  %shifted : i32 = mul i32 %old, i32 100
  %value : i32 = add i32 %shifted, i32 %kept"""
    assert run_threads(body, functions=functions) == [505]


def test_parameters_lie_at_natural_alignment_and_structures_inline() -> None:
    parameters = "i8 %a, double %d, ptr %s [by_value=type {i16, i64}, alignment=8], i8 %b, ptr %out"
    body = """
  %field : ptr = gep ptr %s [offset=8, scales=()]
  %wide : i64 = load ptr %field [alignment=8]
  store i64 0, ptr %field [alignment=8]
  %whole : i64 = fptosi double %d
  %x : i64 = zext i8 %a
  %y : i64 = zext i8 %b
  %1 : i64 = add i64 %wide, i64 %whole
  %2 : i64 = add i64 %1, i64 %x
  %3 : i64 = add i64 %2, i64 %y
  %old : i64 = atomic ptr %out, i64 %3 [operation="add", ordering="relaxed", scope="device"]
  ret"""
    device = Device(kernel(body, parameters=parameters))
    image = struct.pack("<b7xdh6xqb7xQ", 1, 20.5, 3, 400, 5, device.out)
    device.launch(block=(2, 1, 1), parameters=image)
    assert device.words(1) == [2 * 426]
    with pytest.raises(InternalError, match="too few"):
        device.launch(parameters=image[:-1])


def test_exit_ends_the_thread_inside_a_call() -> None:
    functions = "define internal void @quit() {\n^entry:\n  exit\n}\n"
    body = """
  %tid64_ : i64 = zext i32 %tid
  %mine : ptr = gep ptr %out, i64 %tid64_ [offset=0, scales=(4)]
  store i32 8, ptr %mine [alignment=4]
  %odd : i1 = trunc i32 %tid
  condbr i1 %odd -> ^leave, ^stay
^leave:
  call ptr @quit [signature=type void ()]
  br -> ^stay
^stay:
  %value : i32 = add i32 0, i32 1"""
    assert run_threads(body, 4, functions=functions) == [1, 8, 1, 8]


def test_trap_unreachable_and_assert() -> None:
    for body in ("  trap @ 0:5:1\n  ret", "  unreachable @ 0:5:1"):
        with pytest.raises(LaunchError) as error:
            Device(kernel(body)).launch()
        assert error.value.cuda_error_name == "cudaErrorLaunchFailure"
        assert error.value.location is not None
        assert error.value.location.line == 5


ASSERT = """
global @text : [6 x i8] global private align 1 constant = c"x < 3\\00"
global @file : [5 x i8] global private align 1 constant = c"t.cu\\00"
global @name : [2 x i8] global private align 1 constant = c"k\\00"
declare external void @__assertfail(ptr %m, ptr %f, i32 %l, ptr %n, i64 %c)
"""


def test_failed_assert_says_what_cuda_says() -> None:
    body = """
  %y : i32 = sreg [register="tid.y"]
  %bad : i1 = icmp i32 %y, i32 1 [predicate="eq"]
  condbr i1 %bad -> ^fail, ^pass
^fail:
  call ptr @__assertfail, ptr<global> @text, ptr<global> @file, i32 12, ptr<global> @name, i64 1 \
[signature=type void (ptr, ptr, i32, ptr, i64)]
  unreachable
^pass:
  ret"""
    with pytest.raises(LaunchError) as error:
        Device(kernel(body, functions=ASSERT)).launch(grid=(2, 1, 1), block=(2, 2, 1))
    assert error.value.cuda_error_name == "cudaErrorAssert"
    assert "t.cu:12: k: block: [0,0,0], thread: [0,1,0] Assertion `x < 3` failed." in error.value.message


def test_unknown_kernel_and_impossible_shapes() -> None:
    device = Device(kernel("  ret"))
    for grid, block in [((0, 1, 1), (1, 1, 1)), ((1, 1, 1), (1, 0, 1)), ((1, 1, 1), (1025, 1, 1))]:
        with pytest.raises(LaunchError) as error:
            device.launch(grid=grid, block=block)
        assert error.value.cuda_error_name == "cudaErrorInvalidConfiguration"
    device.module.functions.clear()
    with pytest.raises(LaunchError) as error:
        device.launch()
    assert error.value.cuda_error_name == "cudaErrorInvalidDeviceFunction"


def test_services_are_the_functions_the_ir_allows_undefined() -> None:
    assert set(SERVICES) == RUNTIME_FUNCTIONS


def test_unknown_special_register_is_unsupported() -> None:
    body = '  %x : i32 = sreg [register="cluster.id"] @ 0:2:9\n  ret'
    with pytest.raises(Unsupported, match=r"cluster\.id") as error:
        Device(kernel(body)).launch()
    assert error.value.location is not None


def test_endless_loop_ends_at_the_instruction_limit() -> None:
    device = Device(kernel("  br -> ^spin\n^spin:\n  br -> ^spin @ 0:3:1"))
    device.environment.instruction_limit = 300_000
    with pytest.raises(LaunchError) as error:
        device.launch()
    assert error.value.cuda_error_name == "cudaErrorLaunchTimeout"
    assert error.value.location is not None
    assert error.value.location.line == 3
