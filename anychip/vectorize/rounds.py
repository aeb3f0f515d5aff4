"""run_block of a kernel whose threads wait for each other: rounds over the groups of the block.

In each round every group that has not ended is called, in order, and runs until it comes to a barrier or ends. All
groups wait then, at barriers that match wherever they are in the text, so that the next round may begin
(docs/design/convergence.md, rule 5). Kernels that need more than this are run_strand's.
"""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.analysis.dominance import dominator_tree
from anychip.analysis.loops import loop_nest
from anychip.analysis.users import users_of
from anychip.codegen.kernel_abi import MAX_THREADS, THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import KernelEntry, ModuleContext
from anychip.codegen.template import fill_template
from anychip.ir import AddressSpace, ConstantInt, Function, Instruction, PointerType, align_up
from anychip.vectorize.clone import BARRIERS
from anychip.vectorize.entry import common_words
from anychip.vectorize.regions import region_words
from anychip.vectorize.warp_ops import may_end_launch

CACHE_LINE = 64
"""Bytes that frames are aligned to."""
MIXED = -2
"""In place of a state: groups are in different ones."""

# %x, %y, %z and %linear are those of the group's first lane. The stores are volatile because the fault handler reads
# them. FULL takes the groups of blocks whose rows are made of whole groups, ANY those of others. From one group to
# the next only x changes until %row.end, unless groups are across rows: then that is 0.
_TEMPLATE = """
define internal void @ROUNDS(ptr align 8 dereferenceable(THREAD_BYTES) %thread) ATTRIBUTES !dbg SUBPROGRAM {
entry:
  %states = alloca [GROUPS x i32], align 64
  %block = load ptr, ptr %thread, align 8
  %frames.at = getelementptr i8, ptr %thread, i64 STACK
  %frames = load ptr, ptr %frames.at, align 8
  %dim.x.at = getelementptr i8, ptr %block, i64 DIM_X
  %dim.y.at = getelementptr i8, ptr %block, i64 DIM_Y
  %count.at = getelementptr i8, ptr %block, i64 COUNT
  %dim.x = load i32, ptr %dim.x.at, align 4
  %dim.y = load i32, ptr %dim.y.at, align 4
  %count = load i32, ptr %count.at, align 4
  %idx.x = getelementptr i8, ptr %thread, i64 IDX_X
  %idx.y = getelementptr i8, ptr %thread, i64 IDX_Y
  %idx.z = getelementptr i8, ptr %thread, i64 IDX_Z
  %linear.at = getelementptr i8, ptr %thread, i64 LINEAR
  %first.votes = getelementptr i8, ptr %thread, i64 VOTES
  %first.answer = getelementptr i8, ptr %thread, i64 ANSWER
  %beside = and i32 %dim.x, MASK
  %rows = icmp eq i32 %beside, 0
  %single = icmp eq i32 %dim.x, %count
  %straight = or i1 %rows, %single
  store volatile i32 0, ptr %idx.y, align 4
  store volatile i32 0, ptr %idx.z, align 4
  br i1 %straight, label %begin, label %turn
turn:
  %turn.x = urem i32 WIDTH, %dim.x
  %turn.rows = udiv i32 WIDTH, %dim.x
  %turn.y = urem i32 %turn.rows, %dim.y
  %turn.z = udiv i32 %turn.rows, %dim.y
  br label %begin
begin:
  %step.x = phi i32 [ WIDTH, %entry ], [ %turn.x, %turn ]
  %step.y = phi i32 [ 0, %entry ], [ %turn.y, %turn ]
  %step.z = phi i32 [ 0, %entry ], [ %turn.z, %turn ]
  %row.end = phi i32 [ %dim.x, %entry ], [ 0, %turn ]
  %row.groups.32 = udiv i32 %dim.x, WIDTH
  %row.groups = zext i32 %row.groups.32 to i64
  %row.frames = mul i64 %row.groups, STRIDE
FORGET  br label %round
round:
  %common = phi i32 [ 0, %begin ], [ %common.next, %answer ]
  br i1 %rows, label %choose, label %general
choose:
  switch i32 %common, label %general [ REGION_CASES ]
REGIONSgeneral:
  %alike = icmp ne i32 %common, MIXED
  br label %group
group:
  %index = phi i64 [ 0, %general ], [ %index.next, %latch ]
  %linear = phi i32 [ 0, %general ], [ %linear.next, %latch ]
  %x = phi i32 [ 0, %general ], [ %x.next, %latch ]
  %y = phi i32 [ 0, %general ], [ %y.next, %latch ]
  %z = phi i32 [ 0, %general ], [ %z.next, %latch ]
  %any = phi i32 [ 0, %general ], [ %any.next, %latch ]
  %all = phi i32 [ -1, %general ], [ %all.next, %latch ]
  %state.at = getelementptr i32, ptr %states, i64 %index
  br i1 %alike, label %run, label %resume
resume:
  %before = load i32, ptr %state.at, align 4
  %waits = icmp sge i32 %before, 0
  br i1 %waits, label %run, label %next
run:
  %state = phi i32 [ %common, %group ], [ %before, %resume ]
  store volatile i32 %x, ptr %idx.x, align 4
  store volatile i32 %linear, ptr %linear.at, align 4
  %place = mul i64 %index, STRIDE
  %frame = getelementptr i8, ptr %frames, i64 %place
  br i1 %rows, label %run.full, label %run.any
run.full:
  %state.full = call signext i32 @FULL(ptr %thread, ptr %frame, i32 signext %state, IDENTITY, i32 WIDTH) noinline\
, !dbg PLACE
  br label %ran
run.any:
  %rest = sub i32 %count, %linear
  %more = icmp ugt i32 %rest, WIDTH
  %existing = select i1 %more, i32 WIDTH, i32 %rest
  %state.any = call signext i32 @ANY(ptr %thread, ptr %frame, i32 signext %state, IDENTITY, i32 %existing), !dbg PLACE
  br label %ran
ran:
  %after = phi i32 [ %state.full, %run.full ], [ %state.any, %run.any ]
  store i32 %after, ptr %state.at, align 4
  br label %next
next:
  %now = phi i32 [ %before, %resume ], [ %after, %ran ]
  %any.next = or i32 %any, %now
  %all.next = and i32 %all, %now
  %index.next = add i64 %index, 1
  %linear.next = add i32 %linear, WIDTH
  %x.sum = add i32 %x, %step.x
  %in.row = icmp ult i32 %x.sum, %row.end
  br i1 %in.row, label %latch, label %carry
carry:
  %x.over = icmp uge i32 %x.sum, %dim.x
  %x.less = select i1 %x.over, i32 %dim.x, i32 0
  %x.rest = sub i32 %x.sum, %x.less
  %x.carry = zext i1 %x.over to i32
  %y.moved = add i32 %y, %step.y
  %y.sum = add i32 %y.moved, %x.carry
  %y.over = icmp uge i32 %y.sum, %dim.y
  %y.less = select i1 %y.over, i32 %dim.y, i32 0
  %y.rest = sub i32 %y.sum, %y.less
  %y.carry = zext i1 %y.over to i32
  %z.moved = add i32 %z, %step.z
  %z.rest = add i32 %z.moved, %y.carry
  store volatile i32 %y.rest, ptr %idx.y, align 4
  store volatile i32 %z.rest, ptr %idx.z, align 4
  br label %latch
latch:
  %x.next = phi i32 [ %x.sum, %next ], [ %x.rest, %carry ]
  %y.next = phi i32 [ %y, %next ], [ %y.rest, %carry ]
  %z.next = phi i32 [ %z, %next ], [ %z.rest, %carry ]
  %again = icmp ult i32 %linear.next, %count
  br i1 %again, label %group, label %round.end
round.end:
  %any.now = phi i32 [ %any.next, %latch ]REGION_ANY
  %all.now = phi i32 [ %all.next, %latch ]REGION_ALL
  %same = icmp eq i32 %any.now, %all.now
  %common.next = select i1 %same, i32 %any.now, i32 MIXED
  %over = icmp slt i32 %all.now, 0
  br i1 %over, label %done, label %answer
answer:
  store volatile i32 0, ptr %idx.y, align 4
  store volatile i32 0, ptr %idx.z, align 4
ANSWERS  br label %round
done:
  ret void
}
"""

# The groups add what they vote to operand[1] and operand[2] (waits.py).
_FORGET = "  call void @llvm.memset.p0.i64(ptr align 8 %first.votes, i8 0, i64 16, i1 false)\n"
_ANSWERS = """\
  %votes = load <2 x i64>, ptr %first.votes, align 8
  store <2 x i64> %votes, ptr %first.answer, align 8
"""


def runs_in_rounds(kernel: Function) -> bool:
    """Whether rounds are all that a kernel's barriers ask for. Its calls have been inlined.

    All barriers are the same one, and none is in a loop that may wait for another block: while it does, the
    runtime has to start others. No warp operation may have to tell the scheduler of a lane outside its mask.
    """
    if any(may_end_launch(item) for item in kernel.instructions()):
        return False
    barriers = [item for item in kernel.instructions() if item.opcode in BARRIERS]
    ids = {item.operands[0].value if isinstance(item.operands[0], ConstantInt) else item for item in barriers}
    if len(ids) > 1 or not all(isinstance(item, int) for item in ids):
        return False
    used = users_of(kernel)
    places = {block for item in barriers if (block := item.block)}
    flow = control_flow(kernel)
    nest = loop_nest(flow, dominator_tree(flow))
    repeated = {block for loop in nest.loops if not places.isdisjoint(loop.blocks) for block in loop.blocks}
    if nest.irreducible:
        return False
    return not any(_reads_other_blocks(item, item in used) for block in repeated for item in block.instructions)


def write_rounds(
    context: ModuleContext, kernel: Function, copy: Function, full: str, any_: str, width: int, states: int
) -> str:
    """LLVM text of run_block; the symbol ``full`` takes groups of whole rows, ``any_`` all.

    ``copy`` is what the functions of these names were written from, ``width`` the lanes of a group, ``states`` how
    many of its own ``full`` may be called with. The kernel's entry in the context must say how large a frame is.
    """
    opcodes = {item.opcode for item in copy.instructions()}
    votes = "barrier.reduce" in opcodes
    if votes:
        context.intrinsic("llvm.memset.p0.i64", "void", ["ptr", "i8", "i64", "i1"])
    regions = region_words(states, rows=any(map(_is_across_rows, copy.instructions())))
    template = _TEMPLATE.replace("REGIONS", regions.pop("REGIONS"))
    words = {
        **common_words(context, kernel, ".rounds", width),
        **regions,
        "@ROUNDS": rounds_symbol(kernel),
        "@FULL": full,
        "@ANY": any_,
        "GROUPS": str(MAX_THREADS // width),
        "STRIDE": str(context.entries[kernel].frame_bytes if opcodes & BARRIERS else 0),
        "FORGET": _FORGET if votes else "",
        "ANSWERS": _ANSWERS + _FORGET if votes else "",
        "VOTES": str(THREAD.offset("operand", 1)),
        "ANSWER": str(THREAD.offset("result")),
        "STACK": str(THREAD.offset("stack")),
        "MIXED": str(MIXED),
    }
    return fill_template(template, words)


def _is_across_rows(item: Instruction) -> bool:
    return item.opcode == "sreg" and item.text("register") in ("tid.y", "tid.z")


def rounds_entry(
    kernel: Function, width: int, frame_bytes: int, *, rows_only: bool, run_block: str = ""
) -> KernelEntry:
    """How the runtime runs the kernel: by ``run_block``, if that is not the rounds themselves."""
    return KernelEntry(
        width, run_block=run_block or rounds_symbol(kernel), frame_bytes=frame_stride(frame_bytes), rows_only=rows_only
    )


def rounds_symbol(kernel: Function) -> str:
    """The LLVM name of run_block."""
    return symbol(kernel)[:-1] + '.rounds"'


def frame_stride(frame_bytes: int) -> int:
    """Bytes from a group's frame to the next: an odd number of cache lines, so that frames use all sets of a cache."""
    return align_up(frame_bytes, CACHE_LINE) | CACHE_LINE


def _reads_other_blocks(instruction: Instruction, used: bool) -> bool:
    """Whether an instruction may see what a block that runs at the same time has written: legally, that is."""
    if instruction.opcode not in ("load", "atomic", "cmpxchg") or not used:
        return False
    address = next(item for item in instruction.operands if isinstance(item.type, PointerType))
    if isinstance(address.type, PointerType) and address.type.space == AddressSpace.SHARED:
        return False
    return instruction.opcode != "load" or instruction.flag("volatile") or "ordering" in instruction.attributes
