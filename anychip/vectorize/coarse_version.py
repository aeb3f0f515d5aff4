"""The version of a kernel for several rows: its tests, its body, and the rows one by one where a test fails."""

from __future__ import annotations

from anychip.codegen.kernel_abi import THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.template import fill_template
from anychip.ir import Function
from anychip.vectorize.coarsen import Coarse
from anychip.vectorize.entry import common_words
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.refusal import RefusedError
from anychip.vectorize.shapes import Grouping
from anychip.vectorize.version import plan_version, write_condition, write_version

# %operation tells the fault handler how many rows the group has. The stores are volatile because it reads them.
_TEMPLATE = """
define internal void @CHOICE(PARAMETERS) ATTRIBUTES !dbg SUBPROGRAM {
entry:
  %rows.at = getelementptr i8, ptr %thread, i64 OPERATION
  %idx.y = getelementptr i8, ptr %thread, i64 IDX_Y
  %linear.at = getelementptr i8, ptr %thread, i64 LINEAR
  %holds = call i1 @HOLDS(PARAMETERS), !dbg PLACE
  br i1 %holds, label %together, label %apart
together:
  store volatile i32 ROWS, ptr %rows.at, align 4
  call void @BODY(PARAMETERS), !dbg PLACE
  store volatile i32 0, ptr %rows.at, align 4
  ret void
apart:
  %block = load ptr, ptr %thread, align 8
  %dim.x.at = getelementptr i8, ptr %block, i64 DIM_X
  %dim.x = load i32, ptr %dim.x.at, align 4
  br label %row
row:
  %row.y = phi i32 [ %y, %apart ], [ %row.y.next, %row ]
  %row.linear = phi i32 [ %linear, %apart ], [ %row.linear.next, %row ]
  store volatile i32 %row.y, ptr %idx.y, align 4
  store volatile i32 %row.linear, ptr %linear.at, align 4
  call void @FULL(ptr %thread, i32 %x, i32 %row.y, i32 %z, i32 %row.linear, i32 %existing), !dbg PLACE
  %row.y.next = add i32 %row.y, 1
  %row.linear.next = add i32 %row.linear, %dim.x
  %done = sub i32 %row.y.next, %y
  %more = icmp ult i32 %done, ROWS
  br i1 %more, label %row, label %end
end:
  store volatile i32 %y, ptr %idx.y, align 4
  ret void
}
"""


def write_coarse(context: ModuleContext, kernel: Function, coarse: Coarse, width: int, full: str) -> tuple[str, str]:
    """The symbol and the LLVM text of what runs whole groups of several rows of a kernel that does not wait.

    ``full`` runs one row of a group. Raises RefusedError.
    """
    function, grouping = coarse.function, Grouping.WHOLE
    function.name = f"{kernel.name}.lanes{width}.rows{coarse.rows}"
    shapes, guards, plan = plan_version(function, grouping, width)
    if any(shapes.stride(item) != 0 for conditions in coarse.agreements for item in conditions):
        raise RefusedError("a condition that depends on the row and on the lane")
    emitters = [LaneEmitter(context, function, coarse.origin, shapes, grouping, width) for _ in range(2)]
    body = write_version(LaneFunctionWriter(emitters[0], plan, None), [], "")
    name = symbol(function)
    holds, choice = f'{name[:-1]}.holds"', f'{name[:-1]}.choice"'
    tests = write_condition(emitters[1], holds, guards, coarse.agreements)
    words = {
        **common_words(context, kernel, ".rows", width),
        "@CHOICE": choice,
        "PARAMETERS": "ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 %existing",
        "@HOLDS": holds,
        "@BODY": name,
        "@FULL": full,
        "OPERATION": str(THREAD.offset("operation")),
        "ROWS": str(coarse.rows),
    }
    return choice, "\n".join([body, tests, fill_template(_TEMPLATE, words)])
