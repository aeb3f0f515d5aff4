"""``llvm.nvvm.*``: what clang's CUDA headers make of the GPU's own operations, as a table from name to expansion.

Operand orders and meanings: LLVM's NVPTX usage guide and the PTX ISA.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TypeAlias

from anychip.frontend.llvm_call import Call
from anychip.frontend.llvm_expansions import (
    absolute_difference,
    convert_rounded,
    double_of_words,
    flushing,
    half_bits,
    high_product,
    permute_bytes,
    product24,
    reciprocal,
    saturate,
    word_of_double,
)
from anychip.frontend.llvm_function import FunctionState
from anychip.frontend.llvm_lexer import words
from anychip.frontend.llvm_memory import load
from anychip.ir import I1, I32, I64, VOID, ConstantInt, StructType, Value
from anychip.ir.module import AttributeValue

Expansion: TypeAlias = Callable[[FunctionState, Call], Value | None]

_SHUFFLE_MODES = ("idx", "up", "down", "bfly")
_VOTE_MODES = ("any", "all", "uni", "ballot")
_SPACES = {"global": "global", "shared": "shared", "const": "constant", "local": "local"}
_DIMENSIONED = ("tid", "ntid", "ctaid", "nctaid")
_SCALAR_REGISTERS = words(
    "laneid warpid nwarpid smid warpsize gridid dynamic_smem_size total_smem_size"
    " lanemask_eq lanemask_lt lanemask_le lanemask_gt lanemask_ge"
)
_ROUNDINGS = {"rn": "rint", "rm": "floor", "rp": "ceil", "rz": ""}
_INTEGERS = {"i": "s", "ui": "u", "ll": "s", "ull": "u"}


def _operation(opcode: str, order: tuple[int, ...] | None = None, **attributes: AttributeValue) -> Expansion:
    """One operation of ours; ``order`` says which arguments become operands where it is not all in their order."""
    return _with_attributes(opcode, attributes, order)


def _with_attributes(
    opcode: str, attributes: dict[str, AttributeValue], order: tuple[int, ...] | None = None
) -> Expansion:
    def expand(function: FunctionState, call: Call) -> Value:
        operands = call.arguments if order is None else [call.arguments[index] for index in order]
        return function.emit(opcode, call.type, operands, attributes)

    return expand


def _copy_async(size: int) -> Expansion:
    """cp.async as a plain copy: it may complete at any time from its issue to the wait, so also at once."""

    def expand(function: FunctionState, call: Call) -> None:
        target, source = call.arguments
        function.scalar("memcpy", VOID, (target, source, ConstantInt(I64, size)))

    return expand


def _nothing(function: FunctionState, call: Call) -> None:
    """Commits of and waits for asynchronous copies, all of which are complete."""


def _exit(function: FunctionState, call: Call) -> None:
    function.scalar("exit", VOID, ())
    function.finished = function.has_exit = True


def _load_readonly(function: FunctionState, call: Call) -> Value:
    pointer, alignment = call.arguments
    assert isinstance(alignment, ConstantInt)
    return load(function, call.type, pointer, {"alignment": alignment.value})


def _barrier_zero(opcode: str, **attributes: AttributeValue) -> Expansion:
    """The forms that mean barrier 0 without saying so."""

    def expand(function: FunctionState, call: Call) -> Value | None:
        operands: list[Value] = [ConstantInt(I32, 0), *call.arguments]
        if len(operands) == 1 or operands[1].type == I1:
            return function.scalar(opcode, call.type, operands, attributes)
        operands[1] = function.scalar("icmp", I1, (operands[1], ConstantInt(I32, 0)), {"predicate": "ne"})
        narrow = call.type if attributes["operation"] == "popc" else I1
        result = function.scalar(opcode, narrow, operands, attributes)
        return result if narrow == call.type else function.scalar("zext", call.type, (result,))

    return expand


def _atomic(operation: str, scope: str) -> Expansion:
    return _operation("atomic", operation=operation, ordering="relaxed", scope=scope)


def _compare_and_swap(scope: str) -> Expansion:
    def expand(function: FunctionState, call: Call) -> Value:
        both = StructType((call.type, I1))
        pair = function.scalar("cmpxchg", both, call.arguments, {"ordering": "relaxed", "scope": scope})
        return function.scalar("extract", call.type, (pair,), {"indices": (0,)})

    return expand


def _signedness_lost(function: FunctionState, call: Call) -> None:
    raise function.unsupported(
        f"{call.name}: clang writes the same intrinsic for signed and unsigned operands, so the meaning is lost"
    )


def _registers() -> dict[str, Expansion]:
    names = {f"{name}.{axis}": f"{name}.{axis}" for name in _DIMENSIONED for axis in "xyz"}
    names |= {name.replace("lanemask_", "lanemask."): name for name in _SCALAR_REGISTERS}
    table = {f"read.ptx.sreg.{name}": _operation("sreg", register=register) for name, register in names.items()}
    clocks = {name: _operation("clock", register=name) for name in ("clock", "clock64", "globaltimer")}
    return table | {f"read.ptx.sreg.{name}": expansion for name, expansion in clocks.items()}


def _barriers() -> dict[str, Expansion]:
    table: dict[str, Expansion] = {
        "barrier0": _barrier_zero("barrier", aligned=True),
        "bar.sync": _operation("barrier", aligned=True),
        "barrier.n": _operation("barrier", aligned=True),
        "barrier": _operation("barrier", aligned=True),
        "barrier.sync": _operation("barrier"),
        "barrier.sync.cnt": _operation("barrier"),
        "bar.warp.sync": _operation("warp.barrier"),
    }
    for kind, aligned in (("", False), (".aligned", True)):
        extra: dict[str, AttributeValue] = {"aligned": True} if aligned else {}
        for extent in ("all", "count"):
            table[f"barrier.cta.sync{kind}.{extent}"] = _with_attributes("barrier", extra)
        table[f"barrier.cta.arrive{kind}.count"] = _operation("barrier.arrive")
        for operation in ("popc", "and", "or"):
            table[f"barrier.cta.red.{operation}{kind}.all"] = _operation("barrier.reduce", operation=operation)
    for operation in ("popc", "and", "or"):
        table[f"barrier0.{operation}"] = _barrier_zero("barrier.reduce", operation=operation)
    return table


def _warp_operations() -> dict[str, Expansion]:
    table: dict[str, Expansion] = {"activemask": _operation("active_mask")}
    for mode, kind in product(_SHUFFLE_MODES, ("i32", "f32")):
        for suffix, synchronising in (("", False), (".sync", True)):
            attributes: dict[str, AttributeValue] = {"mode": mode}
            if synchronising:
                attributes["sync"] = True
            table[f"shfl{suffix}.{mode}.{kind}"] = _with_attributes("shuffle", attributes)
            table[f"shfl{suffix}.{mode}.{kind}p"] = _with_attributes("shuffle", {**attributes, "with_predicate": True})
    for mode in _VOTE_MODES:
        table[f"vote.{mode}"] = _operation("vote", mode=mode)
        table[f"vote.{mode}.sync"] = _operation("vote", mode=mode, sync=True)
    for width in ("i32", "i64"):
        table[f"match.any.sync.{width}"] = _operation("match", mode="any")
        table[f"match.all.sync.{width}p"] = _operation("match", mode="all")
    for operation in words("add min max umin umax and or xor"):
        table[f"redux.sync.{operation}"] = _operation("warp.reduce", (1, 0), operation=operation)
    return table


def _memory() -> dict[str, Expansion]:
    table: dict[str, Expansion] = {}
    for name, scope in (("cta", "block"), ("gl", "device"), ("sys", "system")):
        table[f"membar.{name}"] = _operation("fence", ordering="seq_cst", scope=scope)
    for name, space in _SPACES.items():
        table[f"isspacep.{name}"] = _operation("space.is", space=space)
    for size in (4, 8, 16):
        table[f"cp.async.ca.shared.global.{size}"] = table[f"cp.async.cg.shared.global.{size}"] = _copy_async(size)
    table |= {f"cp.async.{name}": _nothing for name in ("commit.group", "wait.group", "wait.all")}
    for name in ("ldg", "ldu"):
        table |= {f"{name}.global.{kind}": _load_readonly for kind in "ifp"}
    operations = {"add": "add", "exch": "xchg", "and": "and", "or": "or", "xor": "xor"}
    operations |= {"inc": "inc_wrap", "dec": "dec_wrap"}
    for name, scope in (("cta", "block"), ("sys", "system")):
        for word, operation in operations.items():
            table[f"atomic.{word}.gen.i.{name}"] = _atomic(operation, scope)
        table[f"atomic.add.gen.f.{name}"] = _atomic("fadd", scope)
        table[f"atomic.cas.gen.i.{name}"] = _compare_and_swap(scope)
        table |= {f"atomic.{word}.gen.i.{name}": _signedness_lost for word in ("min", "max")}
    return table


def _conversions() -> dict[str, Expansion]:
    table: dict[str, Expansion] = {
        "d2f.rn": _operation("fptrunc"),
        "d2f.rn.ftz": flushing(_operation("fptrunc")),
        "f2h.rn": half_bits,
        "f2h.rn.ftz": flushing(half_bits),
        "d2i.lo": word_of_double(0),
        "d2i.hi": word_of_double(32),
        "lohi.i2d": double_of_words,
    }
    for integer, sign in _INTEGERS.items():
        for mode, rounding in _ROUNDINGS.items():
            conversion = convert_rounded(rounding, f"fpto{sign}i")
            table[f"f2{integer}.{mode}"] = table[f"d2{integer}.{mode}"] = conversion
            table[f"f2{integer}.{mode}.ftz"] = flushing(conversion)
            if integer in ("i", "ui"):  # every 32-bit integer is a double
                table[f"{integer}2d.{mode}"] = _operation(f"{sign}itofp")
        table[f"{integer}2f.rn"] = table[f"{integer}2d.rn"] = _operation(f"{sign}itofp")
    return table


def _arithmetic() -> dict[str, Expansion]:
    both: dict[str, Expansion] = {
        "add.rn": _operation("fadd"),
        "mul.rn": _operation("fmul"),
        "fma.rn": _operation("fma"),
        "div.rn": _operation("fdiv"),
        "sqrt.rn": _operation("sqrt"),
        "sqrt": _operation("sqrt"),
        "rcp.rn": reciprocal,
        "fmin": _operation("fmin"),
        "fmax": _operation("fmax"),
        "fmin.nan": _operation("fminimum"),
        "fmax.nan": _operation("fmaximum"),
        "fabs": _operation("fabs"),
        "saturate": saturate,
        "floor": _operation("floor"),
        "ceil": _operation("ceil"),
        "trunc": _operation("ftrunc"),
    }
    table: dict[str, Expansion] = {f"{name}.{kind}": row for name, row in both.items() for kind in "fd"}
    for name in ("fma.rn", "fmin", "fmax", "fmin.nan", "fmax.nan"):
        table |= {f"{name}.{kind}": both[name] for kind in ("f16", "bf16", "f16x2", "bf16x2")}
    for name, row in both.items():
        first, _, rest = name.partition(".")
        flushed = f"{first}.ftz.nan" if rest == "nan" else f"{name}.ftz"
        table[f"{flushed}.f"] = flushing(row)
    table |= {
        "fabs": _operation("fabs"),
        "fabs.ftz": flushing(_operation("fabs")),
        "nanosleep": _operation("nanosleep"),
    }
    table |= {f"mulhi.{kind}": high_product("sext") for kind in ("s", "i", "ll")}
    table |= {f"mulhi.{kind}": high_product("zext") for kind in ("us", "ui", "ull")}
    table |= {f"sad.{kind}": absolute_difference("sgt") for kind in ("s", "i", "ll")}
    table |= {f"sad.{kind}": absolute_difference("ugt") for kind in ("us", "ui", "ull")}
    return table | {"mul24.i": product24("ashr"), "mul24.ui": product24("lshr"), "prmt": permute_bytes, "exit": _exit}


NVVM: dict[str, Expansion] = {
    f"llvm.nvvm.{name}": expansion
    for part in (_registers(), _barriers(), _warp_operations(), _memory(), _conversions(), _arithmetic())
    for name, expansion in part.items()
}
