"""From a kernel of one thread to LLVM text in which one call runs a group of threads. One pass, one file:

clone, inline    a copy to work on: calls inlined, no switches, one latch per loop
width            how many lanes, if it is not said
support          refuses what is not taken
structure        loops, postdominators, the order of blocks
shapes           which values differ between lanes and how; which branches part lanes
linearize        which blocks run under a mask, where lanes wait meanwhile
lane_function    the text: blocks in versions for all lanes and masked, by lane_ops, wide_ops, memory, atomics,
                 each_lane and, at barriers, waits
entry            run_block: the loop over groups; run_strand: the choice of version
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anychip.analysis.by_value import written_by_values
from anychip.codegen.function_writer import ATTRIBUTES
from anychip.codegen.kernel_abi import THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import KernelEntry, ModuleContext
from anychip.codegen.scalar import write_scalar
from anychip.ir import I1, I32, Function, Instruction, Module
from anychip.options import lanes
from anychip.targets import Target
from anychip.vectorize.clone import BARRIERS, clone_kernel, copy_by_values, normalize, split_barriers
from anychip.vectorize.entry import groups_symbol, strand_symbol, write_groups, write_strand
from anychip.vectorize.guards import all_leaves
from anychip.vectorize.inline import inline_calls
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.linearize import Plan, plan_masks
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.report import Report
from anychip.vectorize.shapes import Grouping, analyse_shapes
from anychip.vectorize.structure import Structure, analyse_structure
from anychip.vectorize.support import check_meetings, check_supported
from anychip.vectorize.waits import Waits
from anychip.vectorize.warp_ops import WARP_OPERATIONS
from anychip.vectorize.width import choose_width, single_version, vector_attributes, vector_bits


def write_module(
    module: Module, target: Target, *, module_symbol: str, hidden: bool, report: Report | None = None
) -> str:
    """LLVM text of a module with its kernels in groups of as many lanes as the settings say.

    ``report`` is told what became of each kernel. Raises what ``codegen.scalar.write_scalar`` raises.
    """
    width = lanes()
    if width == 1 and report:
        report.refused |= {kernel.name: "ANYCHIP_LANES is 1, the default" for kernel in module.kernels()}
    writer = lane_writer(width, report) if width != 1 else None
    return write_scalar(module, target, module_symbol=module_symbol, hidden=hidden, write_kernel=writer)


def lane_writer(width: int, report: Report | None = None) -> Callable[[ModuleContext, Function], str]:
    """What ``write_scalar`` calls for each kernel: writes it for ``width`` lanes, 0 for a fitting number, if it can."""
    report = report if report is not None else Report()

    def write(context: ModuleContext, kernel: Function) -> str:
        try:
            lanes_taken, text = vectorize_kernel(context, kernel, width, report)
        except RefusedError as refusal:
            report.refused[kernel.name] = str(refusal)
            return ""
        report.lanes[kernel.name] = lanes_taken
        return text

    return write


def vectorize_kernel(context: ModuleContext, kernel: Function, width: int, report: Report) -> tuple[int, str]:
    """The lanes taken (``width``, unless that is 0) and LLVM text; the kernel's entry goes to the context.

    Raises RefusedError.
    """
    copy, origin = prepare(context, kernel)
    bits = vector_bits(context.target)
    chosen = not width
    width = width or choose_width(copy, bits)
    single = chosen and single_version(copy, width, bits)
    check_supported(context, copy, width)
    structure = analyse_structure(copy)
    # A kernel with warp operations takes the form of one that waits: its groups are whole warps.
    waits = any(instruction.opcode in BARRIERS | WARP_OPERATIONS for instruction in copy.instructions())
    maker = _Maker(context, kernel, copy, origin, structure, width, waits)
    full, emitter, plan = maker.make(".full", Grouping.CONTIGUOUS if waits else Grouping.ROW, partial=single)
    report.describe(kernel.name, emitter, plan)
    if not waits:
        part = full if single else maker.make(".part", Grouping.ROW, partial=True)[0]
        context.entries[kernel] = KernelEntry(width, run_block=groups_symbol(kernel))
        return width, "\n".join([*maker.texts, write_groups(context, kernel, full, part, width)])
    part, rows_only = (full, True) if single else _part_of_strand(maker)
    context.entries[kernel] = KernelEntry(
        width, run_strand=strand_symbol(kernel), frame_bytes=maker.frame_bytes, rows_only=rows_only
    )
    return width, "\n".join([*maker.texts, write_strand(context, kernel, full, part, width)])


def _part_of_strand(maker: _Maker) -> tuple[str, bool]:
    """The version for groups of any kind, or if lanes may then meet at different times, for the ends of single rows."""
    try:
        return maker.make(".part", Grouping.LINEAR, partial=True)[0], False
    except RefusedError:
        return maker.make(".part", Grouping.CONTIGUOUS, partial=True)[0], True


@dataclass
class _Maker:
    """Writes the versions of one kernel."""

    context: ModuleContext
    kernel: Function
    copy: Function
    origin: dict[Instruction, Instruction]
    structure: Structure
    width: int
    waits: bool
    texts: list[str] = field(default_factory=list)
    frame_bytes: int = 0

    def make(self, suffix: str, grouping: Grouping, *, partial: bool) -> tuple[str, LaneEmitter, Plan]:
        """Write a version: its symbol and what it was written by. ``partial``: lanes may be missing."""
        self.copy.name = f"{self.kernel.name}.lanes{self.width}{suffix}"
        shapes = analyse_shapes(self.copy, self.structure, grouping, self.width)
        plan = plan_masks(self.structure, shapes, partial=partial, fast=True)
        check_meetings(plan)
        emitter = LaneEmitter(self.context, self.copy, self.origin, shapes, grouping, self.width)
        frame = Waits(self.copy, all_leaves(emitter), self.structure.dominators) if self.waits else None
        self.texts.append(_write_lanes(emitter, plan, frame))
        self.frame_bytes = max(self.frame_bytes, frame.size if frame else 0)
        return symbol(self.copy), emitter, plan


def prepare(context: ModuleContext, kernel: Function) -> tuple[Function, dict[Instruction, Instruction]]:
    """The kernel in the form that is analysed, and where its instructions come from. Raises RefusedError."""
    copy, origin = clone_kernel(kernel, kernel.name)
    inline_calls(copy, origin, context.graph.callees)
    copy_by_values(copy, written_by_values(kernel))
    normalize(copy)
    split_barriers(copy)
    return copy, origin


def _write_lanes(emitter: LaneEmitter, plan: Plan, frame: Waits | None) -> str:
    """The function that runs one group: a whole one or, if the plan masks its entry, one without its last lanes."""
    writer = LaneFunctionWriter(emitter, plan, frame)
    body = writer.body()
    head = _strand_head if frame else _group_head
    attributes = f"{ATTRIBUTES} {vector_attributes(emitter.context.target)}"
    subprogram = emitter.context.debug.subprogram(emitter.function)
    lines = [f"define internal {head(symbol(emitter.function))} {attributes}!dbg {subprogram} {{", "entry:"]
    lines += [*_identity(), *writer.entry_lines()] if frame else writer.entry_lines()
    if frame:
        arms = " ".join(f"i32 {state}, label %{label}" for state, label in enumerate(frame.labels, 1))
        lines += [f"  switch i32 %state, label %bad [ i32 0, label %start {arms} ]", "bad:", "  unreachable", "start:"]
    first = plan.structure.order[0]
    if not plan.has_fast(first):
        lines += _existing_lanes(emitter, writer.masks[first])
    return "\n".join([*lines, f"  br label %{writer.start()}", *body, "}", ""])


def _group_head(name: str) -> str:
    return f"void {name}(ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing)"


def _strand_head(name: str) -> str:
    return f"signext i32 {name}(ptr %thread, ptr %frame, i32 signext %state, i32 %existing)"


def _identity() -> list[str]:
    """The indices of lane 0, under the names that a group's function has them."""
    fields = {f"%tid.{axis}": ("thread_idx", number) for number, axis in enumerate("xyz")}
    fields["%linear"] = ("thread_linear", 0)
    lines = []
    for name, (member, index) in fields.items():
        lines.append(f"  {name}.at = getelementptr i8, ptr %thread, i64 {THREAD.offset(member, index)}")
        lines.append(f"  {name} = load i32, ptr {name}.at, align 4")
    return lines


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
