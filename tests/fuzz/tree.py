"""A kernel's statements as a tree, from which whole statements can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Body:
    """Statements in order. Each can be deleted without harm to the others, or to the kernel being well defined."""

    statements: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Statement:
    """Text and bodies in turn: ``["if (c) {", Body, "} else {", Body, "}"]``. Text stands or falls as a whole."""

    parts: list[str | Body]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: the body, and its index in it."""

    body: Body
    index: int


def line(text: str) -> Statement:
    """A statement of one line."""
    return Statement([text])


def render(body: Body, depth: int = 1) -> str:
    """C++ text."""
    lines: list[str] = []
    for statement in body.statements:
        for part in statement.parts:
            if isinstance(part, Body):
                lines.append(render(part, depth + 1))
            else:
                lines += ["  " * depth + text for text in part.splitlines()]
    return "\n".join(text for text in lines if text)


def places(body: Body) -> Iterator[Place]:
    """Every statement, outer ones before those within."""
    for index, statement in enumerate(body.statements):
        yield Place(body, index)
        for part in statement.parts:
            if isinstance(part, Body):
                yield from places(part)


def without(body: Body, removed: set[int]) -> Body:
    """A copy that lacks the statements whose numbers in the order of ``places`` are in ``removed``."""
    numbers = iter(range(1 << 30))

    def copy(source: Body) -> Body:
        kept = []
        for statement in source.statements:
            number = next(numbers)
            made = Statement([copy(part) if isinstance(part, Body) else part for part in statement.parts])
            if number not in removed:
                kept.append(made)
        return Body(kept)

    return copy(body)
