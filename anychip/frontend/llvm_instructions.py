"""One reader per LLVM instruction, in a table by opcode. Each gets the function and the tokens behind the opcode."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from anychip.frontend import llvm_vectors
from anychip.frontend.llvm_calls import read_call
from anychip.frontend.llvm_function import FunctionState, Lanes
from anychip.frontend.llvm_lexer import Tokens, words
from anychip.frontend.llvm_memory import MEMORY
from anychip.ir import I1, OPCODES, VOID, Block, ConstantInt, Type, Value, VectorType, element_type
from anychip.ir.module import AttributeValue

Reader: TypeAlias = Callable[[FunctionState, Tokens], Value | None]

FAST_MATH = frozenset(words("fast nnan ninf nsz arcp contract afn reassoc"))
_PROMISES = frozenset(words("nuw nsw exact disjoint nneg samesign"))
_FLAGS = _PROMISES | FAST_MATH


def _flags(opcode: str, tokens: Tokens) -> dict[str, AttributeValue]:
    """The flags that stand here as attributes: promises our table knows, and ``contract`` for the contraction."""
    found: dict[str, AttributeValue] = {}
    for word in tokens.accept_any(_FLAGS):
        if word in OPCODES[opcode].attributes:
            found[word] = True
        elif word in ("contract", "fast") and opcode in ("fadd", "fsub", "fmul"):
            found["contract"] = True
    return found


def _binary(opcode: str) -> Reader:
    def read(function: FunctionState, tokens: Tokens) -> Value:
        flags = _flags(opcode, tokens)
        type_ = function.types.read(tokens)
        left = function.value(tokens, type_)
        tokens.expect(",")
        return function.emit(opcode, type_, (left, function.value(tokens, type_)), flags)

    return read


def _cast(opcode: str) -> Reader:
    def read(function: FunctionState, tokens: Tokens) -> Value:
        flags = _flags(opcode, tokens)
        operand = function.typed(tokens)
        tokens.expect("to")
        type_ = function.types.read(tokens)
        if opcode == "bitcast":
            return llvm_vectors.bitcast(function, operand, type_)
        return function.emit(opcode, type_, (operand,), flags)

    return read


def _compare(opcode: str) -> Reader:
    def read(function: FunctionState, tokens: Tokens) -> Value:
        tokens.accept_any(_FLAGS)
        attributes: dict[str, AttributeValue] = {"predicate": tokens.take()}
        type_ = function.types.read(tokens)
        left = function.value(tokens, type_)
        tokens.expect(",")
        result: Type = VectorType(I1, type_.count) if isinstance(type_, VectorType) else I1
        return function.emit(opcode, result, (left, function.value(tokens, type_)), attributes)

    return read


def _fneg(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept_any(FAST_MATH)
    operand = function.typed(tokens)
    return function.emit("fneg", operand.type, (operand,))


def _freeze(function: FunctionState, tokens: Tokens) -> Value:
    return function.typed(tokens)


def _select(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept_any(FAST_MATH)
    condition = function.typed(tokens)
    tokens.expect(",")
    chosen = function.typed(tokens)
    tokens.expect(",")
    return function.emit("select", chosen.type, (condition, chosen, function.typed(tokens)))


def _phi(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept_any(FAST_MATH)
    type_ = function.types.read(tokens)
    operands: list[Value] = []
    targets: list[Block] = []
    build, function.constants.build = function.constants.build, None  # nothing may stand before a phi
    while tokens.accept("["):
        operands.append(function.value(tokens, type_))
        tokens.expect(",")
        targets.append(function.block_named(tokens.take()))
        tokens.expect("]")
        tokens.accept(",")
    function.constants.build = build
    return function.emit("phi", type_, operands, None, targets)


def _branch(function: FunctionState, tokens: Tokens) -> None:
    if tokens.peek() == "label":
        function.scalar("br", VOID, (), None, [function.label(tokens)])
        return
    condition = function.typed(tokens)
    tokens.expect(",")
    taken = function.label(tokens)
    tokens.expect(",")
    function.scalar("condbr", VOID, (condition,), None, [taken, function.label(tokens)])


def _switch(function: FunctionState, tokens: Tokens) -> None:
    operands = [function.typed(tokens)]
    tokens.expect(",")
    targets = [function.label(tokens)]
    tokens.expect("[")
    while not tokens.accept("]"):
        operands.append(function.typed(tokens))
        tokens.expect(",")
        targets.append(function.label(tokens))
    function.scalar("switch", VOID, operands, None, targets)


def _return(function: FunctionState, tokens: Tokens) -> None:
    type_ = function.types.read(tokens)
    function.scalar("ret", VOID, () if type_ == VOID else (function.value(tokens, type_),))


def _unreachable(function: FunctionState, tokens: Tokens) -> None:
    function.scalar("unreachable", VOID, ())


def _extract_value(function: FunctionState, tokens: Tokens) -> Value:
    aggregate = function.typed(tokens)
    indices = _indices(tokens)
    result = element_type(aggregate.type, indices)
    if isinstance(result, VectorType):
        raise function.unsupported("a vector inside a structure value")
    return function.scalar("extract", result, (aggregate,), {"indices": indices})


def _insert_value(function: FunctionState, tokens: Tokens) -> Value:
    aggregate = function.typed(tokens)
    tokens.expect(",")
    element = function.typed(tokens)
    if isinstance(element, Lanes):
        raise function.unsupported("a vector inside a structure value")
    return function.scalar("insert", aggregate.type, (aggregate, element), {"indices": _indices(tokens)})


def _indices(tokens: Tokens) -> tuple[int, ...]:
    found: list[int] = []
    while tokens.accept(","):
        found.append(int(tokens.take()))
    return tuple(found)


def _extract_element(function: FunctionState, tokens: Tokens) -> Value:
    vector = function.typed(tokens)
    tokens.expect(",")
    return llvm_vectors.extract(function, vector, function.typed(tokens))


def _insert_element(function: FunctionState, tokens: Tokens) -> Value:
    vector = function.typed(tokens)
    tokens.expect(",")
    element = function.typed(tokens)
    tokens.expect(",")
    return llvm_vectors.insert(function, vector, element, function.typed(tokens))


def _shuffle_vector(function: FunctionState, tokens: Tokens) -> Value:
    left = function.typed(tokens)
    tokens.expect(",")
    right = function.typed(tokens)
    tokens.expect(",")
    mask = function.typed(tokens)
    assert isinstance(mask, Lanes)
    chosen = [element.value if isinstance(element, ConstantInt) else 0 for element in mask.elements]
    return llvm_vectors.shuffle(left, right, chosen)


def _unsupported(construct: str) -> Reader:
    def read(function: FunctionState, tokens: Tokens) -> Value | None:
        raise function.unsupported(construct)

    return read


_BINARY = words("add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem")
_CASTS = words("trunc zext sext fptrunc fpext fptosi fptoui sitofp uitofp ptrtoint inttoptr bitcast")

INSTRUCTIONS: dict[str, Reader] = {
    **{opcode: _binary(opcode) for opcode in _BINARY},
    **{opcode: _cast(opcode) for opcode in _CASTS},
    "ptrtoaddr": _cast("ptrtoint"),
    "addrspacecast": _cast("space.cast"),
    "icmp": _compare("icmp"),
    "fcmp": _compare("fcmp"),
    "fneg": _fneg,
    "freeze": _freeze,
    "select": _select,
    "phi": _phi,
    "br": _branch,
    "switch": _switch,
    "ret": _return,
    "unreachable": _unreachable,
    "extractvalue": _extract_value,
    "insertvalue": _insert_value,
    "extractelement": _extract_element,
    "insertelement": _insert_element,
    "shufflevector": _shuffle_vector,
    "call": read_call,
    "indirectbr": _unsupported("a computed goto (indirectbr)"),
    "va_arg": _unsupported("va_arg: variadic device functions"),
    **{
        word: _unsupported(f"exceptions in device code ({word})")
        for word in words("invoke resume landingpad catchswitch catchpad cleanuppad cleanupret catchret")
    },
    "callbr": _unsupported("asm goto"),
    **MEMORY,
}
