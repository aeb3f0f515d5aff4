"""Helper functions for the stack of resumable functions' frames, as LLVM text."""

from __future__ import annotations

from anychip.codegen.kernel_abi import THREAD

_RESERVE = """
define internal void @anychip.stack.reserve(ptr %thread, ptr %from, i64 %bytes) alwaysinline nounwind {
  %limit = getelementptr i8, ptr %thread, i64 STACK_END
  %end = load ptr, ptr %limit, align 8
  %e = ptrtoint ptr %end to i64
  %f = ptrtoint ptr %from to i64
  %room = sub i64 %e, %f
  %full = icmp ult i64 %room, %bytes
  br i1 %full, label %overflow, label %fits
overflow:
  call void @anychip_stack_overflow(ptr %thread)
  unreachable
fits:
  ret void
}
"""

STACK_HELPERS = {"anychip.stack.reserve": _RESERVE.replace("STACK_END", str(THREAD.offset("stack_end")))}
