"""run_block of a kernel that never yields: a loop over the block's threads, in order of their linear index.

It begins with the thread that the record names, so that a part of the block can run again (native/src/replay.cpp).
"""

from __future__ import annotations

from anychip.codegen.function_writer import ATTRIBUTES
from anychip.codegen.kernel_abi import BLOCK, THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.module_tables import block_symbol
from anychip.codegen.template import fill_template
from anychip.ir import Function

MAX_INLINED = 1000
"""Instructions of a kernel up to which one thread becomes the body of the loop: LLVM's time for a loop grows with the
square of what is in it, and next to more than this a call costs nothing.
"""

# The stores are volatile because the fault handler reads them. %done.x makes it plain how often the loop runs, so that
# it is unrolled.
_TEMPLATE = """
define internal void @BLOCK(ptr %thread) ATTRIBUTES !dbg SUBPROGRAM {
entry:
  %block = load ptr, ptr %thread, align 8
  %dim.x.at = getelementptr i8, ptr %block, i64 DIM_X
  %dim.y.at = getelementptr i8, ptr %block, i64 DIM_Y
  %dim.z.at = getelementptr i8, ptr %block, i64 DIM_Z
  %dim.x = load i32, ptr %dim.x.at, align 4
  %dim.y = load i32, ptr %dim.y.at, align 4
  %dim.z = load i32, ptr %dim.z.at, align 4
  %idx.x = getelementptr i8, ptr %thread, i64 IDX_X
  %idx.y = getelementptr i8, ptr %thread, i64 IDX_Y
  %idx.z = getelementptr i8, ptr %thread, i64 IDX_Z
  %linear.at = getelementptr i8, ptr %thread, i64 LINEAR
  %first.x = load i32, ptr %idx.x, align 4
  %first.y = load i32, ptr %idx.y, align 4
  %first.z = load i32, ptr %idx.z, align 4
  %first.linear = load i32, ptr %linear.at, align 4
  br label %z.loop
z.loop:
  %z = phi i32 [ %first.z, %entry ], [ %z.next, %z.end ]
  %y.first = phi i32 [ %first.y, %entry ], [ 0, %z.end ]
  %x.row = phi i32 [ %first.x, %entry ], [ 0, %z.end ]
  %linear.z = phi i32 [ %first.linear, %entry ], [ %linear.next, %z.end ]
  store volatile i32 %z, ptr %idx.z, align 4
  br label %y.loop
y.loop:
  %y = phi i32 [ %y.first, %z.loop ], [ %y.next, %y.end ]
  %x.first = phi i32 [ %x.row, %z.loop ], [ 0, %y.end ]
  %linear.y = phi i32 [ %linear.z, %z.loop ], [ %linear.next, %y.end ]
  store volatile i32 %y, ptr %idx.y, align 4
  %x.count = sub i32 %dim.x, %x.first
  br label %x.loop
x.loop:
  %done.x = phi i32 [ 0, %y.loop ], [ %done.next, %x.loop ]
  %x = phi i32 [ %x.first, %y.loop ], [ %x.next, %x.loop ]
  %linear = phi i32 [ %linear.y, %y.loop ], [ %linear.next, %x.loop ]
  store volatile i32 %x, ptr %idx.x, align 4
  store volatile i32 %linear, ptr %linear.at, align 4
  call void @LANE(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear)INLINE, !dbg PLACE
  %x.next = add i32 %x, 1
  %linear.next = add i32 %linear, 1
  %done.next = add i32 %done.x, 1
  %x.more = icmp ult i32 %done.next, %x.count
  br i1 %x.more, label %x.loop, label %y.end
y.end:
  %y.next = add i32 %y, 1
  %y.more = icmp ult i32 %y.next, %dim.y
  br i1 %y.more, label %y.loop, label %z.end
z.end:
  %z.next = add i32 %z, 1
  %z.more = icmp ult i32 %z.next, %dim.z
  br i1 %z.more, label %z.loop, label %done
done:
  ret void
}
"""


def write_run_block(context: ModuleContext, kernel: Function) -> str:
    """LLVM text of the loop; the kernel's own function is one thread."""
    subprogram = context.debug.subprogram(kernel, ".block")
    words = {
        "@BLOCK": block_symbol(kernel),
        "@LANE": symbol(kernel),
        "ATTRIBUTES": ATTRIBUTES,
        "SUBPROGRAM": subprogram,
        "PLACE": context.debug.artificial(subprogram),
        "INLINE": " noinline" if sum(1 for _ in kernel.instructions()) > MAX_INLINED else "",
        "LINEAR": str(THREAD.offset("thread_linear")),
    }
    for index, axis in enumerate("XYZ"):
        words[f"DIM_{axis}"] = str(BLOCK.offset("block_dim", index))
        words[f"IDX_{axis}"] = str(THREAD.offset("thread_idx", index))
    return fill_template(_TEMPLATE, words)
