"""From a kernel of one thread to LLVM text in which one call runs a group of threads. One pass, one file:

clone, inline    a copy to work on: calls inlined, no switches, one latch per loop
support          refuses what is not taken
structure        loops, postdominators, the order of blocks
shapes           which values differ between lanes and how; which branches part lanes
linearize        which blocks run under a mask, where lanes wait meanwhile
lane_function    the text: blocks in versions for all lanes and masked (lane_ops: wide_ops, memory, atomics, each_lane)
entry            run_block: the loop over groups
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anychip.codegen.function_writer import ATTRIBUTES
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import KernelEntry, ModuleContext
from anychip.codegen.parameters import written_by_values
from anychip.codegen.scalar import write_scalar
from anychip.ir import I1, I32, Function, Instruction, Module
from anychip.options import lanes
from anychip.targets import Target
from anychip.vectorize.clone import clone_kernel, copy_by_values, normalize
from anychip.vectorize.entry import groups_symbol, write_groups
from anychip.vectorize.inline import inline_calls
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.linearize import Plan, plan_masks
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.shapes import Grouping, analyse_shapes
from anychip.vectorize.structure import analyse_structure
from anychip.vectorize.support import check_supported

DEFAULT_WIDTH = 16


@dataclass
class Report:
    """What became of each kernel: its lanes, or why it runs one thread per call."""

    lanes: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def write_module(module: Module, target: Target, *, module_symbol: str, hidden: bool) -> str:
    """LLVM text of a module with its kernels in groups of as many lanes as the settings say.

    Raises what ``codegen.scalar.write_scalar`` raises.
    """
    width = lanes()
    writer = lane_writer(width) if width != 1 else None
    return write_scalar(module, target, module_symbol=module_symbol, hidden=hidden, write_kernel=writer)


def lane_writer(width: int, report: Report | None = None) -> Callable[[ModuleContext, Function], str]:
    """What ``write_scalar`` calls for each kernel: writes the kernel for ``width`` lanes if it can be done."""
    report = report if report is not None else Report()

    def write(context: ModuleContext, kernel: Function) -> str:
        try:
            text = vectorize_kernel(context, kernel, width or DEFAULT_WIDTH)
        except RefusedError as refusal:
            report.refused[kernel.name] = str(refusal)
            return ""
        report.lanes[kernel.name] = width
        return text

    return write


def vectorize_kernel(context: ModuleContext, kernel: Function, width: int) -> str:
    """LLVM text of a kernel for groups of ``width`` threads, and its entry in the context. Raises RefusedError."""
    copy, origin = prepare(context, kernel)
    structure = analyse_structure(copy)
    shapes = analyse_shapes(copy, structure, Grouping.ROW)
    texts = {}
    for partial in (False, True):
        copy.name = f"{kernel.name}.lanes{width}{'.tail' if partial else ''}"
        plan = plan_masks(structure, shapes, partial=partial, fast=True)
        emitter = LaneEmitter(context, copy, origin, shapes, Grouping.ROW, width)
        texts[symbol(copy)] = _write_lanes(emitter, plan)
    context.entries[kernel] = KernelEntry(width, run_block=groups_symbol(kernel))
    return "\n".join([*texts.values(), write_groups(context, kernel, *texts, width)])


def prepare(context: ModuleContext, kernel: Function) -> tuple[Function, dict[Instruction, Instruction]]:
    """The kernel in the form that is analysed, and where its instructions come from. Raises RefusedError."""
    copy, origin = clone_kernel(kernel, kernel.name)
    inline_calls(copy, origin, context.graph.callees)
    copy_by_values(copy, written_by_values(kernel))
    normalize(copy)
    check_supported(context, copy)
    return copy, origin


def _write_lanes(emitter: LaneEmitter, plan: Plan) -> str:
    """The function that runs one group: a whole one or, if the plan masks its entry, one without its last lanes."""
    writer = LaneFunctionWriter(emitter, plan)
    body = writer.body()
    parameters = "ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing"
    attributes = f"{ATTRIBUTES} {_vector_attributes(emitter.context)}"
    subprogram = emitter.context.debug.subprogram(emitter.function)
    head = f"define internal void {symbol(emitter.function)}({parameters}) {attributes}!dbg {subprogram} {{"
    lines = [head, "entry:", *writer.entry_lines()]
    first = plan.structure.order[0]
    if not plan.has_fast(first):
        lines += _existing_lanes(emitter, writer.masks[first])
    return "\n".join([*lines, f"  br label %{writer.start()}", *body, "}", ""])


def _existing_lanes(emitter: LaneEmitter, place: str) -> list[str]:
    """The mask of the first ``%existing`` lanes."""
    numbers, truth = emitter.wide(I32), emitter.wide(I1)
    return [
        f"  %existing.first = insertelement {numbers} poison, i32 %existing, i64 0",
        f"  %existing.all = shufflevector {numbers} %existing.first, {numbers} poison, "
        f"<{emitter.width} x i32> zeroinitializer",
        f"  %existing.mask = icmp ult {numbers} {emitter.iota(I32, 1)}, %existing.all",
        f"  store {truth} %existing.mask, ptr {place}",
    ]


def _vector_attributes(context: ModuleContext) -> str:
    """x86 processors with 512-bit registers are told to use them."""
    if not context.target.triple.startswith("x86_64"):
        return ""
    return '"prefer-vector-width"="512" "min-legal-vector-width"="512" '
