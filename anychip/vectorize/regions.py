"""Rounds in which all groups are in the same state: a loop for each state, over the code from one barrier to the next.

That is what nearly all rounds of nearly all kernels are. With the state known, LLVM inlines what the group does
there into the loop, and from group to group little else is left to be done.
"""

from __future__ import annotations

MAX_REGIONS = 64
"""States with a loop of their own."""
ALWAYS_INLINED = 8
"""States up to which all of their code is inlined: it is copied before it is pruned, which takes LLVM's time."""
INLINE_THRESHOLD = 4000
"""With more states, the cost in LLVM's measure up to which the code of one is inlined."""

# Groups are whole and along x. %idx.y and %idx.z are 0 at the start of a round. This loop is of kernels that look along
# x only.
_LINE = """\
region.@K:
  %frame.@K = phi ptr [ %frames, %choose ], [ %frame.@K.next, %region.@K.latch ]
  %state.at.@K = phi ptr [ %states, %choose ], [ %state.at.@K.next, %region.@K.latch ]
  %x.@K = phi i32 [ 0, %choose ], [ %x.@K.next, %region.@K.latch ]
  %linear.@K = phi i32 [ 0, %choose ], [ %linear.@K.next, %region.@K.latch ]
  %any.@K = phi i32 [ 0, %choose ], [ %any.@K.next, %region.@K.latch ]
  %all.@K = phi i32 [ -1, %choose ], [ %all.@K.next, %region.@K.latch ]
  store volatile i32 %x.@K, ptr %idx.x, align 4
  store volatile i32 %linear.@K, ptr %linear.at, align 4
  %state.@K = call signext i32 @FULL(ptr %thread, ptr %frame.@K, i32 signext @K, i32 %x.@K, i32 0, i32 0, \
i32 %linear.@K, i32 WIDTH) INLINE, !dbg PLACE
  store i32 %state.@K, ptr %state.at.@K, align 4
  %any.@K.next = or i32 %any.@K, %state.@K
  %all.@K.next = and i32 %all.@K, %state.@K
  %linear.@K.next = add i32 %linear.@K, WIDTH
  %more.@K = icmp ult i32 %linear.@K.next, %count
  br i1 %more.@K, label %region.@K.next, label %round.end
region.@K.next:
  %frame.@K.next = getelementptr i8, ptr %frame.@K, i64 STRIDE
  %state.at.@K.next = getelementptr i32, ptr %state.at.@K, i64 1
  %x.@K.sum = add i32 %x.@K, WIDTH
  %row.@K = icmp ult i32 %x.@K.sum, %dim.x
  br i1 %row.@K, label %region.@K.latch, label %region.@K.turn
region.@K.turn:
  %y.@K = load volatile i32, ptr %idx.y, align 4
  %y.@K.sum = add i32 %y.@K, 1
  %y.@K.over = icmp uge i32 %y.@K.sum, %dim.y
  %y.@K.next = select i1 %y.@K.over, i32 0, i32 %y.@K.sum
  %y.@K.carry = zext i1 %y.@K.over to i32
  %z.@K = load volatile i32, ptr %idx.z, align 4
  %z.@K.next = add i32 %z.@K, %y.@K.carry
  store volatile i32 %y.@K.next, ptr %idx.y, align 4
  store volatile i32 %z.@K.next, ptr %idx.z, align 4
  br label %region.@K.latch
region.@K.latch:
  %x.@K.next = phi i32 [ %x.@K.sum, %region.@K.next ], [ 0, %region.@K.turn ]
  br label %region.@K
"""
# Those of the same place along x come one after another, row by row: what depends on
# nothing else is then the same in all rounds of the inner loop, and LLVM computes it before.
_ROWS = """\
region.@K:
  %x.@K = phi i32 [ 0, %choose ], [ %x.@K.next, %region.@K.over ]
  %frame.@K.top = phi ptr [ %frames, %choose ], [ %frame.@K.beside, %region.@K.over ]
  %state.at.@K.top = phi ptr [ %states, %choose ], [ %state.at.@K.beside, %region.@K.over ]
  %any.@K.top = phi i32 [ 0, %choose ], [ %any.@K.next, %region.@K.over ]
  %all.@K.top = phi i32 [ -1, %choose ], [ %all.@K.next, %region.@K.over ]
  store volatile i32 %x.@K, ptr %idx.x, align 4
  br label %region.@K.row
region.@K.row:
  %frame.@K = phi ptr [ %frame.@K.top, %region.@K ], [ %frame.@K.next, %region.@K.latch ]
  %state.at.@K = phi ptr [ %state.at.@K.top, %region.@K ], [ %state.at.@K.next, %region.@K.latch ]
  %y.@K = phi i32 [ 0, %region.@K ], [ %y.@K.next, %region.@K.latch ]
  %z.@K = phi i32 [ 0, %region.@K ], [ %z.@K.next, %region.@K.latch ]
  %linear.@K = phi i32 [ %x.@K, %region.@K ], [ %linear.@K.next, %region.@K.latch ]
  %any.@K = phi i32 [ %any.@K.top, %region.@K ], [ %any.@K.next, %region.@K.latch ]
  %all.@K = phi i32 [ %all.@K.top, %region.@K ], [ %all.@K.next, %region.@K.latch ]
  store volatile i32 %y.@K, ptr %idx.y, align 4
  store volatile i32 %z.@K, ptr %idx.z, align 4
  store volatile i32 %linear.@K, ptr %linear.at, align 4
  %state.@K = call signext i32 @FULL(ptr %thread, ptr %frame.@K, i32 signext @K, i32 %x.@K, i32 %y.@K, i32 %z.@K, \
i32 %linear.@K, i32 WIDTH) INLINE, !dbg PLACE
  store i32 %state.@K, ptr %state.at.@K, align 4
  %any.@K.next = or i32 %any.@K, %state.@K
  %all.@K.next = and i32 %all.@K, %state.@K
  %linear.@K.next = add i32 %linear.@K, %dim.x
  %more.@K = icmp ult i32 %linear.@K.next, %count
  br i1 %more.@K, label %region.@K.latch, label %region.@K.over
region.@K.latch:
  %frame.@K.next = getelementptr i8, ptr %frame.@K, i64 %row.frames
  %state.at.@K.next = getelementptr i32, ptr %state.at.@K, i64 %row.groups
  %y.@K.sum = add i32 %y.@K, 1
  %y.@K.over = icmp uge i32 %y.@K.sum, %dim.y
  %y.@K.next = select i1 %y.@K.over, i32 0, i32 %y.@K.sum
  %y.@K.carry = zext i1 %y.@K.over to i32
  %z.@K.next = add i32 %z.@K, %y.@K.carry
  br label %region.@K.row
region.@K.over:
  %frame.@K.beside = getelementptr i8, ptr %frame.@K.top, i64 STRIDE
  %state.at.@K.beside = getelementptr i32, ptr %state.at.@K.top, i64 1
  %x.@K.next = add i32 %x.@K, WIDTH
  %beside.@K = icmp ult i32 %x.@K.next, %dim.x
  br i1 %beside.@K, label %region.@K, label %round.end
"""


def region_words(states: int, *, rows: bool) -> dict[str, str]:
    """What goes into the template of ``rounds``, for a full version that is called with ``states`` states.

    ``rows``: the kernel asks where in y and z a thread is.
    """
    loop, end = (_ROWS, ".over") if rows else (_LINE, "")
    taken = range(min(states, MAX_REGIONS))
    return {
        "REGION_CASES": " ".join(f"i32 {state}, label %region.{state}" for state in taken),
        "REGION_ANY": "".join(f", [ %any.{state}.next, %region.{state}{end} ]" for state in taken),
        "REGION_ALL": "".join(f", [ %all.{state}.next, %region.{state}{end} ]" for state in taken),
        "REGIONS": "".join(loop.replace("@K", str(state)) for state in taken),
        "INLINE": "alwaysinline" if states <= ALWAYS_INLINED else f'"function-inline-threshold"="{INLINE_THRESHOLD}"',
    }
