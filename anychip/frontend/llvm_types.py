"""LLVM's types to ours; named structures are resolved to literal ones."""

from __future__ import annotations

from anychip.diagnostics import Unsupported
from anychip.frontend.llvm_lexer import Tokens, bare_name, words
from anychip.ir import (
    BFLOAT,
    DOUBLE,
    FLOAT,
    HALF,
    I1,
    I8,
    I16,
    I32,
    I64,
    PTR,
    VOID,
    AddressSpace,
    ArrayType,
    FunctionType,
    IntType,
    PointerType,
    StructType,
    Type,
    VectorType,
)

_SIMPLE: dict[str, Type] = {
    "void": VOID,
    "half": HALF,
    "bfloat": BFLOAT,
    "float": FLOAT,
    "double": DOUBLE,
    "i1": I1,
    "i8": I8,
    "i16": I16,
    "i32": I32,
    "i64": I64,
}
_SPACES = {int(space): PointerType(space) for space in AddressSpace}
_UNSUPPORTED = frozenset(words("x86_fp80 fp128 ppc_fp128 x86_amx token metadata label target opaque"))


class TypeReader:
    """Reads types; ``named`` holds the tokens of each ``%name = type ...`` line."""

    def __init__(self) -> None:
        self.named: dict[str, list[str]] = {}
        self._resolved: dict[str, Type] = {}

    def read(self, tokens: Tokens) -> Type:
        """The type that stands here. Raises Unsupported for one that has no place in our IR."""
        token = tokens.take()
        simple = _SIMPLE.get(token)
        if simple is not None:
            return simple
        if token == "ptr":
            return self.pointer(tokens)
        if token == "[":
            return ArrayType(*self._counted(tokens, "]"))
        if token == "<":
            if tokens.accept("{"):
                return self._struct(tokens, packed=True)
            return VectorType(*self._counted(tokens, ">"))
        if token == "{":
            return self._struct(tokens, packed=False)
        if token[:1] == "%":
            return self._named(bare_name(token))
        if token[:1] == "i" and token[1:].isdigit():
            return IntType(int(token[1:]))
        if token in _UNSUPPORTED:
            raise Unsupported(f"values of type {token}")
        raise SyntaxError(f"expected a type, found {token!r} in: {' '.join(tokens.items)}")

    def pointer(self, tokens: Tokens) -> Type:
        """What follows ``ptr``."""
        if tokens.peek() != "addrspace":
            return PTR
        space = read_address_space(tokens)
        if space not in _SPACES:
            raise Unsupported(f"pointers of LLVM's address space {space}")
        return _SPACES[space]

    def with_signature(self, tokens: Tokens) -> Type:
        """A type, or a function type if parentheses follow it."""
        result = self.read(tokens)
        if not tokens.accept("("):
            return result
        parameters: list[Type] = []
        variadic = False
        while not tokens.accept(")"):
            if tokens.accept("..."):
                variadic = True
            elif not tokens.accept(","):
                parameters.append(self.read(tokens))
        return FunctionType(result, tuple(parameters), variadic)

    def _counted(self, tokens: Tokens, close: str) -> tuple[Type, int]:
        if tokens.peek() == "vscale":
            raise Unsupported("scalable vectors")
        count = int(tokens.take())
        tokens.expect("x")
        element = self.read(tokens)
        tokens.expect(close)
        return element, count

    def _struct(self, tokens: Tokens, *, packed: bool) -> Type:
        fields: list[Type] = []
        while not tokens.accept("}"):
            if not tokens.accept(","):
                fields.append(self.read(tokens))
        if packed:
            tokens.expect(">")
        return StructType(tuple(fields), packed)

    def _named(self, name: str) -> Type:
        if name not in self._resolved:
            self._resolved[name] = self.read(Tokens(self.named[name]))
        return self._resolved[name]


def read_address_space(tokens: Tokens) -> int:
    """``addrspace(N)`` if it stands here, otherwise 0."""
    if not tokens.accept("addrspace"):
        return 0
    tokens.expect("(")
    space = int(tokens.take())
    tokens.expect(")")
    return space
