"""From a kernel of one thread to LLVM text in which one call runs a group of threads. One pass, one file:

support          refuses what is not taken
clone            a copy to work on, without switches, one latch per loop
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
from anychip.ir import I1, I32, Function, Module
from anychip.options import lanes
from anychip.targets import Target
from anychip.vectorize.clone import clone_kernel, copy_by_values
from anychip.vectorize.entry import groups_symbol, write_groups
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.linearize import plan_masks
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
    check_supported(context, kernel)
    full, full_text = _lane_function(context, kernel, width, Grouping.ROW, partial=False)
    tail, tail_text = _lane_function(context, kernel, width, Grouping.ROW, partial=True)
    context.entries[kernel] = KernelEntry(width, run_block=groups_symbol(kernel))
    return "\n".join([full_text, tail_text, write_groups(context, kernel, full, tail, width)])


def _lane_function(
    context: ModuleContext, kernel: Function, width: int, grouping: Grouping, *, partial: bool
) -> tuple[Function, str]:
    """One version: for whole groups, or ``partial`` for those of which only the first lanes exist."""
    copy, origin = clone_kernel(kernel, f"{kernel.name}.lanes{width}{'.tail' if partial else ''}")
    copy_by_values(copy, written_by_values(kernel))
    structure = analyse_structure(copy)
    shapes = analyse_shapes(copy, structure, grouping)
    plan = plan_masks(structure, shapes, partial=partial, fast=True)
    emitter = LaneEmitter(context, copy, origin, shapes, grouping, width)
    writer = LaneFunctionWriter(emitter, plan)
    body = writer.body()
    parameters = "ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing"
    attributes = f"{ATTRIBUTES} {_vector_attributes(context)}"
    head = f"define internal void {symbol(copy)}({parameters}) {attributes}!dbg {context.debug.subprogram(copy)} {{"
    lines = [head, "entry:", *writer.entry_lines()]
    if partial:
        lines += _existing_lanes(emitter, writer.masks[structure.order[0]])
    return copy, "\n".join([*lines, f"  br label %{writer.start()}", *body, "}", ""])


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
