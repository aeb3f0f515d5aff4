"""LLVM's intrinsics that are no operation of the GPU's: a table from the name (without type suffixes) to a reader.

``llvm.nvvm.*`` stand in ``llvm_nvvm``. What is in no table raises Unsupported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from anychip.frontend.llvm_call import Call
from anychip.frontend.llvm_expansions import (
    classify,
    convert_saturating,
    mask_pointer,
    object_size,
    round_to_integer,
    vector_reduction,
)
from anychip.frontend.llvm_function import FunctionState
from anychip.frontend.llvm_lexer import words
from anychip.frontend.llvm_nvvm import NVVM
from anychip.ir import I1, I64, VOID, ConstantInt, ConstantZero, Value
from anychip.ir.module import AttributeValue

Expansion: TypeAlias = Callable[[FunctionState, Call], Value | None]

_DROPPED = (
    "llvm.dbg.",
    "llvm.lifetime.",
    "llvm.assume",
    "llvm.invariant.",
    "llvm.experimental.noalias.scope.decl",
    "llvm.donothing",
    "llvm.sideeffect",
    "llvm.pseudoprobe",
    "llvm.prefetch",
    "llvm.var.annotation",
    "llvm.stackrestore",
    "llvm.fake.use",
)


def is_dropped(name: str) -> bool:
    """Whether an intrinsic says something to the optimiser only."""
    return name.startswith(_DROPPED)


def expand_intrinsic(function: FunctionState, call: Call) -> Value | None:
    """The result of an intrinsic. Raises Unsupported for one that no table knows."""
    found = _lookup(call.name)
    if found is None:
        raise function.unsupported(f"the intrinsic {call.name}")
    return found(function, call)


def _lookup(name: str) -> Expansion | None:
    """The entry for the longest prefix of whole components: type suffixes stand at the end."""
    if name not in _CACHE:
        key = name
        while key not in _TABLE and "." in key:
            key = key.rpartition(".")[0]
        _CACHE[name] = _TABLE.get(key)
    return _CACHE[name]


def _operation(opcode: str, count: int = -1, **attributes: AttributeValue) -> Expansion:
    """The intrinsic is one operation of ours on its first ``count`` arguments."""

    def expand(function: FunctionState, call: Call) -> Value:
        return function.emit(opcode, call.type, call.arguments[:count] if count >= 0 else call.arguments, attributes)

    return expand


def _first_argument(function: FunctionState, call: Call) -> Value:
    return call.arguments[0]


def _false(function: FunctionState, call: Call) -> Value:
    return ConstantInt(I1, 0)


def _null(function: FunctionState, call: Call) -> Value:
    return ConstantZero(call.type)


def _trap(function: FunctionState, call: Call) -> None:
    function.scalar("trap", VOID, ())


def _clock(register: str) -> Expansion:
    return lambda function, call: function.scalar("clock", call.type, (), {"register": register})


def _memory(opcode: str) -> Expansion:
    def expand(function: FunctionState, call: Call) -> None:
        first, second, length, volatile = call.arguments
        if length.type != I64:
            length = function.scalar("zext", I64, (length,))
        attributes: dict[str, AttributeValue] = {"volatile": True} if volatile == ConstantInt(I1, 1) else {}
        if length != ConstantInt(I64, 0):
            function.scalar(opcode, VOID, (first, second, length), attributes)

    return expand


def _table(rows: Sequence[tuple[str, str]]) -> dict[str, Expansion]:
    """Rows of intrinsic names and the opcode they share."""
    return {f"llvm.{name}": _operation(opcode) for names, opcode in rows for name in names.split()}


_TABLE: dict[str, Expansion] = {
    **_table(
        [
            ("fma fmuladd", "fma"),
            ("trunc", "ftrunc"),
            ("rint nearbyint roundeven", "rint"),
            ("minnum minimumnum", "fmin"),
            ("maxnum maximumnum", "fmax"),
            ("minimum", "fminimum"),
            ("maximum", "fmaximum"),
            *((name, name) for name in words("sqrt floor ceil round copysign fabs")),
            *((name, name) for name in words("ctpop bitreverse bswap fshl fshr smin smax umin umax")),
            *((name, name) for name in words("sadd.sat uadd.sat ssub.sat usub.sat")),
            *((f"{name}.with.overflow", f"{name}.overflow") for name in words("sadd uadd ssub usub smul umul")),
        ]
    ),
    # The second argument only says whether zero (or INT_MIN) would be poison.
    **{f"llvm.{name}": _operation(name, 1) for name in ("ctlz", "cttz", "abs")},
    **{
        f"llvm.{name}": _first_argument
        for name in words(
            "expect expect.with.probability launder.invariant.group strip.invariant.group ptr.annotation"
            " annotation ssa.copy"
        )
    },
    **{f"llvm.{name}": _trap for name in ("trap", "debugtrap", "ubsantrap")},
    **{f"llvm.{name}": _memory(name.partition(".")[0]) for name in words("memcpy memmove memset memcpy.inline")},
    **{f"llvm.{name}": round_to_integer("rint") for name in ("lrint", "llrint")},
    **{f"llvm.{name}": round_to_integer("round") for name in ("lround", "llround")},
    "llvm.fptosi.sat": convert_saturating("fptosi"),
    "llvm.fptoui.sat": convert_saturating("fptoui"),
    "llvm.is.fpclass": classify,
    "llvm.is.constant": _false,
    "llvm.objectsize": object_size,
    "llvm.ptrmask": mask_pointer,
    "llvm.stacksave": _null,
    "llvm.readcyclecounter": _clock("clock64"),
    "llvm.readsteadycounter": _clock("globaltimer"),
    **{
        f"llvm.vector.reduce.{name}": vector_reduction(opcode)
        for name, opcode in [
            *((name, name) for name in words("add mul and or xor smin smax umin umax")),
            ("fmin", "fmin"),
            ("fmax", "fmax"),
        ]
    },
    **NVVM,
}
_CACHE: dict[str, Expansion | None] = {}
