"""What a debugger is told of a module beyond lines: names of functions, and variables with their types.

The metadata stay as the front end wrote them, as LLVM's text; who writes code for a processor takes over what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anychip.diagnostics import SourceLocation

if TYPE_CHECKING:
    from anychip.ir.values import Value


@dataclass(frozen=True, slots=True)
class Variable:
    """A source variable. ``node`` is its metadata node, ``place`` the address of its memory: alloca, argument."""

    node: str
    place: Value
    location: SourceLocation


@dataclass
class ModuleDebug:
    """``nodes`` are the numbered metadata; ``variables`` stand under the name of the function they are in.

    ``full``: the device code was asked for in a form in which every variable has a place in memory.
    """

    full: bool = False
    nodes: dict[str, str] = field(default_factory=dict)
    variables: dict[str, list[Variable]] = field(default_factory=dict)
