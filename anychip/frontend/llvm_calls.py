"""Reader of ``call``: functions, intrinsics (tables elsewhere) and inline assembly."""

from __future__ import annotations

from anychip.frontend.llvm_call import Call
from anychip.frontend.llvm_function import FunctionState, skip_parameter_attributes
from anychip.frontend.llvm_intrinsics import expand_intrinsic, is_dropped
from anychip.frontend.llvm_lexer import Tokens, bare_name, unescape, words
from anychip.frontend.llvm_types import read_address_space
from anychip.ir import PTR, FunctionType, Type, Value

_PREFIXES = frozenset(words("fast nnan ninf nsz arcp contract afn reassoc ccc fastcc coldcc ptx_device ptx_kernel"))


def read_call(function: FunctionState, tokens: Tokens) -> Value | None:
    """The result of a call, or None where it yields nothing or is dropped."""
    tokens.accept_any(_PREFIXES)
    if tokens.accept("cc"):
        tokens.take()
    skip_parameter_attributes(tokens)
    read_address_space(tokens)
    type_ = function.types.with_signature(tokens)
    token = tokens.peek()
    if token == "asm":
        return _inline_assembly(function, tokens, type_)
    if token.startswith("@llvm."):
        return _intrinsic(function, tokens, type_)
    callee = function.value(tokens, PTR)
    arguments = _arguments(function, tokens)
    if not isinstance(type_, FunctionType):
        type_ = FunctionType(type_, tuple(argument.type for argument in arguments))
    return function.scalar("call", type_.result, [callee, *arguments], {"signature": type_})


def _arguments(function: FunctionState, tokens: Tokens) -> list[Value]:
    arguments: list[Value] = []
    tokens.expect("(")
    while not tokens.accept(")"):
        if not tokens.accept(","):
            arguments.append(function.argument(tokens))
    return arguments


def _intrinsic(function: FunctionState, tokens: Tokens, type_: Type) -> Value | None:
    name = bare_name(tokens.take())
    if is_dropped(name):
        return None
    result = type_.result if isinstance(type_, FunctionType) else type_
    return expand_intrinsic(function, Call(name, result, _arguments(function, tokens)))


def _inline_assembly(function: FunctionState, tokens: Tokens, type_: Type) -> Value | None:
    """Only an empty text passes: a barrier to the optimiser, possibly handing one operand through."""
    tokens.take()
    while tokens.peek()[:1] != '"':
        tokens.take()
    text = unescape(tokens.take()).decode("utf-8", "replace")
    tokens.expect(",")
    constraints = unescape(tokens.take()).decode().split(",")
    arguments = _arguments(function, tokens)
    if not text.strip() and str(type_) == "void":
        return None
    if not text.strip() and constraints[:2] == ["=" + constraints[0][1:], "0"] and len(arguments) == 1:
        return arguments[0]
    shown = text.strip() or "(empty)"
    raise function.unsupported(f"inline PTX is not supported yet: {shown}")
