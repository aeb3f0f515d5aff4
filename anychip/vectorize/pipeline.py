"""From a kernel of one thread to LLVM text in which one call runs a group of threads. One pass, one file
(docs/design/vectoriser.md):

clone, inline,   a copy to work on: calls inlined, small copies as loads and stores, no switches, one latch per
expand_copies    loop
simplify_phis    choices between equal values are none
width            how many lanes, if it is not said
pressure         how many vectors would be alive at once
gather_bound,    refuse what one thread at a time does faster, if the width is not said
search_bound
support          refuses what is not taken
split_loops      loops that carry more values than there are registers become several
lockstep         shared memory is read and written by all lanes at once
shapes           which values differ between lanes and how, by analysis.lane_facts
entry_guards     tests before a group starts, behind which narrow indices do not wrap
structure        loops, dominators, the order of blocks
linearize        which blocks run under a mask, where lanes wait meanwhile
meetings         refuses warp operations and barriers that lanes come to one after another
lane_function    the text: blocks in versions for all lanes and masked, by lane_ops, wide_ops, memory, atomics,
                 each_lane and, at barriers, waits and renewal
coarsen          a copy of which one call runs several rows of a block, where the block is made of so many
coarse_version   the text of that copy, and the choice between it and the rows one by one
entry            run_block: the loop over groups; run_strand: the choice of version
prefetch         what the next block along x will read, where it reads short pieces
clamps           rows at an index within bounds, by memory and speculation
rounds, regions  run_block of kernels that wait: all groups from barrier to barrier
parts, sections  of these: how many threads a lane may run, and where they may go different ways
jam              a copy in which they run side by side
coarse_rounds    its text, its rounds, and the choice between these and the others
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anychip.analysis.by_value import written_by_values
from anychip.analysis.lane_facts import LaneFacts
from anychip.analysis.warp_synchronous import lockstep_conflict
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import KernelEntry, ModuleContext
from anychip.codegen.scalar import write_scalar
from anychip.ir import Function, Instruction, Module
from anychip.options import lanes
from anychip.targets import Target
from anychip.vectorize.clone import BARRIERS, clone_kernel, copy_by_values, normalize, split_barriers
from anychip.vectorize.coarse_rounds import write_coarse_rounds
from anychip.vectorize.coarse_version import write_coarse
from anychip.vectorize.coarsen import coarsen
from anychip.vectorize.entry import groups_symbol, strand_symbol, write_groups, write_strand
from anychip.vectorize.expand_copies import expand_copies
from anychip.vectorize.gather_bound import is_gather_bound
from anychip.vectorize.inline import inline_calls
from anychip.vectorize.jam import jam
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.linearize import Plan
from anychip.vectorize.lockstep import make_private_accesses_plain
from anychip.vectorize.parts import choose_parts
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.report import Report
from anychip.vectorize.rounds import rounds_entry, runs_in_rounds, write_rounds
from anychip.vectorize.search_bound import is_search_bound
from anychip.vectorize.shapes import Grouping
from anychip.vectorize.simplify_phis import simplify_phis
from anychip.vectorize.split_loops import split_loops
from anychip.vectorize.support import check_supported
from anychip.vectorize.version import plan_version, write_version
from anychip.vectorize.waits import Waits
from anychip.vectorize.warp_ops import WARP_OPERATIONS
from anychip.vectorize.width import carried_values, choose_width, single_version, vector_bits


def write_module(
    module: Module, target: Target, *, module_symbol: str, hidden: bool, report: Report | None = None
) -> str:
    """LLVM text of a module with its kernels in groups of as many lanes as the settings say.

    ``report`` is told what became of each kernel. Raises what ``codegen.scalar.write_scalar`` raises.
    """
    writer = lane_writer(1 if module.debug.full else lanes(), report)
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
    """The lanes taken and LLVM text; the kernel's entry goes to the context. 0 lanes: as many as fit.

    Kernels that need their warps in lockstep get whole warps whatever ``width`` says. Raises RefusedError, as it does
    for all others if ``width`` is 1.
    """
    if width == 1 and not lockstep_conflict(kernel):
        raise RefusedError("ANYCHIP_LANES is 1")
    copy, origin = prepare(context, kernel)
    lockstep, bits, chosen = lockstep_conflict(copy) is not None, vector_bits(context.target), not width
    # A kernel with warp operations takes the form of one that waits: its groups are whole warps.
    waits = lockstep or any(item.opcode in BARRIERS | WARP_OPERATIONS for item in copy.instructions())
    width = WARP_SIZE if lockstep else width or choose_width(copy, bits)
    single = chosen and single_version(copy, width, bits)
    if chosen and not waits and is_gather_bound(copy, width):
        raise RefusedError("lanes would do little else than gather, in loops that they leave one after another")
    if chosen and not lockstep and is_search_bound(copy, width):
        raise RefusedError("each lane would search by a stack of its own, in loops that they leave one after another")
    check_supported(context, copy, width)
    make_private_accesses_plain(copy)
    split_loops(copy, origin, carried_values(context.target, width))
    maker = _Maker(context, kernel, copy, origin, width, waits, waits and runs_in_rounds(copy))
    version, rows_only = _part_version(maker)
    part = version.symbol
    if not single:
        version = maker.make(".full", Grouping.WHOLE, otherwise=part)
    full = version.symbol
    report.describe(kernel.name, version.emitter, version.plan)
    if not waits:
        context.entries[kernel] = KernelEntry(width, run_block=groups_symbol(kernel))
        coarse, rows = _coarse_version(maker, full, report)
        groups = write_groups(context, kernel, full, part, width, coarse=coarse, rows=rows)
        return width, "\n".join([*maker.texts, groups])
    if maker.rounds:
        together = "" if lockstep else _rounds_of_parts(maker, report)
        context.entries[kernel] = rounds_entry(
            kernel, width, maker.frame_bytes, rows_only=rows_only, run_block=together
        )
        return width, "\n".join([*maker.texts, write_rounds(context, kernel, copy, full, part, width, maker.states)])
    context.entries[kernel] = KernelEntry(
        width, run_strand=strand_symbol(kernel), frame_bytes=maker.frame_bytes, rows_only=rows_only
    )
    return width, "\n".join([*maker.texts, write_strand(context, kernel, full, part, width)])


def _coarse_version(maker: _Maker, full: str, report: Report) -> tuple[str, int]:
    """The symbol of what runs groups of several rows, and the rows; none and 1 if there is none."""
    coarse = coarsen(maker.copy, maker.origin)
    if not coarse:
        return "", 1
    try:
        name, text = write_coarse(maker.context, maker.kernel, coarse, maker.width, full)
    except RefusedError:
        return "", 1
    maker.texts.append(text)
    report.details[maker.kernel.name].insert(0, f"  {coarse.rows} rows per call, in blocks made of so many")
    return name, coarse.rows


def _rounds_of_parts(maker: _Maker, report: Report) -> str:
    """The symbol of what runs blocks several threads per lane where it can, between barriers; none if there is none."""
    copy, twins = clone_kernel(maker.copy, maker.kernel.name)
    origin = {twin: maker.origin[item] for twin, item in twins.items() if item in maker.origin}
    parts = choose_parts(copy, maker.width, vector_bits(maker.context.target))
    if not parts:
        return ""
    try:
        jammed = jam(copy, origin, parts)
        name, text, frame_bytes = write_coarse_rounds(maker.context, maker.kernel, jammed, parts, maker.width)
    except RefusedError as refusal:
        report.details[maker.kernel.name].append(f"  one thread per lane: {refusal}")
        return ""
    maker.texts.append(text)
    maker.frame_bytes = max(maker.frame_bytes, frame_bytes)
    report.details[maker.kernel.name].insert(0, f"  {parts.count} threads per lane, along {parts.axis}")
    return name


def _part_version(maker: _Maker) -> tuple[_Version, bool]:
    """The version for groups that lack lanes, of any kind; if lanes may then meet at different times, of rows only."""
    if not maker.waits:
        return maker.make(".part", Grouping.ROW), True
    try:
        return maker.make(".part", Grouping.LINEAR), False
    except RefusedError:
        return maker.make(".part", Grouping.ROW), True


@dataclass(frozen=True)
class _Version:
    """The LLVM name of a function, and what it was written by."""

    symbol: str
    emitter: LaneEmitter
    plan: Plan


@dataclass
class _Maker:
    """Writes the versions of one kernel."""

    context: ModuleContext
    kernel: Function
    copy: Function
    origin: dict[Instruction, Instruction]
    width: int
    waits: bool
    rounds: bool
    texts: list[str] = field(default_factory=list)
    frame_bytes: int = 0
    states: int = 0
    facts: LaneFacts | None = None

    def make(self, suffix: str, grouping: Grouping, otherwise: str = "") -> _Version:
        """Write a version. Lanes may be missing unless groups are WHOLE.

        ``otherwise`` is the version for groups in which an index wraps.
        """
        self.copy.name = f"{self.kernel.name}.lanes{self.width}{suffix}"
        shapes, guards, plan = plan_version(self.copy, grouping, self.width, self.facts)
        self.facts = shapes.facts
        emitter = LaneEmitter(self.context, self.copy, self.origin, shapes, grouping, self.width)
        frame = Waits(shapes, self.copy, rounds=self.rounds) if self.waits else None
        self.texts.append(write_version(LaneFunctionWriter(emitter, plan, frame), guards, otherwise))
        self.frame_bytes = max(self.frame_bytes, frame.size if frame else 0)
        self.states = len(frame.labels) + 1 if frame else 1
        return _Version(symbol(self.copy), emitter, plan)


def prepare(context: ModuleContext, kernel: Function) -> tuple[Function, dict[Instruction, Instruction]]:
    """The kernel in the form that is analysed, and where its instructions come from. Raises RefusedError."""
    copy, origin = clone_kernel(kernel, kernel.name)
    inline_calls(copy, origin, context.graph.callees)
    copy_by_values(copy, written_by_values(kernel))
    expand_copies(copy, origin)
    normalize(copy)
    simplify_phis(copy, origin)
    split_barriers(copy)
    return copy, origin
