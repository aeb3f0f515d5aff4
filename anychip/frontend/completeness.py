"""Refuses device code that names functions or variables nothing defines, before any code is generated for it."""

from __future__ import annotations

from collections.abc import Iterator

from anychip.analysis.call_graph import references
from anychip.diagnostics import SourceLocation, UndefinedDeviceSymbol
from anychip.frontend.demangle import demangle
from anychip.ir import RUNTIME_FUNCTIONS, AddressSpace, Function, GlobalVariable, Module

_LISTED = 10


def check_complete(module: Module, hint: str) -> None:
    """Raise UndefinedDeviceSymbol with the place of the first use if something the module uses is not defined."""
    missing: dict[Function | GlobalVariable, SourceLocation | None] = {}
    seen: set[GlobalVariable] = set()
    for item, place in _uses(module, seen):
        if _is_undefined(item):
            missing.setdefault(item, place)
    if not missing:
        return
    (first, place), *others = missing.items()
    more = [f"also not defined: {_described(item)}{_used_at(at)}" for item, at in others[:_LISTED]]
    if len(others) > _LISTED:
        more.append(f"and {len(others) - _LISTED} more")
    verb = "called" if isinstance(first, Function) else "used"
    raise UndefinedDeviceSymbol(f"{_described(first)} is {verb} but not defined", place, "\n  ".join([hint, *more]))


def _uses(
    module: Module, seen: set[GlobalVariable]
) -> Iterator[tuple[Function | GlobalVariable, SourceLocation | None]]:
    """What instructions name, with their places, and what the initialisers of variables name."""
    for function in module.functions.values():
        for instruction in function.instructions():
            place = instruction.location or function.location
            for operand in instruction.operands:
                for item in references(operand):
                    yield from _with_initializer(item, place, seen)
    for variable in module.globals.values():
        if variable.space in (AddressSpace.GLOBAL, AddressSpace.CONSTANT) and variable.initializer is not None:
            yield from _with_initializer(variable, None, seen)


def _with_initializer(
    item: Function | GlobalVariable, place: SourceLocation | None, seen: set[GlobalVariable]
) -> Iterator[tuple[Function | GlobalVariable, SourceLocation | None]]:
    yield item, place
    if isinstance(item, Function) or item in seen or item.initializer is None:
        return
    seen.add(item)
    for inner in references(item.initializer):
        yield from _with_initializer(inner, place, seen)


def _is_undefined(item: Function | GlobalVariable) -> bool:
    if isinstance(item, Function):
        return item.is_declaration and item.name not in RUNTIME_FUNCTIONS
    return item.initializer is None and item.space != AddressSpace.SHARED


def _described(item: Function | GlobalVariable) -> str:
    kind = "function" if isinstance(item, Function) else "variable"
    return f"device {kind} '{demangle(item.name)}'"


def _used_at(place: SourceLocation | None) -> str:
    return f", used at {place}" if place else ""
