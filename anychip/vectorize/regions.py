"""Rounds in which all groups are in the same state: a loop for each state, over the code from one barrier to the next.

That is what nearly all rounds of nearly all kernels are. With the state known, LLVM inlines what the group does
there into the loop, and from group to group little else is left to be done.
"""

from __future__ import annotations

MAX_REGIONS = 64
"""States with a loop of their own."""
INLINE_THRESHOLD = 4000
"""Up to this cost, in LLVM's measure, the code of a state is inlined."""

# Groups are whole and along x. %idx.y and %idx.z are 0 at the start of a round.
_LOOP = """\
region.@K:
  %frame.@K = phi ptr [ %frames, %choose ], [ %frame.@K.next, %region.@K.latch ]
  %state.at.@K = phi ptr [ %states, %choose ], [ %state.at.@K.next, %region.@K.latch ]
  %x.@K = phi i32 [ 0, %choose ], [ %x.@K.next, %region.@K.latch ]
  %linear.@K = phi i32 [ 0, %choose ], [ %linear.@K.on, %region.@K.latch ]
  %any.@K = phi i32 [ 0, %choose ], [ %any.@K.next, %region.@K.latch ]
  %all.@K = phi i32 [ -1, %choose ], [ %all.@K.next, %region.@K.latch ]
  store volatile i32 %x.@K, ptr %idx.x, align 4
  store volatile i32 %linear.@K, ptr %linear.at, align 4
  %state.@K = call signext i32 @FULL(ptr %thread, ptr %frame.@K, i32 signext @K, i32 LANES) INLINE, !dbg PLACE
  store i32 %state.@K, ptr %state.at.@K, align 4
  %any.@K.next = or i32 %any.@K, %state.@K
  %all.@K.next = and i32 %all.@K, %state.@K
  %linear.@K.next = add i32 %linear.@K, WIDTH
  %more.@K = icmp ult i32 %linear.@K.next, BOUND
  br i1 %more.@K, label %region.@K.next, label %round.end
region.@K.next:
  %frame.@K.next = getelementptr i8, ptr %frame.@K, i64 STRIDE
  %state.at.@K.next = getelementptr i32, ptr %state.at.@K, i64 1
  %x.@K.sum = add i32 %x.@K, WIDTH
  %row.@K = icmp ult i32 %x.@K.sum, %dim.x
  br i1 %row.@K, label %region.@K.latch, label %region.@K.turn
region.@K.turn:
  %y.@K = load volatile i32, ptr %idx.y, align 4
  %y.@K.sum = add i32 %y.@K, ROWS
  %y.@K.over = icmp uge i32 %y.@K.sum, %dim.y
  %y.@K.next = select i1 %y.@K.over, i32 0, i32 %y.@K.sum
  %y.@K.carry = zext i1 %y.@K.over to i32
  %z.@K = load volatile i32, ptr %idx.z, align 4
  %z.@K.next = add i32 %z.@K, %y.@K.carry
  store volatile i32 %y.@K.next, ptr %idx.y, align 4
  store volatile i32 %z.@K.next, ptr %idx.z, align 4
  %linear.@K.turn = add i32 %linear.@K.next, SKIP
  br label %region.@K.latch
region.@K.latch:
  %x.@K.next = phi i32 [ %x.@K.sum, %region.@K.next ], [ 0, %region.@K.turn ]
  %linear.@K.on = phi i32 [ %linear.@K.next, %region.@K.next ], [ %linear.@K.turn, %region.@K.turn ]
  br label %region.@K
"""


def region_words(states: int, rows: int = 1) -> dict[str, str]:
    """What goes into the template of ``rounds``, for a full version that is called with ``states`` states.

    Groups of several rows end at linear index %bound, and %skip is what they hold behind their first row.
    """
    taken = range(min(states, MAX_REGIONS))
    return {
        "REGION_CASES": " ".join(f"i32 {state}, label %region.{state}" for state in taken),
        "REGION_ANY": "".join(f", [ %any.{state}.next, %region.{state} ]" for state in taken),
        "REGION_ALL": "".join(f", [ %all.{state}.next, %region.{state} ]" for state in taken),
        "REGIONS": "".join(_LOOP.replace("@K", str(state)) for state in taken),
        "BOUND": "%bound" if rows > 1 else "%count",
        "SKIP": "%skip" if rows > 1 else "0",
        "ROWS": str(rows),
        "INLINE": f'"function-inline-threshold"="{INLINE_THRESHOLD}"',
    }
