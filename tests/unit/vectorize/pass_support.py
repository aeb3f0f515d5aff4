"""What the tests of the passes share: kernels in the vectoriser's form, and excerpts of what is written for them.

Excerpts leave out debug locations and how parameters are read, and number temporaries and labels by stem in the order
in which they appear, so that a test says what it is about and nothing else.
"""

from __future__ import annotations

import re
from itertools import count

from anychip.codegen.module_context import ModuleContext
from anychip.codegen.scalar import write_scalar
from anychip.ir import Block, Function, Instruction, Module
from anychip.ir.parser import parse_module
from anychip.ir.printer import print_function
from anychip.targets import TARGETS
from anychip.vectorize.clone import clone_kernel, normalize
from anychip.vectorize.linearize import Plan, plan_masks
from anychip.vectorize.pipeline import lane_writer, prepare
from anychip.vectorize.report import Report
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes
from anychip.vectorize.structure import Structure, structure_of

TARGET = TARGETS["x86_64-v4"]
PROLOGUE = """\
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %x : i32 = load ptr %q [alignment=4]
"""
SHARED = "global @buf : [80 x i32] shared internal align 4 = zero\n"
TWO_LATCHES = """
define kernel external void @k(ptr %out, i32 %n) {
^e:
  %t : i32 = sreg [register="tid.x"]
  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1, i32 %k2 -> ^e, ^a, ^b
  %c : i1 = icmp i32 %k, i32 %t [predicate="slt"]
  condbr i1 %c -> ^a, ^b
^a:
  %k1 : i32 = add i32 %k, i32 1
  %d : i1 = icmp i32 %k1, i32 %n [predicate="slt"]
  condbr i1 %d -> ^h, ^z
^b:
  %k2 : i32 = add i32 %k, i32 2
  %f : i1 = icmp i32 %k2, i32 50 [predicate="slt"]
  condbr i1 %f -> ^h, ^z
^z:
  ret
}
"""


def kernel(text: str) -> tuple[Module, Function]:
    """A module and a copy of its kernel in the vectoriser's form."""
    module = parse_module(text)
    copy, _ = clone_kernel(module.functions["k"], "k.copy")
    normalize(copy)
    module.functions["k.copy"] = copy
    return module, copy


def kernel_text(body: str, globals_: str = "") -> str:
    """A kernel that loads %x of its own and goes on with ``body``."""
    return f"{globals_}define kernel external void @k(ptr %out, ptr %in, i32 %n) {{\n^e:\n{PROLOGUE}{body}\n}}\n"


def prepared(body: str, globals_: str = "") -> Function:
    """Such a kernel as it is analysed."""
    module = parse_module(kernel_text(body, globals_))
    return prepare(ModuleContext(module, TARGET), module.functions["k"])[0]


def shapes_of(body: str, grouping: Grouping = Grouping.ROW) -> tuple[Function, Structure, LaneShapes]:
    """A kernel of ``body`` alone and what is known of it."""
    _, function = kernel(f"define kernel external void @k(ptr %out, i32 %n) {{\n^e:\n{body}\n}}\n")
    shapes = analyse_shapes(function, grouping, 32)
    return function, structure_of(shapes.facts.control), shapes


def plan_of(body: str, grouping: Grouping = Grouping.WHOLE, globals_: str = "") -> tuple[Plan, LaneShapes]:
    """The plan of a prepared kernel in groups of 32."""
    shapes = analyse_shapes(prepared(body, globals_), grouping, 32)
    return plan_masks(structure_of(shapes.facts.control), shapes, partial=False), shapes


def block(function: Function, stem: str) -> Block:
    """The block that was called so before it was copied."""
    return next(item for item in function.blocks if item.name.partition(".")[0] == stem)


def named(function: Function, name: str) -> Instruction:
    """The instruction of that name."""
    return next(item for item in function.instructions() if item.name == name)


def names(items: object) -> list[str]:
    """The names of values, or those that blocks had before they were copied, in order of the alphabet."""
    return sorted(item.name.partition(".")[0] for item in items)  # type: ignore[attr-defined]


def printed(function: Function) -> str:
    """A function's blocks as the printer shows them, each block by its first name, without a copy's numbers."""
    lines = print_function(function).splitlines()[1:-1]
    return re.sub(r"(\^\w+?)\.\d+\.\d+", r"\1", "\n".join(line.rstrip() for line in lines))


def refusal(body: str, lanes: int = 16, globals_: str = "") -> str:
    """Why a kernel runs one thread per call; the empty text if it does not."""
    report = Report()
    writer = lane_writer(lanes, report)
    module = parse_module(kernel_text(body, globals_))
    write_scalar(module, TARGET, module_symbol="m", hidden=True, write_kernel=writer)
    assert (not report.lanes) == bool(report.refused)
    return report.refused.get("k", "")


def llvm(body: str, lanes: int = 8, globals_: str = "") -> str:
    """The LLVM text of a kernel's module."""
    module = parse_module(kernel_text(body, globals_))
    return write_scalar(module, TARGET, module_symbol="m", hidden=False, write_kernel=lane_writer(lanes))


def version(body: str, part: str = "full", lanes: int = 8, globals_: str = "") -> list[str]:
    """The lines of one function: ``full``, ``part`` or, with lanes 0, a whole symbol such as ``groups``."""
    return function_lines(llvm(body, lanes, globals_), f"d.k.lanes{lanes}.{part}")


def function_lines(text: str, name: str) -> list[str]:
    """A function's lines behind the head, plain."""
    start = text.index(
        f'@"{name}"(', text.index(f'define internal void @"{name}"(') if f'void @"{name}"(' in text else 0
    )
    lines = text[start : text.index("\n}\n", start)].splitlines()[1:]
    lines = [re.sub(r", !dbg !\d+", "", line.strip()) for line in lines]
    read = {found for line in lines if "!invariant.load" in line for found in re.findall(r"%\w+", line)}
    return [line for line in lines if "!invariant.load" not in line and line.partition(" ")[0] not in read]


def part_of(lines: list[str], label: str) -> list[str]:
    """The lines of one block."""
    start = lines.index(f"{label}:") + 1
    end = next((index for index in range(start, len(lines)) if lines[index].endswith(":")), len(lines))
    return lines[start:end]


def excerpt(lines: list[str], pattern: str = "", without: str = "^$") -> str:
    """Those lines in which the pattern is found, with names that do not depend on the others."""
    text = "\n".join(line for line in lines if re.search(pattern, line) and not re.search(without, line))
    numbers: dict[str, str] = {}
    counters: dict[str, count[int]] = {}

    def rename(found: re.Match[str]) -> str:
        stem, number = found["stem"], found["number"]
        key = f"{stem}{number}"
        if key not in numbers:
            numbers[key] = f"{stem}{next(counters.setdefault(stem, count()))}"
        return found[0].replace(key, numbers[key])

    text = re.sub(r"@llvm\.([a-z.]+?)(\.nx)?(\.v?\d*[a-z]+\d+)+\(", r"@\1(", text)
    text = re.sub(r"<\d+ x i32> <((?:i\d+ -?\w+(?:, )?)+)>", _numbers, text)
    text = re.sub(r"<((?:i\d+ -?\w+(?:, )?)+)>", _numbers, text)
    text = re.sub(r", !prof !\d+", "", text)
    return re.sub(r"(?m)(?:%|^)(?P<stem>[a-z]+)(?P<number>\d+)\b", rename, text)


def _numbers(found: re.Match[str]) -> str:
    """A constant vector without types."""
    return f"<{' '.join(item.split()[1] for item in found[1].split(', '))}>"
