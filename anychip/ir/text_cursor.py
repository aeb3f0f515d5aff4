"""One line of ``.wir`` text as tokens with a position in them; reads types, names, attributes, positions."""

from __future__ import annotations

import re

from anychip.diagnostics import SourceLocation, UserError
from anychip.ir.module import AttributeValue
from anychip.ir.types import (
    BFLOAT,
    DOUBLE,
    FLOAT,
    HALF,
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

_TOKEN = re.compile(
    r"""\s*(
      @[ ]\d+:\d+:\d+(?:[ ]<[ ]\d+:\d+:\d+)*   # position
    | [%@^](?:"[^"]*"|[-\w$.]+)               # name with sigil
    | c?"[^"]*"
    | ->
    | -?(?:0x[0-9a-f]+|\d[\d.]*(?:e[-+]?\d+)?)(?![\w.])
    | [A-Za-z_][\w.]*
    | \.\.\.
    | [\[\](){}<>,:=]
    | [#].*$
    )""",
    re.VERBOSE,
)
_SIMPLE_TYPES: dict[str, Type] = {
    "void": VOID,
    "half": HALF,
    "bfloat": BFLOAT,
    "float": FLOAT,
    "double": DOUBLE,
    "ptr": PTR,
}
_INTEGER = re.compile(r"i([1-9]\d*)")
_ESCAPE = re.compile(rb"\\([0-9a-fA-F]{2})")


def unquote_bytes(token: str) -> bytes:
    """The bytes of a string literal."""
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), token[1:-1].encode())


def unquote(token: str) -> str:
    """The text of a string literal."""
    return unquote_bytes(token).decode("utf-8", "surrogateescape")


class Cursor:
    """Tokens of a line and where reading stands. Every error is a UserError with the line's number."""

    def __init__(self, line: str, number: int) -> None:
        self.number = number
        self.line = line
        self.position = 0
        self.tokens = self._split(line)

    def _split(self, line: str) -> list[str]:
        tokens, end, stop = [], 0, len(line.rstrip())
        while end < stop:
            match = _TOKEN.match(line, end)
            if match is None:
                raise self.error(f"unexpected character {line[end:].lstrip()[:1]!r}")
            end = match.end()
            tokens.append(match[1])
        return [token for token in tokens if not token.startswith("#")]

    def error(self, message: str) -> UserError:
        """An error at this line."""
        return UserError(message, SourceLocation("<wir>", self.number))

    def peek(self) -> str:
        """The next token, or an empty string at the end."""
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        """The next token, consumed."""
        token = self.peek()
        if not token:
            raise self.error("the line ends too early")
        self.position += 1
        return token

    def accept(self, token: str) -> bool:
        """Consume the next token if it is this one."""
        if self.peek() != token:
            return False
        self.position += 1
        return True

    def expect(self, token: str) -> None:
        """Consume this token."""
        if not self.accept(token):
            raise self.error(f"expected {token!r}, found {self.peek() or 'the end of the line'!r}")

    def finish(self) -> None:
        """Nothing may follow."""
        if self.peek():
            raise self.error(f"unexpected {self.peek()!r}")

    def name(self, sigil: str) -> str:
        """A name with this sigil, without it."""
        token = self.take()
        if not token.startswith(sigil) or len(token) < 2:
            raise self.error(f"expected a name that starts with {sigil!r}, found {token!r}")
        return unquote(token[1:]) if token[1] == '"' else token[1:]

    def string(self) -> str:
        """A string literal."""
        token = self.take()
        if not token.startswith('"'):
            raise self.error(f"expected a string, found {token!r}")
        return unquote(token)

    def integer(self) -> int:
        """A decimal integer."""
        token = self.take()
        try:
            return int(token)
        except ValueError:
            raise self.error(f"expected an integer, found {token!r}") from None

    def value_type(self) -> Type:
        """A type; a function's signature if parentheses follow a result type."""
        return self._type(self.take())

    def _type(self, token: str) -> Type:
        if token == "ptr" and self.accept("<"):
            name = self.take().upper()
            self.expect(">")
            if name not in AddressSpace.__members__:
                raise self.error(f"there is no state space {name.lower()!r}")
            return PointerType(AddressSpace[name])
        if token in _SIMPLE_TYPES:
            return _SIMPLE_TYPES[token]
        if match := _INTEGER.fullmatch(token):
            return IntType(int(match[1]))
        if token == "[":
            return self._sequence(ArrayType, "]")
        if token == "{":
            return self._struct(packed=False)
        if token == "<":
            return self._struct(packed=True) if self.accept("{") else self._sequence(VectorType, ">")
        raise self.error(f"expected a type, found {token!r}")

    def _sequence(self, kind: type[ArrayType] | type[VectorType], close: str) -> Type:
        count = self.integer()
        self.expect("x")
        element = self.value_type()
        self.expect(close)
        return kind(element, count)

    def _struct(self, *, packed: bool) -> Type:
        fields: list[Type] = []
        while not self.accept("}"):
            if fields:
                self.expect(",")
            fields.append(self.value_type())
        if packed:
            self.expect(">")
        return StructType(tuple(fields), packed)

    def signature(self) -> Type:
        """A type, or ``result (parameters)``."""
        result = self.value_type()
        if not self.accept("("):
            return result
        parameters: list[Type] = []
        variadic = False
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            if self.accept("..."):
                variadic = True
            else:
                parameters.append(self.value_type())
        return FunctionType(result, tuple(parameters), variadic)

    def attributes(self) -> dict[str, AttributeValue]:
        """Attributes in brackets, if any stand here."""
        found: dict[str, AttributeValue] = {}
        if not self.accept("["):
            return found
        while not self.accept("]"):
            if found:
                self.expect(",")
            name = self.take()
            found[name] = self._attribute_value() if self.accept("=") else True
        return found

    def _attribute_value(self) -> AttributeValue:
        if self.accept("false"):
            return False
        if self.accept("type"):
            return self.signature()
        if self.peek().startswith('"'):
            return self.string()
        if not self.accept("("):
            return self.integer()
        numbers: list[int] = []
        while not self.accept(")"):
            if numbers:
                self.expect(",")
            numbers.append(self.integer())
        return tuple(numbers)
