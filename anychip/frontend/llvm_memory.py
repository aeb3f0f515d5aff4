"""Readers of alloca, load, store, getelementptr, atomics and fences."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

from anychip.frontend.llvm_constants import GEP_FLAGS, member, shifted
from anychip.frontend.llvm_function import FunctionState, Lanes
from anychip.frontend.llvm_lexer import Tokens, unescape, words
from anychip.frontend.llvm_types import read_address_space
from anychip.ir import (
    I1,
    I64,
    PTR,
    VOID,
    AddressSpace,
    ArrayType,
    ConstantAddress,
    ConstantInt,
    FunctionRef,
    GlobalVariable,
    IntType,
    PointerType,
    StructType,
    Type,
    Value,
    VectorType,
    align_of,
    size_of,
)
from anychip.ir.module import AttributeValue

# Scopes clang names for NVPTX. A wider scope is always right, so the two we do not model get the next wider one.
SCOPES = {"": "system", "device": "device", "block": "block", "singlethread": "block", "cluster": "device"}
_ORDERINGS = {
    "unordered": "relaxed",
    "monotonic": "relaxed",
    "acquire": "acquire",
    "release": "release",
    "acq_rel": "acq_rel",
    "seq_cst": "seq_cst",
}
_STRENGTH = ["relaxed", "acquire", "release", "acq_rel", "seq_cst"]
_ATOMIC_OPERATIONS = {
    **{name: name for name in words("xchg add sub and nand or xor max min umax umin fadd fsub fmax fmin")},
    "uinc_wrap": "inc_wrap",
    "udec_wrap": "dec_wrap",
}


def _alloca(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept("inalloca")
    allocated = function.types.read(tokens)
    alignment, space = align_of(allocated), 0
    while tokens.accept(","):
        if tokens.accept("align"):
            alignment = int(tokens.take())
        elif tokens.peek() == "addrspace":
            space = read_address_space(tokens)
        else:
            count = function.typed(tokens)
            if not isinstance(count, ConstantInt):
                raise function.unsupported("a local array whose size is known only at run time (alloca)")
            allocated = ArrayType(allocated, count.value)
    type_ = PointerType(AddressSpace(space)) if space else PTR
    return function.scalar("alloca", type_, (), {"allocated": allocated, "alignment": alignment})


def _access_attributes(function: FunctionState, tokens: Tokens, type_: Type) -> dict[str, AttributeValue]:
    """``[syncscope("...")] [ordering] [, align N]`` at the end of an access."""
    found: dict[str, AttributeValue] = {}
    scope = _scope(function, tokens)
    if tokens.peek() in _ORDERINGS:
        found["ordering"], found["scope"] = _ORDERINGS[tokens.take()], scope
    found["alignment"] = align_of(type_)
    if tokens.accept(","):
        tokens.expect("align")
        found["alignment"] = int(tokens.take())
    return found


def _scope(function: FunctionState, tokens: Tokens) -> str:
    if not tokens.accept("syncscope"):
        return SCOPES[""]
    tokens.expect("(")
    name = unescape(tokens.take()).decode()
    tokens.expect(")")
    if name not in SCOPES:
        raise function.unsupported(f"the synchronisation scope {name!r}")
    return SCOPES[name]


def _load(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept("atomic")
    volatile = tokens.accept("volatile")
    type_ = function.types.read(tokens)
    tokens.expect(",")
    pointer = function.typed(tokens)
    attributes = _access_attributes(function, tokens, type_)
    if volatile:
        attributes["volatile"] = True
    return load(function, type_, pointer, attributes)


def load(function: FunctionState, type_: Type, pointer: Value, attributes: dict[str, AttributeValue]) -> Value:
    """A load; of a vector one for each element."""
    if not isinstance(type_, VectorType):
        return function.scalar("load", type_, (pointer,), attributes)
    elements: list[Value] = [
        function.scalar("load", type_.element, (place,), part)
        for place, part in _element_places(function, type_, pointer, attributes)
    ]
    return Lanes(type_, elements)


def _store(function: FunctionState, tokens: Tokens) -> None:
    tokens.accept("atomic")
    volatile = tokens.accept("volatile")
    value = function.typed(tokens)
    tokens.expect(",")
    pointer = function.typed(tokens)
    attributes = _access_attributes(function, tokens, value.type)
    if volatile:
        attributes["volatile"] = True
    if not isinstance(value, Lanes):
        function.scalar("store", VOID, (value, pointer), attributes)
        return
    assert isinstance(value.type, VectorType)
    places = _element_places(function, value.type, pointer, attributes)
    for element, (place, part) in zip(value.elements, places, strict=True):
        function.scalar("store", VOID, (element, place), part)


def _element_places(
    function: FunctionState, type_: VectorType, pointer: Value, attributes: dict[str, AttributeValue]
) -> list[tuple[Value, dict[str, AttributeValue]]]:
    """Address and attributes for the access to each element of a vector in memory."""
    size = size_of(type_.element)
    bits = getattr(type_.element, "bits", 64)
    if bits != size * 8:
        raise function.unsupported(f"a vector of {type_.element} in memory")
    alignment = attributes["alignment"]
    assert isinstance(alignment, int)
    return [
        (
            address(function, pointer, lane * size, [], []),
            {**attributes, "alignment": gcd(alignment, lane * size)},
        )
        for lane in range(type_.count)
    ]


def _element_pointer(function: FunctionState, tokens: Tokens) -> Value:
    flags = tokens.accept_any(GEP_FLAGS)
    pointee = function.types.read(tokens)
    tokens.expect(",")
    base = function.typed(tokens)
    offset, indices, scales, first = 0, [], [], True
    while tokens.accept(","):
        index = function.typed(tokens)
        if isinstance(index, Lanes) or isinstance(base, Lanes):
            raise function.unsupported("a vector of pointers")
        if isinstance(index, ConstantInt) and not first:
            step, pointee = member(pointee, index.signed if not isinstance(pointee, StructType) else index.value)
            offset += step
            continue
        if not first:
            _, pointee = member(pointee, 0)
        first = False
        if isinstance(index, ConstantInt):
            offset += index.signed * size_of(pointee)
        else:
            indices.append(_index64(function, index))
            scales.append(size_of(pointee))
    return address(function, base, offset, indices, scales, inbounds="inbounds" in flags)


def _index64(function: FunctionState, index: Value) -> Value:
    """An index as 64 bits: narrower ones are signed."""
    assert isinstance(index.type, IntType)
    if index.type.bits == 64:
        return index
    return function.scalar("sext" if index.type.bits < 64 else "trunc", I64, (index,))


def address(
    function: FunctionState,
    base: Value,
    offset: int,
    indices: list[Value],
    scales: list[int],
    *,
    inbounds: bool = False,
) -> Value:
    """``base + offset + sum(index * scale)``, folded where everything is constant."""
    if not indices and offset == 0:
        return base
    if not indices and isinstance(base, (ConstantAddress, GlobalVariable, FunctionRef)):
        return shifted(base, offset, base.type)
    attributes: dict[str, AttributeValue] = {"offset": offset, "scales": tuple(scales)}
    if inbounds:
        attributes["inbounds"] = True
    return function.scalar("gep", base.type, [base, *indices], attributes)


def _atomic(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept("volatile")
    operation = tokens.take()
    if operation not in _ATOMIC_OPERATIONS:
        raise function.unsupported(f"the atomic operation {operation}")
    pointer = function.typed(tokens)
    tokens.expect(",")
    value = function.typed(tokens)
    attributes = _access_attributes(function, tokens, value.type)
    del attributes["alignment"]
    attributes["operation"] = _ATOMIC_OPERATIONS[operation]
    return function.scalar("atomic", value.type, (pointer, value), attributes)


def _compare_exchange(function: FunctionState, tokens: Tokens) -> Value:
    tokens.accept("weak")
    tokens.accept("volatile")
    pointer = function.typed(tokens)
    tokens.expect(",")
    expected = function.typed(tokens)
    tokens.expect(",")
    desired = function.typed(tokens)
    scope = _scope(function, tokens)
    success, failure = _ORDERINGS[tokens.take()], _ORDERINGS[tokens.take()]
    attributes: dict[str, AttributeValue] = {"ordering": joined_ordering(success, failure), "scope": scope}
    type_ = StructType((expected.type, I1))
    return function.scalar("cmpxchg", type_, (pointer, expected, desired), attributes)


def joined_ordering(left: str, right: str) -> str:
    """The weakest ordering that is at least as strong as both."""
    if {left, right} == {"acquire", "release"}:
        return "acq_rel"
    return max(left, right, key=_STRENGTH.index)


def _fence(function: FunctionState, tokens: Tokens) -> None:
    scope = _scope(function, tokens)
    function.scalar("fence", VOID, (), {"ordering": _ORDERINGS[tokens.take()], "scope": scope})


MEMORY: dict[str, Callable[[FunctionState, Tokens], Value | None]] = {
    "alloca": _alloca,
    "load": _load,
    "store": _store,
    "getelementptr": _element_pointer,
    "atomicrmw": _atomic,
    "cmpxchg": _compare_exchange,
    "fence": _fence,
}
