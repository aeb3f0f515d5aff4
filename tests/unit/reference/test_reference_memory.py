"""Memory: faults with their place, both implementations, shared variables, atomics, values of every type."""

from __future__ import annotations

import ctypes
import struct

import pytest
from reference_device import Device, kernel, run_threads

from anychip.diagnostics import InternalError
from anychip.ir.parser import parse_module
from anychip.reference import (
    BytesMemory,
    DeviceFault,
    Environment,
    LaunchError,
    ProcessMemory,
    execute,
    load_variables,
    standalone_environment,
)


def test_overrun_names_kernel_block_thread_and_line() -> None:
    body = """
  %i : i32 = sreg [register="tid.x"]
  %i64 : i64 = zext i32 %i
  %p : ptr = gep ptr %out, i64 %i64 [offset=0, scales=(4)]
  store i32 1, ptr %p [alignment=4] @ 0:7:12
  ret"""
    device = Device(kernel(body), out_bytes=12)
    with pytest.raises(LaunchError) as error:
        device.launch(grid=(1, 2, 1), block=(4, 1, 1))
    assert error.value.cuda_error_name == "cudaErrorIllegalAddress"
    assert (error.value.kernel, error.value.block, error.value.thread) == ("k", (0, 0, 0), (3, 0, 0))
    assert str(error.value.location) == "t.cu:7:12"
    assert "write of 4 bytes" in error.value.message


def test_null_read_is_a_fault_and_an_empty_copy_is_none() -> None:
    with pytest.raises(LaunchError, match="read of 8 bytes at 0x0"):
        Device(kernel("  %x : i64 = load ptr zero [alignment=8]\n  ret")).launch()
    Device(kernel("  memcpy ptr zero, ptr zero, i64 0\n  memset ptr zero, i8 1, i64 0\n  ret")).launch()


def test_bytes_memory_checks_bounds_and_freed_memory() -> None:
    memory = BytesMemory()
    first, second = memory.allocate(8), memory.allocate(8, 16)
    memory.write(first, b"12345678")
    assert memory.read(first + 2, 3) == b"345"
    for address, size in [(first - 1, 1), (first, 9), (first + 8, 1), (second + 7, 2)]:
        with pytest.raises(DeviceFault):
            memory.read(address, size)
    memory.free(first)
    with pytest.raises(DeviceFault):
        memory.write(first, b"x")
    with pytest.raises(DeviceFault, match="free"):
        memory.free(second + 1)


def test_process_memory_asks_before_it_touches() -> None:
    buffer = ctypes.create_string_buffer(64)
    base = ctypes.addressof(buffer)
    memory = ProcessMemory(lambda address, size: base <= address and address + size <= base + 64)
    memory.write(base + 4, b"\1\2\3")
    assert buffer.raw[3:8] == b"\0\1\2\3\0"
    assert memory.read(base + 5, 2) == b"\2\3"
    with pytest.raises(DeviceFault, match="read of 8 bytes"):
        memory.read(base + 60, 8)
    with pytest.raises(DeviceFault, match="write of 1 bytes at 0x10"):
        memory.write(16, b"x")


def test_a_launch_on_process_memory_leaves_nothing_allocated() -> None:
    module = parse_module(kernel(SHARED_REVERSE_BODY, globals_=SHARED_REVERSE_GLOBALS))
    blocks: dict[int, ctypes.Array[ctypes.c_char]] = {}

    def allocate(size: int, alignment: int) -> int:
        raw = ctypes.create_string_buffer(size + alignment)
        address = -(-ctypes.addressof(raw) // alignment) * alignment
        blocks[address] = raw
        return address

    def is_mapped(address: int, size: int) -> bool:
        return any(start <= address and address + size <= start + len(raw) for start, raw in blocks.items())

    out = allocate(32, 16)
    memory = ProcessMemory(is_mapped)
    environment = Environment(memory, allocate, lambda address: blocks.pop(address) and None)
    execute(module, "k", (1, 1, 1), (8, 1, 1), 0, struct.pack("<Q", out), environment)
    assert struct.unpack("<8I", memory.read(out, 32)) == (7, 6, 5, 4, 3, 2, 1, 0)
    assert list(blocks) == [out]


SHARED_REVERSE_GLOBALS = "global @tile : [8 x i32] shared internal align 4 = zero"
SHARED_REVERSE_BODY = """
  %i : i32 = sreg [register="tid.x"]
  %i64 : i64 = zext i32 %i
  %mine : ptr<shared> = gep ptr<shared> @tile, i64 %i64 [offset=0, scales=(4)]
  store i32 %i, ptr<shared> %mine [alignment=4]
  barrier i32 0
  %j : i64 = sub i64 7, i64 %i64
  %other : ptr<shared> = gep ptr<shared> @tile, i64 %j [offset=0, scales=(4)]
  %x : i32 = load ptr<shared> %other [alignment=4]
  %slot : ptr = gep ptr %out, i64 %i64 [offset=0, scales=(4)]
  store i32 %x, ptr %slot [alignment=4]
  ret"""


def test_dynamic_shared_arrays_all_lie_behind_the_static_part() -> None:
    globals_ = """
global @a : [0 x i32] shared external align 16
global @b : [0 x float] shared external align 4
global @unused : [100 x i32] shared internal align 4 = zero
global @s : [3 x i8] shared internal align 1 = zero
global @w : i64 shared internal align 8 = zero"""
    functions = """
define internal i64 @where() {
^entry:
  %p : i64 = ptrtoint ptr<shared> @w
  ret i64 %p
}
"""
    body = """
  %w : i64 = call ptr @where [signature=type i64 ()]
  %s : i64 = ptrtoint ptr<shared> @s
  %a : i64 = ptrtoint ptr<shared> @a
  %b : i64 = ptrtoint ptr<shared> @b
  %same : i1 = icmp i64 %a, i64 %b [predicate="eq"]
  %gap : i64 = sub i64 %a, i64 %s
  %gap_w : i64 = sub i64 %w, i64 %s
  %last : ptr<shared> = gep ptr<shared> @a [offset=12, scales=()]
  store i32 1, ptr<shared> %last [alignment=4]
  %dynamic : i32 = sreg [register="dynamic_smem_size"]
  %total : i32 = sreg [register="total_smem_size"]
  %1 : i32 = trunc i64 %gap
  %2 : i32 = trunc i64 %gap_w
  %3 : i32 = zext i1 %same
  %4 : i32 = mul i32 %2, i32 1000
  %5 : i32 = mul i32 %3, i32 100000
  %6 : i32 = add i32 %1, i32 %4
  %7 : i32 = add i32 %6, i32 %5
  %8 : i32 = mul i32 %dynamic, i32 1000000
  %9 : i32 = add i32 %7, i32 %8
  %same_total : i32 = sub i32 %total, i32 272
  %value : i32 = add i32 %9, i32 %same_total"""
    assert run_threads(body, globals_=globals_, functions=functions, shared=16) == [16_108_256]
    with pytest.raises(LaunchError, match="write of 4 bytes"):
        run_threads(body, globals_=globals_, functions=functions, shared=12)


@pytest.mark.parametrize(
    ("operation", "operand", "start", "expected"),
    [
        ("xchg", 9, 5, 9),
        ("add", 9, 0xFFFFFFFF, 8),
        ("sub", 9, 5, 0xFFFFFFFC),
        ("and", 6, 12, 4),
        ("nand", 6, 12, 0xFFFFFFFB),
        ("or", 6, 12, 14),
        ("xor", 6, 12, 10),
        ("max", -1, 3, 3),
        ("min", -1, 3, 0xFFFFFFFF),
        ("umax", -1, 3, 0xFFFFFFFF),
        ("umin", -1, 3, 3),
        ("inc_wrap", 5, 4, 5),
        ("inc_wrap", 5, 5, 0),
        ("inc_wrap", 5, 9, 0),
        ("dec_wrap", 5, 4, 3),
        ("dec_wrap", 5, 0, 5),
        ("dec_wrap", 5, 9, 5),
        ("dec_wrap", 5, 5, 4),
    ],
)
def test_atomic_integer_operations(operation: str, operand: int, start: int, expected: int) -> None:
    body = f"""
  store i32 {start}, ptr %out [alignment=4]
  %old : i32 = atomic ptr %out, i32 {operand} [operation="{operation}", ordering="relaxed", scope="device"]
  %next : ptr = gep ptr %out [offset=4, scales=()]
  store i32 %old, ptr %next [alignment=4]
  ret"""
    device = Device(kernel(body))
    device.launch()
    assert device.words(2) == [expected, start]


@pytest.mark.parametrize(
    ("operation", "expected"), [("fadd", 3.75), ("fsub", -0.75), ("fmax", 2.25), ("fmin", 1.5), ("xchg", 2.25)]
)
def test_atomic_float_operations(operation: str, expected: float) -> None:
    body = f"""
  store float 1.5, ptr %out [alignment=4]
  %old : float = atomic ptr %out, float 2.25 [operation="{operation}", ordering="relaxed", scope="device"]
  ret"""
    device = Device(kernel(body))
    device.launch()
    assert struct.unpack("<f", device.memory.read(device.out, 4)) == (expected,)


def test_compare_exchange() -> None:
    body = """
  %next : i32 = add i32 %tid, i32 5
  %r : {i32, i1} = cmpxchg ptr %out, i32 0, i32 %next [ordering="relaxed", scope="device"]
  %old : i32 = extract {i32, i1} %r [indices=(0)]
  %won : i1 = extract {i32, i1} %r [indices=(1)]
  %won32 : i32 = zext i1 %won
  %high : i32 = mul i32 %won32, i32 100
  %value : i32 = add i32 %high, i32 %old
  barrier i32 0"""
    assert run_threads(body, 3) == [100, 5, 5]


def test_every_type_survives_memory() -> None:
    body = """
  %a : {i8, half, <2 x half>, [3 x i16], i1, double} = load ptr %out [alignment=8]
  %b : {i8, half, <2 x half>, [3 x i16], i1, double} = insert {i8, half, <2 x half>, [3 x i16], i1, double} %a, \
i16 9 [indices=(3, 1)]
  %to : ptr = gep ptr %out [offset=64, scales=()]
  store {i8, half, <2 x half>, [3 x i16], i1, double} %b, ptr %to [alignment=8]
  %wide : i128 = load ptr %out [alignment=16]
  %to128 : ptr = gep ptr %out [offset=128, scales=()]
  store i128 %wide, ptr %to128 [alignment=16]
  ret"""
    device = Device(kernel(body))
    image = struct.pack("<bxH HH HHH ?", -5, 0x7E01, 1, 2, 3, 4, 5, True).ljust(16, b"\0") + struct.pack("<d", 1.5)
    device.memory.write(device.out, image)
    device.launch()
    changed = struct.pack("<bxH HH HHH ?", -5, 0x7E01, 1, 2, 3, 9, 5, True).ljust(16, b"\0") + struct.pack("<d", 1.5)
    assert device.memory.read(device.out + 64, 24) == changed
    assert device.memory.read(device.out + 128, 16) == image[:16]


def test_vector_operations_are_elementwise() -> None:
    body = """
  %v : <2 x half> = load ptr %out [alignment=4]
  %s : <2 x half> = fadd <2 x half> %v, <2 x half> [half 1.0, half 2.0]
  %c : <2 x i1> = fcmp <2 x half> %s, <2 x half> [half 2.0, half 2.0] [predicate="ogt"]
  %m : <2 x half> = select <2 x i1> %c, <2 x half> %s, <2 x half> zero
  %i : i32 = bitcast <2 x half> %m
  store i32 %i, ptr %out [alignment=4]
  ret"""
    device = Device(kernel(body))
    device.memory.write(device.out, struct.pack("<2e", 0.5, 3.0))
    device.launch()
    assert struct.unpack("<2e", device.memory.read(device.out, 4)) == (0.0, 5.0)


def test_signalling_nan_survives_moves() -> None:
    body = """
  %x : float = load ptr %out [alignment=4]
  %same : float = select i1 1, float %x, float zero
  %to : ptr = gep ptr %out [offset=4, scales=()]
  store float %same, ptr %to [alignment=4]
  ret"""
    device = Device(kernel(body))
    device.memory.write(device.out, struct.pack("<I", 0x7F800001))
    device.launch()
    assert device.words(2) == [0x7F800001] * 2


def test_copies_and_fills() -> None:
    body = """
  memset ptr %out, i8 -1, i64 8
  %two : ptr = gep ptr %out [offset=2, scales=()]
  memmove ptr %two, ptr %out, i64 6
  memcpy ptr %two, ptr<constant> @c, i64 4
  ret"""
    device = Device(kernel(body, globals_='global @c : [4 x i8] constant internal align 1 = c"abcd"'))
    device.launch()
    assert device.memory.read(device.out, 9) == b"\xff\xffabcd\xff\xff\0"


def test_spaces_of_generic_pointers() -> None:
    globals_ = "global @s : i32 shared internal align 4 = zero\nglobal @c : i32 constant internal align 4 = 3"
    body = "  %l : ptr = alloca [allocated=type i32, alignment=4]\n"
    total = "  %value0 : i32 = add i32 0, i32 0\n"
    number = 0
    for space in ("shared", "constant", "local", "global"):
        for pointer in ("ptr<shared> @s", "ptr<constant> @c", "ptr %l", "ptr %out"):
            body += f"  %g{number} : ptr = space.cast {pointer}\n"
            body += f'  %b{number} : i1 = space.is ptr %g{number} [space="{space}"]\n'
            body += f"  %z{number} : i32 = zext i1 %b{number}\n  %t{number} : i32 = shl i32 %z{number}, i32 {number}\n"
            total += f"  %value{number + 1} : i32 = or i32 %value{number}, i32 %t{number}\n"
            number += 1
    assert run_threads(f"{body}{total}  %value : i32 = or i32 %value16, i32 0", globals_=globals_) == [
        0b1000_0100_0010_0001
    ]


def test_device_heap() -> None:
    functions = "declare external ptr @malloc(i64 %n)\ndeclare external void @free(ptr %p)"
    body = """
  %p : ptr = call ptr @malloc, i64 4 [signature=type ptr (i64)]
  store i32 %tid, ptr %p [alignment=4]
  %value : i32 = load ptr %p [alignment=4]
  call ptr @free, ptr %p [signature=type void (ptr)]
  call ptr @free, ptr zero [signature=type void (ptr)]"""
    assert run_threads(body, 3, functions=functions) == [0, 1, 2]
    with pytest.raises(LaunchError, match="not a pointer that malloc gave"):
        run_threads(body + "\n  call ptr @free, ptr %p [signature=type void (ptr)]", functions=functions)


def test_variables_keep_their_value_between_launches_and_point_to_each_other() -> None:
    globals_ = """
global @count : i32 global internal align 4 = 40
global @where : ptr global internal align 8 = address(@count, 0)"""
    body = """
  %p : ptr = load ptr<global> @where [alignment=8]
  %old : i32 = atomic ptr %p, i32 1 [operation="add", ordering="relaxed", scope="device"]
  store i32 %old, ptr %out [alignment=4]
  ret"""
    device = Device(kernel(body, globals_=globals_))
    device.launch()
    device.launch()
    assert device.words(1) == [41]


def test_variable_that_is_defined_nowhere() -> None:
    module = parse_module("global @x : i32 global external align 4\n")
    with pytest.raises(InternalError, match="defined nowhere"):
        standalone_environment(module)
    memory = BytesMemory()
    assert load_variables(module, memory, memory.allocate, {"x": 64}, {}) == {"x": 64}


def test_special_registers() -> None:
    names = ["tid.x", "tid.y", "tid.z", "ctaid.x", "ctaid.y", "ctaid.z", "ntid.x", "ntid.y", "ntid.z", "nctaid.x"]
    names += ["nctaid.y", "nctaid.z", "laneid", "warpid", "nwarpid", "warpsize"]
    names += [f"lanemask_{relation}" for relation in ("eq", "lt", "le", "gt", "ge")]
    body = ""
    for number, name in enumerate(names):
        body += (
            f'  %r{number} : i32 = sreg [register="{name}"]\n  %p{number} : ptr = gep ptr %out [offset={4 * number}, '
        )
        body += f"scales=()]\n  store i32 %r{number}, ptr %p{number} [alignment=4]\n"
    device = Device(kernel(body + "  ret"))
    device.launch(grid=(2, 3, 4), block=(8, 4, 3))
    last_thread = [7, 3, 2, 1, 2, 3, 8, 4, 3, 2, 3, 4, 31, 2, 3, 32]
    assert device.words(len(names)) == [*last_thread, 1 << 31, (1 << 31) - 1, (1 << 32) - 1, 0, 1 << 31]


def test_clock_goes_on() -> None:
    body = """
  %a : i64 = clock [register="clock64"]
  %b : i64 = clock [register="clock64"]
  %c : i32 = clock [register="clock"]
  %more : i1 = icmp i64 %b, i64 %a [predicate="uge"]
  %value : i32 = zext i1 %more"""
    assert run_threads(body) == [1]
