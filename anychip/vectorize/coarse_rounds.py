"""The version of a kernel with barriers in which a lane runs several threads: its tests, its body, its rounds.

Blocks of which all threads can be taken so, and all of whose groups pass the tests at the start, run in rounds of such
groups; all others as ``rounds`` has them.
"""

from __future__ import annotations

from anychip.codegen.kernel_abi import MAX_THREADS, THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.template import fill_template
from anychip.ir import Function
from anychip.vectorize.entry import common_words
from anychip.vectorize.jam import Jammed
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.parts import Parts
from anychip.vectorize.regions import INLINE_THRESHOLD, MAX_REGIONS, region_words
from anychip.vectorize.rounds import MIXED, frame_stride, rounds_symbol
from anychip.vectorize.shapes import Grouping
from anychip.vectorize.version import plan_version, write_condition, write_version
from anychip.vectorize.waits import Waits

# %operation tells the fault handler what the group at %x, %y, %z holds. Stores are volatile because it reads them.
_HEAD = """
  %block = load ptr, ptr %thread, align 8
  %dim.x.at = getelementptr i8, ptr %block, i64 DIM_X
  %dim.y.at = getelementptr i8, ptr %block, i64 DIM_Y
  %count.at = getelementptr i8, ptr %block, i64 COUNT
  %dim.x = load i32, ptr %dim.x.at, align 4
  %dim.y = load i32, ptr %dim.y.at, align 4
  %count = load i32, ptr %count.at, align 4
  %skip = mul i32 %dim.x, ROWS_LESS
  %bound = sub i32 %count, %skip
"""

_TEMPLATE = f"""
define internal void @CHOICE(ptr %thread) ATTRIBUTES !dbg SUBPROGRAM {{
entry:{_HEAD}\
  %beside = and i32 %dim.x, MASK
  %below = and i32 %dim.y, ROWS_LESS
  %over = or i32 %beside, %below
  %even = icmp eq i32 %over, 0
  br i1 %even, label %FIRST, label %apart
test:
  %x = phi i32 [ 0, %entry ], [ %x.next, %test.next ]
  %y = phi i32 [ 0, %entry ], [ %y.next, %test.next ]
  %z = phi i32 [ 0, %entry ], [ %z.next, %test.next ]
  %linear = phi i32 [ 0, %entry ], [ %linear.next, %test.next ]
  %holds = call i1 @HOLDS(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 LANES), !dbg PLACE
  br i1 %holds, label %test.next, label %apart
test.next:
  %x.sum = add i32 %x, WIDTH
  %x.over = icmp uge i32 %x.sum, %dim.x
  %x.next = select i1 %x.over, i32 0, i32 %x.sum
  %y.step = select i1 %x.over, i32 ROWS, i32 0
  %y.sum = add i32 %y, %y.step
  %y.over = icmp uge i32 %y.sum, %dim.y
  %y.next = select i1 %y.over, i32 0, i32 %y.sum
  %z.step = zext i1 %y.over to i32
  %z.next = add i32 %z, %z.step
  %linear.step = select i1 %x.over, i32 %skip, i32 0
  %linear.sum = add i32 %linear, WIDTH
  %linear.next = add i32 %linear.sum, %linear.step
  %more = icmp ult i32 %linear.next, %count
  br i1 %more, label %test, label %together
together:
  call void @TOGETHER(ptr %thread), !dbg PLACE
  ret void
apart:
  call void @APART(ptr %thread), !dbg PLACE
  ret void
}}

define internal void @TOGETHER(ptr %thread) ATTRIBUTES !dbg ROUNDS_PROGRAM {{
entry:
  %states = alloca [GROUPS x i32], align 64{_HEAD}\
  %frames.at = getelementptr i8, ptr %thread, i64 STACK
  %frames = load ptr, ptr %frames.at, align 8
  %idx.x = getelementptr i8, ptr %thread, i64 IDX_X
  %idx.y = getelementptr i8, ptr %thread, i64 IDX_Y
  %idx.z = getelementptr i8, ptr %thread, i64 IDX_Z
  %linear.at = getelementptr i8, ptr %thread, i64 LINEAR
  %operation.at = getelementptr i8, ptr %thread, i64 OPERATION
  store volatile i32 HOLDING, ptr %operation.at, align 4
  br label %round
round:
  %common = phi i32 [ 0, %entry ], [ %common.next, %again ]
  store volatile i32 0, ptr %idx.y, align 4
  store volatile i32 0, ptr %idx.z, align 4
  br label %choose
choose:
  switch i32 %common, label %group [ REGION_CASES ]
REGIONSgroup:
  %index = phi i64 [ 0, %choose ], [ %index.next, %latch ]
  %x = phi i32 [ 0, %choose ], [ %x.next, %latch ]
  %linear = phi i32 [ 0, %choose ], [ %linear.on, %latch ]
  %any = phi i32 [ 0, %choose ], [ %any.next, %latch ]
  %all = phi i32 [ -1, %choose ], [ %all.next, %latch ]
  %state.at = getelementptr i32, ptr %states, i64 %index
  %before = load i32, ptr %state.at, align 4
  %waits = icmp sge i32 %before, 0
  br i1 %waits, label %run, label %next
run:
  store volatile i32 %x, ptr %idx.x, align 4
  store volatile i32 %linear, ptr %linear.at, align 4
  %y = load volatile i32, ptr %idx.y, align 4
  %z = load volatile i32, ptr %idx.z, align 4
  %place = mul i64 %index, STRIDE
  %frame = getelementptr i8, ptr %frames, i64 %place
  %after = call signext i32 @FULL(ptr %thread, ptr %frame, i32 signext %before, i32 %x, i32 %y, \
i32 %z, i32 %linear, i32 LANES) noinline, !dbg ROUNDS_PLACE
  store i32 %after, ptr %state.at, align 4
  br label %next
next:
  %now = phi i32 [ %before, %group ], [ %after, %run ]
  %any.next = or i32 %any, %now
  %all.next = and i32 %all, %now
  %index.next = add i64 %index, 1
  %linear.next = add i32 %linear, WIDTH
  %more = icmp ult i32 %linear.next, %bound
  br i1 %more, label %on, label %round.end
on:
  %x.sum = add i32 %x, WIDTH
  %row = icmp ult i32 %x.sum, %dim.x
  br i1 %row, label %latch, label %turn
turn:
  %y.last = load volatile i32, ptr %idx.y, align 4
  %y.sum = add i32 %y.last, ROWS
  %y.over = icmp uge i32 %y.sum, %dim.y
  %y.next = select i1 %y.over, i32 0, i32 %y.sum
  %y.carry = zext i1 %y.over to i32
  %z.last = load volatile i32, ptr %idx.z, align 4
  %z.next = add i32 %z.last, %y.carry
  store volatile i32 %y.next, ptr %idx.y, align 4
  store volatile i32 %z.next, ptr %idx.z, align 4
  %linear.turn = add i32 %linear.next, %skip
  br label %latch
latch:
  %x.next = phi i32 [ %x.sum, %on ], [ 0, %turn ]
  %linear.on = phi i32 [ %linear.next, %on ], [ %linear.turn, %turn ]
  br label %group
round.end:
  %any.now = phi i32 [ %any.next, %next ]REGION_ANY
  %all.now = phi i32 [ %all.next, %next ]REGION_ALL
  %same = icmp eq i32 %any.now, %all.now
  %common.next = select i1 %same, i32 %any.now, i32 MIXED
  %over = icmp slt i32 %all.now, 0
  br i1 %over, label %done, label %again
again:
  br label %round
done:
  store volatile i32 0, ptr %operation.at, align 4
  ret void
}}
"""


# One state's loop, as in ``regions``.
_REGION = """\
region.@K:
  %frame.@K = phi ptr [ %frames, %choose ], [ %frame.@K.next, %region.@K.latch ]
  %state.at.@K = phi ptr [ %states, %choose ], [ %state.at.@K.next, %region.@K.latch ]
  %x.@K = phi i32 [ 0, %choose ], [ %x.@K.next, %region.@K.latch ]
  %y.@K = phi i32 [ 0, %choose ], [ %y.@K.next, %region.@K.latch ]
  %z.@K = phi i32 [ 0, %choose ], [ %z.@K.next, %region.@K.latch ]
  %linear.@K = phi i32 [ 0, %choose ], [ %linear.@K.on, %region.@K.latch ]
  %any.@K = phi i32 [ 0, %choose ], [ %any.@K.next, %region.@K.latch ]
  %all.@K = phi i32 [ -1, %choose ], [ %all.@K.next, %region.@K.latch ]
  store volatile i32 %x.@K, ptr %idx.x, align 4
  store volatile i32 %linear.@K, ptr %linear.at, align 4
  %state.@K = call signext i32 @FULL(ptr %thread, ptr %frame.@K, i32 signext @K, i32 %x.@K, i32 %y.@K, i32 %z.@K, \
i32 %linear.@K, i32 LANES) INLINE, !dbg ROUNDS_PLACE
  store i32 %state.@K, ptr %state.at.@K, align 4
  %any.@K.next = or i32 %any.@K, %state.@K
  %all.@K.next = and i32 %all.@K, %state.@K
  %linear.@K.next = add i32 %linear.@K, WIDTH
  %more.@K = icmp ult i32 %linear.@K.next, %bound
  br i1 %more.@K, label %region.@K.next, label %round.end
region.@K.next:
  %frame.@K.next = getelementptr i8, ptr %frame.@K, i64 STRIDE
  %state.at.@K.next = getelementptr i32, ptr %state.at.@K, i64 1
  %x.@K.sum = add i32 %x.@K, WIDTH
  %row.@K = icmp ult i32 %x.@K.sum, %dim.x
  br i1 %row.@K, label %region.@K.latch, label %region.@K.turn
region.@K.turn:
  %y.@K.sum = add i32 %y.@K, ROWS
  %y.@K.over = icmp uge i32 %y.@K.sum, %dim.y
  %y.@K.turn = select i1 %y.@K.over, i32 0, i32 %y.@K.sum
  %y.@K.carry = zext i1 %y.@K.over to i32
  %z.@K.turn = add i32 %z.@K, %y.@K.carry
  store volatile i32 %y.@K.turn, ptr %idx.y, align 4
  store volatile i32 %z.@K.turn, ptr %idx.z, align 4
  %linear.@K.turn = add i32 %linear.@K.next, %skip
  br label %region.@K.latch
region.@K.latch:
  %x.@K.next = phi i32 [ %x.@K.sum, %region.@K.next ], [ 0, %region.@K.turn ]
  %y.@K.next = phi i32 [ %y.@K, %region.@K.next ], [ %y.@K.turn, %region.@K.turn ]
  %z.@K.next = phi i32 [ %z.@K, %region.@K.next ], [ %z.@K.turn, %region.@K.turn ]
  %linear.@K.on = phi i32 [ %linear.@K.next, %region.@K.next ], [ %linear.@K.turn, %region.@K.turn ]
  br label %region.@K
"""


def write_coarse_rounds(
    context: ModuleContext, kernel: Function, jammed: Jammed, parts: Parts, width: int
) -> tuple[str, str, int]:
    """The symbol and the LLVM text of a run_block that chooses, and the bytes that ``rounds`` must have per group.

    ``rounds`` must have been written for groups of ``width`` lanes. Raises RefusedError.
    """
    function = jammed.function
    function.name = f"{kernel.name}.lanes{width}.{parts.axis}{parts.count}"
    shapes, guards, plan = plan_version(function, Grouping.WHOLE, width)
    emitters = [LaneEmitter(context, function, jammed.origin, shapes, Grouping.WHOLE, width) for _ in range(2)]
    frame = Waits(shapes, function, rounds=True)
    body = write_version(LaneFunctionWriter(emitters[0], plan, frame), [], "")
    name = symbol(function)
    tests = write_condition(emitters[1], f'{name[:-1]}.holds"', guards, []) if guards else ""
    stride, states = frame_stride(frame.size), len(frame.labels) + 1
    words = _words(context, kernel, parts, width, stride)
    regions = region_words(states, rows=False)
    regions["INLINE"] = f'"function-inline-threshold"="{INLINE_THRESHOLD}"'  # the whole would take LLVM too long
    regions["REGIONS"] = "".join(_REGION.replace("@K", str(state)) for state in range(min(states, MAX_REGIONS)))
    template = _TEMPLATE.replace("REGIONS", regions.pop("REGIONS"))
    words |= {**regions, "@FULL": name, "@HOLDS": f'{name[:-1]}.holds"', "@TOGETHER": f'{name[:-1]}.rounds"'}
    words |= {"@CHOICE": _choice_symbol(kernel), "FIRST": "test" if guards else "together"}
    if not guards:
        start, end = template.index("test:\n"), template.index("together:\n")
        template = template[:start] + template[end:]
    return _choice_symbol(kernel), "\n".join([body, tests, fill_template(template, words)]), -(-stride // parts.count)


def _words(context: ModuleContext, kernel: Function, parts: Parts, width: int, stride: int) -> dict[str, str]:
    rows, beside = _rows(parts), parts.count // _rows(parts)
    rounds = context.debug.subprogram(kernel, ".parts.rounds")
    return {
        **common_words(context, kernel, ".parts", width * beside),
        "@APART": rounds_symbol(kernel),
        "ROUNDS_PROGRAM": rounds,
        "ROUNDS_PLACE": context.debug.artificial(rounds),
        "GROUPS": str(MAX_THREADS // width // parts.count),
        "STRIDE": str(stride),
        "STACK": str(THREAD.offset("stack")),
        "OPERATION": str(THREAD.offset("operation")),
        "HOLDING": str(rows | beside << 16),
        "MIXED": str(MIXED),
        "ROWS": str(rows),
        "LANES": str(width),
        "ROWS_LESS": str(rows - 1),
    }


def _rows(parts: Parts) -> int:
    return parts.count if parts.axis == "y" else 1


def _choice_symbol(kernel: Function) -> str:
    return symbol(kernel)[:-1] + '.parts"'


__all__ = ["write_coarse_rounds"]
