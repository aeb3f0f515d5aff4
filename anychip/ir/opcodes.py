"""The opcode table: every operation of the IR, its operands, attributes and effects.

**The meaning is the GPU's**, whatever processor runs it (PTX ISA; CUDA Programming Guide):

* ``udiv sdiv urem srem`` never trap: x/0 is all ones, x%0 is x, INT_MIN/-1 is INT_MIN and INT_MIN%-1 is 0.
* ``shl lshr ashr`` clamp the amount (unsigned) to the width: the result is then 0, or all sign bits for ``ashr``.
* ``fptosi fptoui`` truncate and saturate at the destination's range. NaN gives 0 if the source is half, bfloat or
  float and the destination has at most 32 bits, otherwise the value with only the top bit set (PTX ISA, cvt).
* ``fmin fmax``: a NaN operand gives the other operand, -0 < +0; ``fminimum fmaximum``: a NaN operand gives NaN.
* Integer arithmetic wraps. There is no undef and no poison: the reader puts zero.
* Floating-point arithmetic is IEEE 754, round to nearest even, subnormals kept. No instruction is ever contracted,
  reassociated or split after the reader: what was to be fused is an ``fma`` already.

``load`` and ``store`` outside mapped memory become the CUDA error of the launch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto


class Effect(Flag):
    """What an operation does besides computing its result."""

    NONE = 0
    READ = auto()  # reads memory
    WRITE = auto()  # writes memory
    TERMINATOR = auto()
    CONVERGENT = auto()  # lanes of a warp or threads of a block exchange or wait
    YIELD = auto()  # a thread may have to wait here for others
    SIDE = auto()  # has another visible effect (trap, time)


@dataclass(frozen=True, slots=True)
class OpInfo:
    """One row: ``operands`` is the count (-1: it varies); ``attributes`` maps each name to whether it is required."""

    name: str
    operands: int
    summary: str
    attributes: dict[str, bool]
    effects: Effect


OPCODES: dict[str, OpInfo] = {}


def _op(names: str, operands: int, summary: str, effects: Effect = Effect.NONE, **attributes: bool) -> None:
    for name in names.split():
        OPCODES[name] = OpInfo(name, operands, summary, attributes, effects)


REQUIRED, OPTIONAL = True, False

# Integers. nuw/nsw/exact/disjoint/nneg are clang's promises: kept for analyses, never handed on to LLVM.
_op("add sub mul shl", 2, "a op b", nuw=OPTIONAL, nsw=OPTIONAL)
_op("udiv sdiv lshr ashr", 2, "a op b", exact=OPTIONAL)
_op("urem srem and xor", 2, "a op b")
_op("or", 2, "a op b", disjoint=OPTIONAL)
_op("smin smax umin umax", 2, "lesser or greater of a, b")
_op("sadd.sat uadd.sat ssub.sat usub.sat", 2, "saturating a op b")
_op(
    "sadd.overflow uadd.overflow ssub.overflow usub.overflow smul.overflow umul.overflow",
    2,
    "{a op b wrapped, i1 whether it wrapped}",
)
_op("fshl fshr", 3, "funnel shift of a:b by c modulo the width (llvm.fshl)")
_op("ctpop ctlz cttz bitreverse bswap", 1, "bit counts and permutations; ctlz and cttz of 0 are the width")
_op("abs", 1, "absolute value; of INT_MIN it is INT_MIN")

# Floating point.
_op("fadd fsub fmul fdiv frem", 2, "a op b")
_op("fma", 3, "a*b+c rounded once")
_op("fneg fabs sqrt floor ceil ftrunc", 1, "sign operations and exact roundings")
_op("rint", 1, "round to integral, ties to even")
_op("round", 1, "round to integral, ties away from zero")
_op("copysign fmin fmax fminimum fmaximum", 2, "see the module's docstring")

# Comparison, conversion, selection. predicate: eq ne ugt uge ult ule sgt sge slt sle / o.. u.. ord uno false true
_op("icmp", 2, "i1", predicate=REQUIRED)
_op("fcmp", 2, "i1", predicate=REQUIRED)
_op(
    "trunc zext sext fptrunc fpext fptosi fptoui sitofp uitofp ptrtoint inttoptr bitcast",
    1,
    "conversion",
    nneg=OPTIONAL,
)
_op("space.cast", 1, "the same memory seen through a pointer of another state space")
_op(
    "space.is",
    1,
    "i1: whether a generic pointer points into ``space`` (shared, global, constant, local)",
    space=REQUIRED,
)
_op("select", 3, "i1 condition, value if true, value if false")
_op("extract", 1, "element of an aggregate value", indices=REQUIRED)
_op("insert", 2, "aggregate with one element replaced", indices=REQUIRED)

# Memory. alignment in bytes. ordering: relaxed acquire release acq_rel seq_cst; scope: block device system.
_op("alloca", 0, "address of zeroless local memory of the thread", allocated=REQUIRED, alignment=REQUIRED)
_op("load", 1, "ptr", Effect.READ, alignment=REQUIRED, volatile=OPTIONAL, ordering=OPTIONAL, scope=OPTIONAL)
_op(
    "store",
    2,
    "value, ptr",
    Effect.WRITE,
    alignment=REQUIRED,
    volatile=OPTIONAL,
    ordering=OPTIONAL,
    scope=OPTIONAL,
)
_op(
    "gep",
    -1,
    "ptr, i64 index...: ptr + offset + sum(index * scale), modulo 2^64",
    offset=REQUIRED,
    scales=REQUIRED,
    inbounds=OPTIONAL,
)
_op("memcpy memmove", 3, "destination, source, i64 bytes", Effect.READ | Effect.WRITE, volatile=OPTIONAL)
_op("memset", 3, "destination, i8 value, i64 bytes", Effect.WRITE, volatile=OPTIONAL)
# operation: xchg add sub and nand or xor max min umax umin fadd fsub fmax fmin,
# inc_wrap dec_wrap (atomicInc, atomicDec)
_op(
    "atomic",
    2,
    "ptr, value: old value",
    Effect.READ | Effect.WRITE,
    operation=REQUIRED,
    ordering=REQUIRED,
    scope=REQUIRED,
)
_op(
    "cmpxchg",
    3,
    "ptr, expected, new: {old, i1 swapped}",
    Effect.READ | Effect.WRITE,
    ordering=REQUIRED,
    scope=REQUIRED,
)
_op(
    "fence",
    0,
    "__threadfence_block, __threadfence, __threadfence_system",
    Effect.READ | Effect.WRITE,
    ordering=REQUIRED,
    scope=REQUIRED,
)

# Control.
_op("phi", -1, "one operand and one target (incoming block) per predecessor")
_op("br", 0, "one target", Effect.TERMINATOR)
_op("condbr", 1, "i1; targets: if true, if false", Effect.TERMINATOR)
_op("switch", -1, "value, ConstantInt...; targets: default, one per constant", Effect.TERMINATOR)
_op("ret", -1, "nothing or the result", Effect.TERMINATOR)
_op("unreachable", 0, "control does not come here; if it does, the thread traps", Effect.TERMINATOR)
_op(
    "call",
    -1,
    "callee (Function or pointer), arguments; by-value arguments are pointers whose pointee the callee copies",
    Effect.READ | Effect.WRITE | Effect.CONVERGENT | Effect.YIELD | Effect.SIDE,
    signature=REQUIRED,  # FunctionType
)

# Threads, warps, blocks. register: tid.{x,y,z} ntid.* ctaid.* nctaid.* laneid warpid nwarpid smid warpsize gridid
# lanemask_{eq,lt,le,gt,ge} clock clock64 globaltimer dynamic_smem_size total_smem_size
_op("sreg", 0, "special register", register=REQUIRED)
_op("clock", 0, "i32 or i64 time; register: clock, clock64, globaltimer (ns)", Effect.SIDE, register=REQUIRED)
_CONV = Effect.CONVERGENT | Effect.YIELD
_op(
    "barrier",
    -1,
    "__syncthreads: i32 barrier id [, i32 thread count]",
    _CONV | Effect.READ | Effect.WRITE,
    aligned=OPTIONAL,
)
_op("barrier.arrive", 2, "bar.arrive: i32 barrier id, i32 thread count", _CONV | Effect.READ | Effect.WRITE)
_op(
    "barrier.reduce",
    2,
    "i32 barrier id, i1: __syncthreads_{count,and,or}; operation: popc and or",
    _CONV | Effect.READ | Effect.WRITE,
    operation=REQUIRED,
)
_op("warp.barrier", 1, "__syncwarp: i32 mask", _CONV | Effect.READ | Effect.WRITE)
# Without ``sync`` (pre-Volta forms) the mask operand is absent and the converged lanes take part.
_op(
    "shuffle",
    -1,
    "[i32 mask,] value, i32 b, i32 c (as PTX shfl); mode: idx up down bfly; with_predicate: {value, i1}",
    _CONV,
    mode=REQUIRED,
    sync=OPTIONAL,
    with_predicate=OPTIONAL,
)
_op("vote", -1, "[i32 mask,] i1; mode: any all uni (i1), ballot (i32)", _CONV, mode=REQUIRED, sync=OPTIONAL)
_op("match", 2, "i32 mask, value; mode: any (i32), all ({i32, i1})", _CONV, mode=REQUIRED)
_op(
    "warp.reduce",
    2,
    "__reduce_*_sync: i32 mask, i32; operation: add min max umin umax and or xor",
    _CONV,
    operation=REQUIRED,
)
_op("active_mask", 0, "i32 lanes converged here", _CONV)
_op("nanosleep", 1, "i32 nanoseconds; others may run", Effect.SIDE | Effect.YIELD)
_op("trap", 0, "__trap: the launch fails", Effect.SIDE)
_op("exit", 0, "the thread ends here (PTX exit)", Effect.TERMINATOR)

PURE = frozenset(name for name, row in OPCODES.items() if row.effects == Effect.NONE) - {"phi", "alloca"}
"""Operations that only compute: they could be done again, and anywhere their operands are at hand."""

# Functions a device program may call without defining them; the runtime (and the oracle) provide them.
RUNTIME_FUNCTIONS = frozenset({"vprintf", "__assertfail", "malloc", "free"})


def info(opcode: str) -> OpInfo:
    """The row of an opcode. Raises KeyError if there is none."""
    return OPCODES[opcode]
