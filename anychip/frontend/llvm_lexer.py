"""Tokens of one line of LLVM's text, with a position; everything above works on these."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'[%@](?:"[^"]*"|[-\w$.]+)'  # local or global name
    r'|c?"[^"]*"'
    r"|-?\d[\w.]*(?:(?<=e)[-+]\d+)?"  # numbers: 1 -2 2.0e+00 0xH3C00
    r"|[\w.$]+"
    r"|[#!][\w.]*"
    r"|[^\s]"
)
_ESCAPE = re.compile(rb"\\([0-9a-fA-F]{2})")


def words(text: str) -> tuple[str, ...]:
    """The names of a table that are written as one string."""
    return tuple(text.split())


def tokenize(line: str) -> list[str]:
    """The tokens of a line; a comment is left out."""
    tokens = _TOKEN.findall(line)
    return tokens[: tokens.index(";")] if ";" in tokens else tokens


def unescape(token: str) -> bytes:
    """The bytes of a string token, with or without the ``c`` in front."""
    raw = token[token.index('"') + 1 : -1].encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw).replace(b"\\\\", b"\\")


def bare_name(token: str) -> str:
    """The name without its sigil and quotes."""
    if token[1] != '"':
        return token[1:]
    return unescape(token[1:]).decode("utf-8", "surrogateescape")


class Tokens:
    """A line's tokens and the index of the next one. ``take`` at the end gives an empty string."""

    __slots__ = ("at", "items")

    def __init__(self, items: list[str], at: int = 0) -> None:
        self.items = [*items, ""]
        self.at = at

    def peek(self) -> str:
        """The next token."""
        return self.items[self.at]

    def take(self) -> str:
        """The next token, consumed."""
        token = self.items[self.at]
        if token:
            self.at += 1
        return token

    def accept(self, token: str) -> bool:
        """Consume the next token if it is this one."""
        if self.items[self.at] != token:
            return False
        self.at += 1
        return True

    def expect(self, token: str) -> None:
        """Consume this token. Raises SyntaxError if another one stands here."""
        if not self.accept(token):
            raise SyntaxError(f"expected {token!r}, found {self.peek()!r} in: {' '.join(self.items)}")

    def accept_any(self, words: frozenset[str]) -> list[str]:
        """Consume the words of a set that stand here."""
        found = []
        while self.items[self.at] in words:
            found.append(self.take())
        return found

    def skip_parentheses(self) -> None:
        """Consume a balanced parenthesis if one opens here."""
        depth = 0
        while token := self.peek():
            depth += (token == "(") - (token == ")")
            if depth == 0 and token != ")":
                return
            self.at += 1
            if depth == 0:
                return
