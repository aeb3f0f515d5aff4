"""What the runtime calls.

run_block, of a kernel that never waits: rows of the block in groups of lanes, in the version for whole groups if rows
are made of these. A block too narrow to fill half a group runs thread by thread. run_strand, of one that waits: a group
of consecutive linear index, in the version for whole groups if rows are made of these, or in the one for any.
"""

from __future__ import annotations

from anychip.codegen.kernel_abi import BLOCK, THREAD
from anychip.codegen.llvm_types import symbol
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.module_tables import block_symbol
from anychip.codegen.template import fill_template
from anychip.ir import Function
from anychip.vectorize.width import group_attributes

# The stores are volatile because the fault handler reads them.
_TEMPLATE = """
define internal void @GROUPS(ptr align 8 dereferenceable(THREAD_BYTES) %thread) ATTRIBUTES !dbg SUBPROGRAM {
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
  %beside = and i32 %dim.x, MASK
  %even = icmp eq i32 %beside, 0
  %whole = select i1 %even, i32 %dim.x, i32 0
  %narrow = icmp ult i32 %dim.x, HALF
  %y.over = and i32 %dim.y, ROWS_MASK
  %y.even = icmp eq i32 %y.over, 0
  %coarse = and i1 %even, %y.even
  %y.step = select i1 %coarse, i32 ROWS, i32 1
  %row.step = mul i32 %dim.x, %y.step
  br i1 %narrow, label %threads, label %z.loop
threads:
  call void @BLOCK(ptr %thread), !dbg PLACE
  ret void
z.loop:
  %z = phi i32 [ 0, %entry ], [ %z.next, %z.end ]
  %linear.z = phi i32 [ 0, %entry ], [ %linear.next, %z.end ]
  store volatile i32 %z, ptr %idx.z, align 4
  br label %y.loop
y.loop:
  %y = phi i32 [ 0, %z.loop ], [ %y.next, %y.end ]
  %linear.y = phi i32 [ %linear.z, %z.loop ], [ %linear.next, %y.end ]
  store volatile i32 %y, ptr %idx.y, align 4
  %wide = icmp ne i32 %whole, 0
  br i1 %wide, label %x.loop, label %x.end
x.loop:
  %x = phi i32 [ 0, %y.loop ], [ %x.next, LATCH ]
  %linear = add i32 %linear.y, %x
  store volatile i32 %x, ptr %idx.x, align 4
  store volatile i32 %linear, ptr %linear.at, align 4
CALL  %x.next = add i32 %x, WIDTH
  %x.more = icmp ult i32 %x.next, %whole
  br i1 %x.more, label %x.loop, label %x.end
x.end:
  br i1 %even, label %y.end, label %tail
tail:
  %x.tail = phi i32 [ 0, %x.end ], [ %x.after, %tail ]
  %linear.tail = add i32 %linear.y, %x.tail
  %rest = sub i32 %dim.x, %x.tail
  %some = icmp ult i32 %rest, WIDTH
  %existing = select i1 %some, i32 %rest, i32 WIDTH
  store volatile i32 %x.tail, ptr %idx.x, align 4
  store volatile i32 %linear.tail, ptr %linear.at, align 4
  call void @TAIL(ptr %thread, i32 %x.tail, i32 %y, i32 %z, i32 %linear.tail, i32 %existing), !dbg PLACE
  %x.after = add i32 %x.tail, WIDTH
  %tail.more = icmp ult i32 %x.after, %dim.x
  br i1 %tail.more, label %tail, label %y.end
y.end:
  %linear.next = add i32 %linear.y, %row.step
  %y.next = add i32 %y, %y.step
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

_CALL = "  call void @FULL(ptr %thread, i32 %x, i32 %y, i32 %z, i32 %linear, i32 WIDTH), !dbg PLACE\n"
_CALL_ROWS = f"""\
  br i1 %coarse, label %x.rows, label %x.one
x.rows:
{_CALL.replace("FULL", "COARSE")}  br label %x.called
x.one:
{_CALL}  br label %x.called
x.called:
"""


def write_groups(
    context: ModuleContext, kernel: Function, full: str, tail: str, width: int, *, coarse: str = "", rows: int = 1
) -> str:
    """LLVM text of the loop over groups; the symbol ``full`` runs a whole group, ``tail`` the first lanes of one.

    ``coarse`` runs whole groups of ``rows`` rows, a power of two.
    """
    template = _TEMPLATE.replace("CALL", _CALL_ROWS if coarse else _CALL)
    words = {
        **common_words(context, kernel, ".groups", width),
        "@COARSE": coarse,
        "ROWS_MASK": str(rows - 1),
        "ROWS": str(rows),
        "LATCH": "%x.called" if coarse else "%x.loop",
        "@GROUPS": groups_symbol(kernel),
        "@BLOCK": block_symbol(kernel),
        "@FULL": full,
        "@TAIL": tail,
        "HALF": str(width // 2),
    }
    return fill_template(template, words)


_STRAND = """
define internal signext i32 @STRAND(ptr %thread, ptr %frame, i32 signext %state) ATTRIBUTES !dbg SUBPROGRAM {
entry:
  %block = load ptr, ptr %thread, align 8
  %dim.x.at = getelementptr i8, ptr %block, i64 DIM_X
  %dim.x = load i32, ptr %dim.x.at, align 4
  %count.at = getelementptr i8, ptr %block, i64 COUNT
  %count = load i32, ptr %count.at, align 4
  %x.at = getelementptr i8, ptr %thread, i64 IDX_X
  %y.at = getelementptr i8, ptr %thread, i64 IDX_Y
  %z.at = getelementptr i8, ptr %thread, i64 IDX_Z
  %linear.at = getelementptr i8, ptr %thread, i64 LINEAR
  %x = load i32, ptr %x.at, align 4
  %y = load i32, ptr %y.at, align 4
  %z = load i32, ptr %z.at, align 4
  %linear = load i32, ptr %linear.at, align 4
  %rest = sub i32 %count, %linear
  %whole = icmp uge i32 %rest, WIDTH
  %beside = and i32 %dim.x, MASK
  %rows = icmp eq i32 %beside, 0
  %straight = and i1 %rows, %whole
  br i1 %straight, label %full, label %any
full:
  %full.state = call signext i32 @FULL(ptr %thread, ptr %frame, i32 signext %state, IDENTITY, i32 WIDTH), !dbg PLACE
  ret i32 %full.state
any:
  %more = icmp ugt i32 %rest, WIDTH
  %existing = select i1 %more, i32 WIDTH, i32 %rest
  %any.state = call signext i32 @ANY(ptr %thread, ptr %frame, i32 signext %state, IDENTITY, i32 %existing), !dbg PLACE
  ret i32 %any.state
}
"""


def write_strand(context: ModuleContext, kernel: Function, full: str, any_: str, width: int) -> str:
    """LLVM text of run_strand; the symbol ``full`` takes whole groups along x, ``any_`` all."""
    words = {
        **common_words(context, kernel, ".strand", width),
        "@STRAND": strand_symbol(kernel),
        "@FULL": full,
        "@ANY": any_,
    }
    return fill_template(_STRAND, words)


def strand_symbol(kernel: Function) -> str:
    """The LLVM name of a vectorised kernel's run_strand."""
    return symbol(kernel)[:-1] + '.strand"'


def common_words(context: ModuleContext, kernel: Function, suffix: str, width: int) -> dict[str, str]:
    """What templates of functions have in common: the head, and where the block's and the thread's fields lie.

    ``suffix`` tells the function from the kernel's others in the debug information.
    """
    subprogram = context.debug.subprogram(kernel, suffix)
    words = {
        "ATTRIBUTES": group_attributes(context.target),
        "SUBPROGRAM": subprogram,
        "PLACE": context.debug.artificial(subprogram),
        "LINEAR": str(THREAD.offset("thread_linear")),
        "COUNT": str(BLOCK.offset("thread_count")),
        "WIDTH": str(width),
        "MASK": str(width - 1),
        "THREAD_BYTES": str(THREAD.size),
        "IDENTITY": "i32 %x, i32 %y, i32 %z, i32 %linear",
    }
    for index, axis in enumerate("XYZ"):
        words[f"DIM_{axis}"] = str(BLOCK.offset("block_dim", index))
        words[f"IDX_{axis}"] = str(THREAD.offset("thread_idx", index))
    return words


def groups_symbol(kernel: Function) -> str:
    """The LLVM name of a vectorised kernel's run_block."""
    return symbol(kernel)[:-1] + '.groups"'
