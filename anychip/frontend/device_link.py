"""Link the device code of several units into one module of LLVM IR, as if it had been one source.

Symbols follow C++'s rules: one definition of each function and variable, any number of inline ones, of which one is
kept; what is static stays its file's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from anychip.diagnostics import InternalError, SourceLocation, UserError
from anychip.frontend.demangle import demangle
from anychip.frontend.device_unit import DeviceUnit
from anychip.frontend.normalize import hide_functions

_FIELD = r"!{0} = (?:distinct )?!DI{1}\((.*)\)$"
_LOCAL = frozenset({"internal", "private"})
_UNSIZED = "a variable of 0 bytes"  # an array of open size, or a structure that is only declared
_NUMBERED = re.compile(r"(?<=\w)\.\d+\b")
_EXPLICIT = re.compile(r"\b__(?:device|constant|managed)__\b")


def link_units(units: list[DeviceUnit]) -> bytes:
    """One module's bitcode in which only kernels and variables are visible.

    Raises UserError for a symbol that two units define, and for units of different processors or LLVM versions.
    """
    if len({unit.target for unit in units}) > 1:
        found = ", ".join(f"{unit.source} for {unit.target}" for unit in units)
        raise UserError(f"device code for different processors cannot be linked: {found}")
    with _parsed(units) as modules:
        _check_definitions(units, modules)
        _check_declarations(units, modules)
        first, *others = modules
        for module in others:
            try:
                first.link_in(module)
            except RuntimeError as error:
                raise InternalError(f"LLVM cannot link the device code: {error}") from error
        hide_functions(first)
        return bytes(first.as_bitcode())


@contextmanager
def _parsed(units: list[DeviceUnit]) -> Iterator[list[Any]]:
    """The units as LLVM modules. Closed in order: the garbage collector might free the context before its modules."""
    context: Any = llvm.create_context()
    modules: list[Any] = []
    try:
        modules += (_parse(unit, context) for unit in units)
        yield modules
    finally:
        for module in modules:
            module.close()
        context.close()


def _parse(unit: DeviceUnit, context: Any) -> Any:
    try:
        return llvm.parse_bitcode(unit.bitcode, context)
    except RuntimeError as error:
        hint = "compile it again with this version of anychip"
        raise UserError(f"the device code of {unit.source} cannot be read: {error}", hint=hint) from error


def needed_units(objects: list[DeviceUnit], members: list[DeviceUnit]) -> list[DeviceUnit]:
    """The units to link: all objects, and of libraries those that define nothing which is defined already.

    So a program's own definition stands in for a library's, as it does for host code.
    """
    needed, defined = list(objects), set[str]()
    if not members:
        return needed
    with _parsed(objects) as modules:
        for module in modules:
            defined.update(_strong(module))
    with _parsed(members) as modules:
        for unit, module in zip(members, modules, strict=True):
            names = set(_strong(module))
            if names.isdisjoint(defined):
                needed.append(unit)
                defined |= names
    return needed


def _strong(module: Any) -> Iterator[str]:
    for item in (*module.functions, *module.global_variables):
        if not item.is_declaration and item.linkage.name == "external":
            yield item.name


def _check_definitions(units: list[DeviceUnit], modules: list[Any]) -> None:
    """Raise UserError for the first symbol that two units define."""
    owners: dict[str, int] = {}
    for index, module in enumerate(modules):
        for name in _strong(module):
            other = owners.setdefault(name, index)
            if other == index:
                continue
            place = _definition(units[index], module, name)
            earlier = _definition(units[other], modules[other], name)
            raise UserError(
                f"device symbol '{demangle(name)}' is defined in {units[other].source} and in {units[index].source}",
                place,
                f"the other definition is {f'at {earlier}' if earlier else f'in {units[other].source}'}; "
                "declare it in all files but one (extern for a variable), or make it static or inline",
            )


def _check_declarations(units: list[DeviceUnit], modules: list[Any]) -> None:
    """Raise UserError for a symbol that one unit declares and another defines as something else.

    C++'s names carry parameter types, but neither results nor the types of variables; C's carry nothing.
    """
    data = llvm.create_target_data(modules[0].data_layout)
    defined: dict[str, tuple[int, str]] = {}
    for index, module in enumerate(modules):
        for item in _visible(module, declared=False):
            defined.setdefault(item.name, (index, _shape(item, data)))
    for index, module in enumerate(modules):
        for item in _visible(module, declared=True):
            owner, shape = defined.get(item.name, (index, ""))
            own = _shape(item, data)
            if owner == index or own in (shape, _UNSIZED):
                continue
            raise UserError(
                f"device symbol '{demangle(item.name)}' is declared as {own} in {units[index].source}, "
                f"but defined as {shape} in {units[owner].source}",
                _definition(units[owner], modules[owner], item.name),
            )


def _visible(module: Any, *, declared: bool) -> Iterator[Any]:
    for item in (*module.functions, *module.global_variables):
        if item.is_declaration == declared and not item.name.startswith("llvm.") and item.linkage.name not in _LOCAL:
            yield item


def _shape(item: Any, data: Any) -> str:
    """What code that names a symbol relies on: the type of a function, the size of a variable."""
    if item.is_function:
        # LLVM numbers structures of one name.
        return f"a function ({_NUMBERED.sub('', str(item.global_value_type))})"
    if str(item.global_value_type).endswith(" = type opaque"):
        return _UNSIZED
    return f"a variable of {data.get_abi_size(item.global_value_type)} bytes"


def _definition(unit: DeviceUnit, module: Any, name: str) -> SourceLocation | None:
    """Where a symbol is defined: by the debug information of functions, by the look of the source for variables."""
    text = str(module)
    found = re.search(rf'^define .*@"?{re.escape(name)}"?\(.* !dbg !(\d+)', text, re.M)
    if not found:
        return _variable_line(unit.source, demangle(name).split("(")[0].split("::")[-1])
    program = _node(text, found.group(1), "Subprogram")
    line, file = re.search(r"\bline: (\d+)", program), re.search(r"\bfile: !(\d+)", program)
    if not line or not file:
        return None
    path = re.search(r'filename: "([^"]*)"', _node(text, file.group(1), "File"))
    return SourceLocation(path.group(1) if path else unit.source, int(line.group(1)))


def _node(text: str, number: str, kind: str) -> str:
    found = re.search(_FIELD.format(number, kind), text, re.M)
    return found.group(1) if found else ""


def _variable_line(source: str, name: str) -> SourceLocation | None:
    """The line of a source that looks like the variable's definition; variables have no debug information."""
    try:
        lines = Path(source).read_text(errors="replace").splitlines()
    except OSError:
        return None
    for number, line in enumerate(lines, 1):
        found = re.search(rf"\b{re.escape(name)}\b", line)
        if found and _EXPLICIT.search(line) and not line.lstrip().startswith("extern"):
            return SourceLocation(source, number, found.start() + 1)
    return None
