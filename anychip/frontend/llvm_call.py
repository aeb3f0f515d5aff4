"""A call of an intrinsic, as the tables of expansions get it."""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Type, Value


@dataclass(frozen=True, slots=True)
class Call:
    """``name`` with its type suffixes, the type of the result, the arguments."""

    name: str
    type: Type
    arguments: list[Value]
