"""LLVM's constants and constant expressions to ours. Undef and poison are zero."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import TypeAlias

from anychip.diagnostics import Unsupported
from anychip.frontend.llvm_lexer import Tokens, bare_name, unescape, words
from anychip.frontend.llvm_types import TypeReader
from anychip.ir import (
    I64,
    ArrayType,
    Constant,
    ConstantAddress,
    ConstantAggregate,
    ConstantBytes,
    ConstantFloat,
    ConstantInt,
    ConstantZero,
    FloatType,
    FunctionRef,
    GlobalVariable,
    IntType,
    StructType,
    Type,
    Value,
    VectorType,
    field_offsets,
    size_of,
)
from anychip.ir.printer import float_bits

GEP_FLAGS = frozenset({"inbounds", "nuw", "nusw"})
_ZERO_WORDS = frozenset({"zeroinitializer", "undef", "poison", "null", "none"})
_BRACKETS = {"[": "]", "{": "}", "<": ">"}
_CASTS = frozenset(words("addrspacecast ptrtoint ptrtoaddr inttoptr bitcast trunc"))
_OPCODES = {"addrspacecast": "space.cast", "ptrtoaddr": "ptrtoint"}
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "xor": lambda a, b: a ^ b,
}


def zero(type_: Type) -> Constant:
    """The zero of a type."""
    if isinstance(type_, IntType):
        return ConstantInt(type_, 0)
    return ConstantFloat(type_, 0) if isinstance(type_, FloatType) else ConstantZero(type_)


Build: TypeAlias = Callable[[str, Type, tuple[Value, ...]], Value]


class ConstantReader:
    """Reads constants; symbols come from ``symbols`` (globals, functions, aliases).

    Inside a function ``build`` appends an instruction for an expression that is no address plus a number; without it
    such an expression is Unsupported.
    """

    def __init__(self, types: TypeReader, symbols: Mapping[str, Value]) -> None:
        self.types = types
        self.symbols = symbols
        self.build: Build | None = None

    def typed(self, tokens: Tokens) -> Value:
        """A type and a constant of it."""
        return self.read(tokens, self.types.read(tokens))

    def initializer(self, tokens: Tokens, type_: Type) -> Constant:
        """A constant as it stands in memory: an address is never the global itself."""
        return _as_constant(self.read(tokens, type_))

    def read(self, tokens: Tokens, type_: Type) -> Value:
        """A constant of a known type. Raises Unsupported for an expression that is no address."""
        token = tokens.take()
        first = token[:1]
        if first.isdigit() or first == "-":
            return _number(token, type_)
        if first == "@":
            return self.symbol(token)
        if token in ("true", "false"):
            return ConstantInt(IntType(1), token == "true")
        if token in _ZERO_WORDS:
            return zero(type_)
        if token[:2] == 'c"':
            return ConstantBytes(type_, unescape(token))
        if token in _BRACKETS:
            return self._aggregate(tokens, type_, _BRACKETS[token])
        if token == "splat":
            return self._splat(tokens, type_)
        return self._expression(tokens, token, type_)

    def symbol(self, token: str) -> Value:
        """The global or function of a name."""
        name = bare_name(token)
        if name not in self.symbols:
            raise Unsupported(f"the symbol {name}")
        return self.symbols[name]

    def _aggregate(self, tokens: Tokens, type_: Type, close: str) -> Constant:
        if close == ">" and tokens.accept("{"):
            constant = self._aggregate(tokens, type_, "}")
            tokens.expect(">")
            return constant
        elements: list[Constant] = []
        while not tokens.accept(close):
            if not tokens.accept(","):
                elements.append(_as_constant(self.typed(tokens)))
        return ConstantAggregate(type_, elements)

    def _splat(self, tokens: Tokens, type_: Type) -> Constant:
        tokens.expect("(")
        element = _as_constant(self.typed(tokens))
        tokens.expect(")")
        assert isinstance(type_, (VectorType, ArrayType))
        return ConstantAggregate(type_, [element] * type_.count)

    def _expression(self, tokens: Tokens, word: str, type_: Type) -> Value:
        if word == "getelementptr":
            return self._element_pointer(tokens, type_)
        if word in _CASTS:
            tokens.expect("(")
            operand = self.typed(tokens)
            tokens.expect("to")
            self.types.read(tokens)
            tokens.expect(")")
            folded = _cast(word, operand, type_)
            return folded if folded is not None else self._built(word, type_, (operand,))
        if word in _ARITHMETIC:
            return self._arithmetic(tokens, word, type_)
        raise Unsupported(f"the constant expression {word}")

    def _built(self, word: str, type_: Type, operands: tuple[Value, ...]) -> Value:
        if self.build is None:
            raise Unsupported(f"the constant expression {word} to {type_}")
        return self.build(_OPCODES.get(word, word), type_, operands)

    def _element_pointer(self, tokens: Tokens, type_: Type) -> Value:
        tokens.accept_any(GEP_FLAGS)
        if tokens.accept("inrange"):
            tokens.skip_parentheses()
        tokens.expect("(")
        pointee = self.types.read(tokens)
        tokens.expect(",")
        base = self.typed(tokens)
        indices: list[int] = []
        while tokens.accept(","):
            index = self.typed(tokens)
            if not isinstance(index, ConstantInt):
                raise Unsupported("a constant address with an index that is no number")
            indices.append(index.signed)
        tokens.expect(")")
        offset = constant_offset(pointee, indices)
        if isinstance(base, ConstantZero):
            return self._built("inttoptr", type_, (ConstantInt(I64, offset),))
        return shifted(base, offset, type_)

    def _arithmetic(self, tokens: Tokens, word: str, type_: Type) -> Value:
        tokens.accept_any(frozenset({"nuw", "nsw"}))
        tokens.expect("(")
        left = self.typed(tokens)
        tokens.expect(",")
        right = self.typed(tokens)
        tokens.expect(")")
        assert isinstance(type_, IntType)
        if isinstance(left, ConstantInt) and isinstance(right, ConstantInt):
            return ConstantInt(type_, _ARITHMETIC[word](left.value, right.value))
        if word != "xor" and isinstance(left, ConstantAddress) and isinstance(right, ConstantInt):
            return ConstantAddress(left.base, _ARITHMETIC[word](left.offset, right.signed), type_)
        match left, right:
            case ConstantAddress(), ConstantAddress() if word == "sub" and left.base is right.base:
                return ConstantInt(type_, left.offset - right.offset)
        return self._built(word, type_, (left, right))


def member(pointee: Type, index: int) -> tuple[int, Type]:
    """Byte offset and type of a member; an array's index may lie outside its bounds."""
    if isinstance(pointee, StructType):
        return field_offsets(pointee)[index], pointee.fields[index]
    assert isinstance(pointee, (ArrayType, VectorType))
    return index * size_of(pointee.element), pointee.element


def constant_offset(pointee: Type, indices: list[int]) -> int:
    """Bytes that ``getelementptr`` adds for constant indices."""
    offset = indices[0] * size_of(pointee) if indices else 0
    for index in indices[1:]:
        step, pointee = member(pointee, index)
        offset += step
    return offset


def shifted(base: Value, offset: int, type_: Type) -> Value:
    """A constant address moved by a number of bytes."""
    if offset == 0 and base.type == type_:
        return base
    if isinstance(base, ConstantAddress):
        return ConstantAddress(base.base, base.offset + offset, type_)
    if isinstance(base, (GlobalVariable, FunctionRef)):
        return ConstantAddress(base, offset, type_)
    raise Unsupported("a constant address that is based on no variable")


def _as_constant(value: Value) -> Constant:
    if isinstance(value, (GlobalVariable, FunctionRef)):
        return ConstantAddress(value, 0, value.type)
    if not isinstance(value, Constant):
        raise Unsupported("a constant aggregate with an element that is no address plus a number")
    return value


def _cast(word: str, operand: Value, type_: Type) -> Value | None:
    """The folded cast, or None if it takes an instruction."""
    is_address = isinstance(operand, (ConstantAddress, GlobalVariable, FunctionRef))
    keeps_kind = isinstance(type_, IntType) is (word in ("ptrtoint", "ptrtoaddr"))
    if is_address and word != "trunc" and (word == "bitcast" or keeps_kind):
        return None if isinstance(type_, IntType) and type_ != I64 else shifted(operand, 0, type_)
    if isinstance(operand, ConstantInt) and isinstance(type_, IntType):
        return ConstantInt(type_, operand.value)
    if isinstance(operand, ConstantZero) or (isinstance(operand, ConstantInt) and operand.value == 0):
        return zero(type_)
    return None


def _number(token: str, type_: Type) -> Constant:
    if isinstance(type_, IntType):
        return ConstantInt(type_, int(token))
    assert isinstance(type_, FloatType)
    if token[:2] != "0x":
        return ConstantFloat(type_, float_bits(type_, float(token)))
    if token[2] in "HR":
        return ConstantFloat(type_, int(token[3:], 16))
    if token[2] in "KLM":
        raise Unsupported(f"values of type {type_}")
    bits = int(token[2:], 16)
    return ConstantFloat(type_, bits if type_.name == "double" else _narrowed(bits))


def _narrowed(bits: int) -> int:
    """Bits of the float that LLVM writes as the bits of the equal double; a NaN keeps its payload."""
    if (bits >> 52) & 0x7FF == 0x7FF:
        return (bits >> 63) << 31 | 0xFF << 23 | (bits >> 29) & 0x7FFFFF
    number = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return int(struct.unpack("<I", struct.pack("<f", number))[0])
