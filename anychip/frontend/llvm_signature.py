"""Reads the head of a function: linkage, calling convention, parameters, attributes."""

from __future__ import annotations

import re
from math import prod

from anychip.frontend.llvm_function import PARAMETER_FLAGS, PARAMETER_VALUES, skip_parameter_attributes
from anychip.frontend.llvm_globals import LINKAGES
from anychip.frontend.llvm_lexer import Tokens, bare_name, words
from anychip.frontend.llvm_types import TypeReader
from anychip.ir import Argument, Function, FunctionType, Module, ParameterAttributes, Type
from anychip.ir.module import AttributeValue

_STYLE = frozenset(
    words(
        "define declare dso_local dso_preemptable default hidden protected unnamed_addr local_unnamed_addr ccc fastcc"
        " coldcc ptx_device"
    )
)
_KEPT = frozenset({"convergent", "noinline", "noreturn"})
_STRING_ATTRIBUTE = re.compile(r'"nvvm\.(maxntid|minctasm)"="([\d,]+)"')
_OLD_BOUNDS = re.compile(r'!"(maxntid[xyz]|minctasm|kernel)", i32 (\d+)')


def read_signature(tokens: Tokens, types: TypeReader, groups: dict[str, str]) -> Function:
    """The function of a ``define`` or ``declare`` line, without a body."""
    linkage, kernel = "external", False
    while True:
        word = tokens.peek()
        if word in LINKAGES:
            linkage = tokens.take()
        elif word == "ptx_kernel":
            kernel = bool(tokens.take())
        elif word == "cc":
            tokens.at += 2
        elif word in _STYLE:
            tokens.at += 1
        else:
            break
    skip_parameter_attributes(tokens)
    result = types.read(tokens)
    name = bare_name(tokens.take())
    # Intrinsics are never called through their Function; some have parameters of types that we do not have.
    arguments, variadic = ([], False) if name.startswith("llvm.") else _parameters(tokens, types)
    signature = FunctionType(result, tuple(argument.type for argument in arguments), variadic)
    attributes = _attributes(tokens, groups)
    return Function(name, signature, arguments, kernel=kernel, linkage=linkage, attributes=attributes)


def _parameters(tokens: Tokens, types: TypeReader) -> tuple[list[Argument], bool]:
    arguments: list[Argument] = []
    variadic = False
    tokens.expect("(")
    while not tokens.accept(")"):
        if tokens.accept(","):
            continue
        if tokens.accept("..."):
            variadic = True
            continue
        type_ = types.read(tokens)
        attributes = _parameter_attributes(tokens, types)
        named = tokens.peek()[:1] == "%"
        name = bare_name(tokens.take()) if named else str(len(arguments))
        arguments.append(Argument(type_, name, len(arguments), attributes))
    return arguments, variadic


def _parameter_attributes(tokens: Tokens, types: TypeReader) -> ParameterAttributes:
    pointees: dict[str, Type] = {}
    alignment = 0
    extra: set[str] = set()
    while True:
        word = tokens.peek()
        if word in ("byval", "sret"):
            tokens.at += 2
            pointees[word] = types.read(tokens)
            tokens.expect(")")
        elif word == "align":
            tokens.at += 1
            alignment = int(tokens.take())
        elif word in PARAMETER_FLAGS:
            extra.add(tokens.take())
        elif word in PARAMETER_VALUES or word[:1] == '"':
            skip_parameter_attributes(tokens)
        else:
            return ParameterAttributes(pointees.get("byval"), pointees.get("sret"), alignment, frozenset(extra))


def _attributes(tokens: Tokens, groups: dict[str, str]) -> dict[str, AttributeValue]:
    """What we keep of a function's attributes, from the words behind it and from its group."""
    words = tokens.items[tokens.at :]
    text = " ".join(groups.get(word, word) for word in words)
    found: dict[str, AttributeValue] = {word: True for word in text.split() if word in _KEPT}
    for kind, value in _STRING_ATTRIBUTE.findall(text):
        if kind == "maxntid":
            found["max_threads"] = prod(map(int, value.split(",")))
        else:
            found["min_blocks"] = int(value)
    return found


def apply_annotation(node: str, module: Module) -> None:
    """One entry of ``!nvvm.annotations``, the older way to mark kernels and launch bounds."""
    symbol = re.search(r'ptr (@(?:"[^"]*"|[-\w$.]+))', node)
    function = module.functions.get(bare_name(symbol[1])) if symbol else None
    if function is None:
        return
    for key, value in _OLD_BOUNDS.findall(node):
        if key == "kernel":
            function.kernel = True
        elif key == "minctasm":
            function.attributes["min_blocks"] = int(value)
        else:
            known = function.attributes.get("max_threads", 1)
            function.attributes["max_threads"] = int(value) * (known if isinstance(known, int) else 1)
