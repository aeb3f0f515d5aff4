"""What types each opcode takes and gives, as a table; the verifier asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from anychip.ir import (
    I1,
    I32,
    I64,
    OPCODES,
    VOID,
    ConstantInt,
    FloatType,
    Instruction,
    IntType,
    PointerType,
    StructType,
    Type,
    element_type,
)

TypeRule: TypeAlias = Callable[[Instruction], str]

_INTEGER_PREDICATES = frozenset({"eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"})
_FLOAT_PREDICATES = frozenset(
    {"oeq", "one", "ogt", "oge", "olt", "ole", "ueq", "une", "ugt", "uge", "ult", "ule", "ord", "uno", "false", "true"}
)
_KINDS: dict[str, type[IntType] | type[FloatType] | type[PointerType]] = {
    "int": IntType,
    "float": FloatType,
    "ptr": PointerType,
}


def _is_kind(type_: Type, kind: str) -> bool:
    """Whether a type is of a kind: int, float, ptr, scalar (any of them), void, any, or an exact name such as i32."""
    if kind in _KINDS:
        return isinstance(type_, _KINDS[kind])
    if kind == "scalar":
        return isinstance(type_, (IntType, FloatType, PointerType))
    return kind == "any" or str(type_) == kind


def _signature(result: str, *operands: str) -> TypeRule:
    """Kinds of result and operands. ``T`` operands have the result's type; ``?`` marks one that may be missing."""

    def check(instruction: Instruction) -> str:
        if not _is_kind(instruction.type, result):
            return f"its result must be of kind {result}, not {instruction.type}"
        required = sum(not kind.endswith("?") for kind in operands)
        if not required <= len(instruction.operands) <= len(operands):
            return f"has {len(instruction.operands)} operands"
        for index, operand in enumerate(instruction.operands):
            kind = operands[index].rstrip("?")
            if operand.type != instruction.type if kind == "T" else not _is_kind(operand.type, kind):
                return f"operand {index} must be of kind {kind}, not {operand.type}"
        return ""

    return check


def _compare(kinds: tuple[str, ...], predicates: frozenset[str]) -> TypeRule:
    def check(instruction: Instruction) -> str:
        left, right = instruction.operands
        if left.type != right.type or not any(_is_kind(left.type, kind) for kind in kinds):
            return f"compares {left.type} and {right.type}"
        if instruction.type != I1 or instruction.text("predicate") not in predicates:
            return "its predicate or result type is wrong"
        return ""

    return check


def _resize(kind: str, *, wider: bool) -> TypeRule:
    def check(instruction: Instruction) -> str:
        source, result = instruction.operands[0].type, instruction.type
        if not (_is_kind(source, kind) and _is_kind(result, kind)):
            return f"cannot turn {source} into {result}"
        before, after = getattr(source, "bits", 0), getattr(result, "bits", 0)
        return "" if (after > before) is wider and after != before else f"cannot turn {source} into {result}"

    return check


def _bitcast(instruction: Instruction) -> str:
    source, result = instruction.operands[0].type, instruction.type
    if isinstance(source, PointerType) or isinstance(result, PointerType):
        return "" if source == result else f"cannot turn {source} into {result}"
    same = getattr(source, "bits", -1) == getattr(result, "bits", -2)
    return "" if same else f"cannot turn {source} into {result}"


def _select(instruction: Instruction) -> str:
    condition, chosen, other = (operand.type for operand in instruction.operands)
    return "" if condition == I1 and chosen == other == instruction.type else "its types do not agree"


def _overflow(instruction: Instruction) -> str:
    left, right = (operand.type for operand in instruction.operands)
    good = left == right and isinstance(left, IntType) and instruction.type == StructType((left, I1))
    return "" if good else "its types do not agree"


def _cmpxchg(instruction: Instruction) -> str:
    pointer, expected, new = (operand.type for operand in instruction.operands)
    good = isinstance(pointer, PointerType) and expected == new and instruction.type == StructType((expected, I1))
    return "" if good else "its types do not agree"


def _extract(instruction: Instruction) -> str:
    return _member(instruction, instruction.type)


def _insert(instruction: Instruction) -> str:
    if instruction.type != instruction.operands[0].type:
        return "its result is not of the aggregate's type"
    return _member(instruction, instruction.operands[1].type)


def _member(instruction: Instruction, type_: Type) -> str:
    indices = instruction.attributes["indices"]
    assert isinstance(indices, tuple)
    try:
        found = element_type(instruction.operands[0].type, indices)
    except TypeError as error:
        return str(error)
    return "" if found == type_ else f"the element is a {found}, not a {type_}"


def _gep(instruction: Instruction) -> str:
    scales = instruction.attributes["scales"]
    if not instruction.operands or not isinstance(scales, tuple) or len(scales) != len(instruction.operands) - 1:
        return "needs one scale for each index"
    if instruction.operands[0].type != instruction.type or not isinstance(instruction.type, PointerType):
        return "its result is not of the pointer's type"
    return "" if all(operand.type == I64 for operand in instruction.operands[1:]) else "its indices must be i64"


def _store(instruction: Instruction) -> str:
    value, pointer = instruction.operands
    if instruction.type != VOID or value.type == VOID or not isinstance(pointer.type, PointerType):
        return f"stores a {value.type} through a {pointer.type}"
    return _alignment(instruction)


def _load(instruction: Instruction) -> str:
    if instruction.type == VOID or not isinstance(instruction.operands[0].type, PointerType):
        return f"loads a {instruction.type} through a {instruction.operands[0].type}"
    return _alignment(instruction)


def _alignment(instruction: Instruction) -> str:
    alignment = instruction.number("alignment")
    return "" if alignment > 0 and alignment & (alignment - 1) == 0 else f"{alignment} is no alignment"


def _switch(instruction: Instruction) -> str:
    if not instruction.operands:
        return "has no value"
    value, *cases = instruction.operands
    if not all(isinstance(case, ConstantInt) and case.type == value.type for case in cases):
        return "its cases must be integers of the value's type"
    return "" if len(set(cases)) == len(cases) else "a case stands twice"


def _shuffle(instruction: Instruction) -> str:
    types = [operand.type for operand in instruction.operands]
    expected: list[Type] = [I32] if instruction.flag("sync") else []
    value = types[len(expected)] if len(types) > len(expected) else VOID
    result: Type = StructType((value, I1)) if instruction.flag("with_predicate") else value
    return "" if types == [*expected, value, I32, I32] and instruction.type == result else "its types do not agree"


def _vote(instruction: Instruction) -> str:
    types = [operand.type for operand in instruction.operands]
    result = I32 if instruction.text("mode") == "ballot" else I1
    expected: list[Type] = [I32, I1] if instruction.flag("sync") else [I1]
    return "" if types == expected and instruction.type == result else "its types do not agree"


def _match(instruction: Instruction) -> str:
    mask, value = (operand.type for operand in instruction.operands)
    result: Type = StructType((I32, I1)) if instruction.text("mode") == "all" else I32
    good = mask == I32 and isinstance(value, IntType) and instruction.type == result
    return "" if good else "its types do not agree"


def _clock(instruction: Instruction) -> str:
    expected = I32 if instruction.text("register") == "clock" else I64
    return "" if instruction.type == expected else f"gives {expected}, not {instruction.type}"


def _anything(instruction: Instruction) -> str:
    return ""  # phi, ret and call have rules of their own


def _rows(names: str, rule: TypeRule) -> dict[str, TypeRule]:
    return dict.fromkeys(names.split(), rule)


TYPE_RULES: dict[str, TypeRule] = {
    **_rows("add sub mul shl udiv sdiv lshr ashr urem srem and xor or", _signature("int", "T", "T")),
    **_rows("smin smax umin umax sadd.sat uadd.sat ssub.sat usub.sat", _signature("int", "T", "T")),
    **_rows("sadd.overflow uadd.overflow ssub.overflow usub.overflow smul.overflow umul.overflow", _overflow),
    **_rows("fshl fshr", _signature("int", "T", "T", "T")),
    **_rows("ctpop ctlz cttz bitreverse bswap abs", _signature("int", "T")),
    **_rows("fadd fsub fmul fdiv frem copysign fmin fmax fminimum fmaximum", _signature("float", "T", "T")),
    "fma": _signature("float", "T", "T", "T"),
    **_rows("fneg fabs sqrt floor ceil ftrunc rint round", _signature("float", "T")),
    "icmp": _compare(("int", "ptr"), _INTEGER_PREDICATES),
    "fcmp": _compare(("float",), _FLOAT_PREDICATES),
    "trunc": _resize("int", wider=False),
    **_rows("zext sext", _resize("int", wider=True)),
    "fptrunc": _resize("float", wider=False),
    "fpext": _resize("float", wider=True),
    **_rows("fptosi fptoui", _signature("int", "float")),
    **_rows("sitofp uitofp", _signature("float", "int")),
    "ptrtoint": _signature("int", "ptr"),
    "inttoptr": _signature("ptr", "int"),
    "bitcast": _bitcast,
    "space.cast": _signature("ptr", "ptr"),
    "space.is": _signature("i1", "ptr"),
    "select": _select,
    "extract": _extract,
    "insert": _insert,
    "alloca": _signature("ptr"),
    "load": _load,
    "store": _store,
    "gep": _gep,
    **_rows("memcpy memmove", _signature("void", "ptr", "ptr", "i64")),
    "memset": _signature("void", "ptr", "i8", "i64"),
    "atomic": _signature("scalar", "ptr", "T"),
    "cmpxchg": _cmpxchg,
    "fence": _signature("void"),
    **_rows("phi ret call", _anything),
    **_rows("br unreachable exit trap", _signature("void")),
    "condbr": _signature("void", "i1"),
    "switch": _switch,
    "sreg": _signature("int"),
    "clock": _clock,
    "barrier": _signature("void", "i32", "i32?"),
    "barrier.arrive": _signature("void", "i32", "i32"),
    "barrier.reduce": _signature("int", "i32", "i1"),
    "warp.barrier": _signature("void", "i32"),
    "shuffle": _shuffle,
    "vote": _vote,
    "match": _match,
    "warp.reduce": _signature("i32", "i32", "i32"),
    "active_mask": _signature("i32"),
    "nanosleep": _signature("void", "i32"),
}
assert TYPE_RULES.keys() == OPCODES.keys(), "every opcode has a row"
