"""Objects for every processor, module tables, line tables, and constructs that are refused."""

from __future__ import annotations

import ctypes
import re
import struct

import numpy as np
import pytest
from scalar_executor import load, pack

from anychip.codegen.object_file import emit_assembly, emit_host_object, emit_object
from anychip.codegen.scalar import write_scalar
from anychip.diagnostics import InternalError, Unsupported, UserError
from anychip.ir.parser import parse_module
from anychip.targets import TARGETS, lookup

PROGRAM = """module "src/k.cu"
file 0 "src/k.cu"
file 1 "src/inner.h"
global @buf : [64 x i32] shared internal align 4 = zero
global @counter : i32 global external align 4 = 5
global @table : [2 x float] constant external align 4 = zero
global @text : [3 x i8] generic private align 1 constant = c"hi\\00"
define kernel external void @wait(ptr %out, half %h) [max_threads=128] @ 0:3:0 {
^e:
  %t : i32 = sreg [register="laneid"]
  barrier i32 0 @ 0:4:7
  %v : i32 = shuffle i32 -1, i32 %t, i32 1, i32 31 [mode="down", sync] @ 1:9:2 < 0:5:1
  %g : half = fadd half %h, half %h
  %i : i32 = fptosi half %g
  %old : i32 = atomic ptr<global> @counter, i32 %v [operation="add", ordering="relaxed", scope="device"] @ 0:6:1
  %m : i32 = atomic ptr %out, i32 %i [operation="inc_wrap", ordering="relaxed", scope="device"]
  ret
}
define kernel external void @plain(ptr %out, i8 %c, double %d) @ 0:11:0 {
^e:
  %x : double = atomic ptr %out, double %d [operation="fmax", ordering="relaxed", scope="device"] @ 0:12:3
  %q : i128 = fptosi double %d
  %n : i128 = udiv i128 %q, i128 3
  store i128 %n, ptr %out [alignment=16] @ 0:13:5
  ret
}
"""

PORTABLE = sorted({target.triple: name for name, target in reversed(TARGETS.items())}.values())


@pytest.mark.parametrize("name", PORTABLE)
def test_objects_are_elf_of_the_right_machine(name: str) -> None:
    target = TARGETS[name]
    data = emit_object(write_scalar(parse_module(PROGRAM), target, module_symbol="m", hidden=True), target)
    kind, machine = struct.unpack_from("<HH", data, 16)
    assert data[:6] == b"\x7fELF\x02\x01"
    assert (kind, machine) == (1, target.elf_machine)
    assert b".debug_line" in data
    if target.abi == "lp64d":
        flags = struct.unpack_from("<I", data, 48)[0]
        double_float = {"riscv64": flags & 6 == 4, "loongarch64": flags & 7 == 3}
        assert double_float[name]


@pytest.mark.parametrize("name", PORTABLE)
def test_only_c_functions_services_and_helpers_of_libgcc_are_left_undefined(name: str) -> None:
    """Half needs no library function on any target: its conversions are our own or instructions."""
    target = TARGETS[name]
    text = emit_assembly(write_scalar(parse_module(PROGRAM), target, module_symbol="m", hidden=True), target)
    assert "hf2" not in text
    assert "hfsf" not in text


def test_module_symbol_is_the_only_one_exported() -> None:
    text = write_scalar(parse_module(PROGRAM), lookup(), module_symbol="anychip_module_7", hidden=True)
    assert "@anychip_module_7 = hidden constant" in text
    definitions = [line for line in text.splitlines() if line.startswith(("define", "@"))]
    assert all("internal" in line or "private" in line or "anychip_module_7" in line for line in definitions)


def test_tables_tell_the_runtime_what_there_is() -> None:
    program = load(PROGRAM)
    wait, plain = program.kernel("wait"), program.kernel("plain")
    assert (wait.max_threads, plain.max_threads) == (128, 1024)
    assert (wait.parameter_count, wait.parameter_bytes, plain.parameter_bytes) == (2, 10, 24)
    assert (bool(wait.run_block), bool(wait.run_strand)) == (False, True)
    assert (bool(plain.run_block), bool(plain.run_strand)) == (True, False)
    assert (wait.line, ctypes.string_at(wait.file)) == (3, b"src/k.cu")
    offsets = (ctypes.c_uint32 * 6).from_address(plain.parameters)
    assert list(offsets) == [0, 8, 8, 1, 16, 8]
    assert program.sites() == [("src/k.cu", 4), ("src/inner.h", 9)]
    counter, table = program.variable("counter"), program.variable("table")
    assert (counter.size, counter.flags, table.size, table.flags) == (4, 0, 8, 1)
    assert ctypes.c_int32.from_address(counter.address).value == 5
    assert program.module.variable_count == 2


def test_every_thread_of_a_block_runs_once_in_order() -> None:
    text = """
define kernel external void @k(ptr %out, ptr %next) {
^e:
  %x : i32 = sreg [register="tid.x"]
  %y : i32 = sreg [register="tid.y"]
  %z : i32 = sreg [register="tid.z"]
  %i : i32 = atomic ptr %next, i32 1 [operation="add", ordering="relaxed", scope="device"]
  %w : i64 = zext i32 %i
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %a : i32 = mul i32 %z, i32 10000
  %b : i32 = mul i32 %y, i32 100
  %c : i32 = add i32 %a, i32 %b
  %d : i32 = add i32 %c, i32 %x
  store i32 %d, ptr %p [alignment=4]
  ret
}
"""
    out, following = np.zeros(30, np.uint32), np.zeros(1, np.uint32)
    load(text).launch("k", pack("=2Q", out, following), threads=(5, 3, 2))
    assert out.tolist() == [z * 10000 + y * 100 + x for z in range(2) for y in range(3) for x in range(5)]


ATOMICS = [
    ("fmin", "float", np.float32, [0.0, -0.0, 5.0], -0.0),
    ("fmax", "double", np.float64, [-1.0, np.nan, 2.5], 2.5),
    ("fadd", "half", np.float16, [0.5, 1.25, 2.0], 3.75),
    ("fadd", "float", np.float32, [0.5, 1.25, 2.0], 3.75),
    ("xchg", "float", np.float32, [0.5, 1.25, 2.0], 2.0),
    ("min", "i32", np.int32, [3, -4, 0], -4),
    ("umax", "i32", np.int32, [3, -4, 0], -4),
    ("dec_wrap", "i32", np.int32, [7, 7, 7], 5),
    ("nand", "i16", np.int16, [-1, 3, 5], ~(~(~(0 & -1) & 3) & 5)),
]


@pytest.mark.parametrize(
    ("operation", "type_", "kind", "values", "expected"), ATOMICS, ids=[f"{row[0]}-{row[1]}" for row in ATOMICS]
)
def test_atomics(operation: str, type_: str, kind: type, values: list[float], expected: float) -> None:
    size = np.dtype(kind).itemsize
    text = f"""
define kernel external void @k(ptr %in, ptr %out) {{
^e:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %in, i64 %w [offset=0, scales=({size})]
  %v : {type_} = load ptr %p [alignment={size}]
  %o : {type_} = atomic ptr %out, {type_} %v [operation="{operation}", ordering="acq_rel", scope="device"]
  ret
}}
"""
    out = np.zeros(1, kind)
    load(text).launch("k", pack("=2Q", np.array(values, kind), out), threads=(3, 1, 1))
    assert out.tobytes() == np.array([expected], kind).tobytes()


@pytest.mark.parametrize(
    ("operation", "type_", "kind", "values", "expected"),
    [*ATOMICS, ("inc_wrap", "i32", np.int32, [1, 1, 1], 1), ("sub", "i64", np.int64, [1, 2, 3], -6)],
)
def test_atomics_on_shared_memory_are_plain(
    operation: str, type_: str, kind: type, values: list[float], expected: float
) -> None:
    size = np.dtype(kind).itemsize
    text = f"""
global @s : {type_} shared internal align {size} = zero
define kernel external void @k(ptr %in, ptr %out) {{
^e:
  store {type_} zero, ptr<shared> @s [alignment={size}]
  barrier i32 0
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %in, i64 %w [offset=0, scales=({size})]
  %v : {type_} = load ptr %p [alignment={size}]
  %o : {type_} = atomic ptr<shared> @s, {type_} %v [operation="{operation}", ordering="acq_rel", scope="device"]
  barrier i32 0
  %r : {type_} = load ptr<shared> @s [alignment={size}]
  store {type_} %r, ptr %out [alignment={size}]
  ret
}}
"""
    out = np.zeros(1, kind)
    load(text).launch("k", pack("=2Q", np.array(values, kind), out), threads=(3, 1, 1))
    assert out.tobytes() == np.array([expected], kind).tobytes()
    written = write_scalar(parse_module(text), lookup("native"), module_symbol="m", hidden=False)
    assert not re.search("atomicrmw|cmpxchg", written)


def test_shared_pointers_as_integers_are_offsets_in_the_window() -> None:
    text = """
global @a : [4 x i32] shared internal align 4 = zero
global @b : i64 shared internal align 8 = zero
define kernel external void @k(ptr %out) {
^e:
  %i : i32 = ptrtoint ptr<shared> @a
  store i32 %i, ptr %out [alignment=4]
  %n : i32 = add i32 %i, i32 4
  %p : ptr<shared> = inttoptr i32 %n
  store i32 9, ptr<shared> %p [alignment=4]
  store i64 1, ptr<shared> @b [alignment=8]
  %q : ptr<shared> = gep ptr<shared> @a [offset=4, scales=()]
  %v : i32 = load ptr<shared> %q [alignment=4]
  %r : ptr = gep ptr %out [offset=4, scales=()]
  store i32 %v, ptr %r [alignment=4]
  ret
}
"""
    out = np.zeros(2, np.uint32)
    load(text).launch("k", pack("=Q", out))
    assert out.tolist() == [8, 9]


REFUSED = [
    ('  %r : i1 = space.is ptr %p [space="local"] @ 0:7:3\n  ret', "local memory", Unsupported),
    ('  %r : i32 = sreg [register="pm0"] @ 0:7:3\n  ret', "special register %pm0", Unsupported),
    ("  call ptr @gone [signature=type void ()] @ 0:7:3\n  ret", "'gone' is called but not defined", UserError),
    ("  call ptr @leaves [signature=type void ()]\n  ret", "ending the thread", Unsupported),
    (
        '  %r : i128 = atomic ptr %p, i128 1 [operation="add", ordering="relaxed", scope="device"] @ 0:7:3\n  ret',
        "atomic operation on i128",
        Unsupported,
    ),
]


@pytest.mark.parametrize(("body", "message", "kind"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_is_not_supported_is_named_with_its_line(body: str, message: str, kind: type[Exception]) -> None:
    text = f"""file 0 "k.cu"
declare external void @gone()
define internal void @leaves() {{
^e:
  exit @ 0:7:3
}}
define kernel external void @k(ptr %p) {{
^e:
{body}
}}
"""
    with pytest.raises(kind, match=message) as raised:
        write_scalar(parse_module(text), lookup(), module_symbol="m", hidden=True)
    assert raised.value.location.line == 7


def test_invalid_text_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="LLVM refuses"):
        emit_object("define i32 @f() { ret i64 0 }", lookup())


@pytest.mark.parametrize("name", PORTABLE)
def test_host_text_becomes_an_object(name: str) -> None:
    data = emit_host_object("define i32 @main() {\n ret i32 0\n}\n", TARGETS[name])
    assert struct.unpack_from("<H", data, 18)[0] == TARGETS[name].elf_machine


def test_line_table_names_the_file_and_lines_of_stores() -> None:
    """Assembly carries .loc for the kernel's own lines and for the header that was inlined."""
    text = emit_assembly(write_scalar(parse_module(PROGRAM), lookup(), module_symbol="m", hidden=True), lookup())
    places = set(re.findall(r"^\s*\.loc\s+(\d+) (\d+)", text, flags=re.M))
    files = re.findall(r"^\s*\.file\s+(\d+) .*\"(\S+)\"", text, flags=re.M)
    own = next(number for number, name in files if name == "k.cu")
    header = next(number for number, name in files if name == "inner.h")
    assert {(own, "4"), (own, "6"), (own, "13"), (header, "9")} <= places
