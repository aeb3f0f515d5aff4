"""Line tables as LLVM metadata, so that the object's DWARF maps a program counter to the line of the .cu file.

Kind LineTablesOnly: one compile unit, a subprogram per function, and for inlined code one subprogram per file it
came from, since the IR keeps call sites but not the names of what was inlined.
"""

from __future__ import annotations

from pathlib import PurePath

from anychip.codegen.llvm_types import escape
from anychip.diagnostics import SourceLocation
from anychip.ir import Function

_FLAGS = ('i32 2, !"Debug Info Version", i32 3', 'i32 7, !"Dwarf Version", i32 5')


class DebugInfo:
    """Metadata nodes of one module; equal nodes are written once."""

    def __init__(self, source: str) -> None:
        self._nodes: list[str] = []
        self._index: dict[str, str] = {}
        self._subprograms: dict[str, str] = {}
        self._flags = [self.node(f"!{{{flag}}}") for flag in _FLAGS]
        # LLVM takes every file with the unit's own file name for the unit's, whatever its folder: no file has this one.
        own = self._file(f"<device code of {source}>")
        self._unit = self.node(
            f"distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: {own}, "
            'producer: "anychip", isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly)'
        )
        self._signature = self.node("!DISubroutineType(types: !{})")

    def node(self, text: str) -> str:
        """The reference to a metadata node with this text."""
        if text not in self._index:
            self._index[text] = f"!{len(self._nodes)}"
            self._nodes.append(text)
        return self._index[text]

    def subprogram(self, function: Function, suffix: str = "") -> str:
        """The node to attach to a definition; each LLVM function made of one of ours needs a ``suffix`` of its own."""
        name = function.name + suffix
        if name not in self._subprograms:  # asked for with every instruction
            place = _function_location(function)
            self._subprograms[name] = self._subprogram(name, place.file, place.line)
        return self._subprograms[name]

    def artificial(self, subprogram: str) -> str:
        """The node for code of that subprogram that stands nowhere in the source."""
        return self.node(f"!DILocation(line: 0, scope: {subprogram})")

    def location(self, function: Function, place: SourceLocation | None) -> str:
        """The node to attach to an instruction of ``function``."""
        scope = self.subprogram(function)
        if place is None:
            return self.artificial(scope)
        return self._location(function, scope, place)

    def text(self, extra_flags: list[str]) -> str:
        """All nodes and the named metadata; ``extra_flags`` are further module flags."""
        flags = [*self._flags, *(self.node(f"!{{{flag}}}") for flag in extra_flags)]
        named = [f"!llvm.dbg.cu = !{{{self._unit}}}", f"!llvm.module.flags = !{{{', '.join(flags)}}}"]
        return "\n".join([*named, *(f"!{index} = {node}" for index, node in enumerate(self._nodes))])

    def _location(self, function: Function, scope: str, place: SourceLocation) -> str:
        if place.inlined_at:
            outer = self._location(function, scope, place.inlined_at)
            inner = self._subprogram(f"inlined from {PurePath(place.file).name}", place.file, 0)
            return self._leaf(place, inner, f", inlinedAt: {outer}")
        if place.file != _function_location(function).file:
            scope = self.node(f"!DILexicalBlockFile(scope: {scope}, file: {self._file(place.file)}, discriminator: 0)")
        return self._leaf(place, scope, "")

    def _leaf(self, place: SourceLocation, scope: str, rest: str) -> str:
        # LLVM keeps columns in 16 bits.
        column = place.column if place.column < 1 << 16 else 0
        return self.node(f"!DILocation(line: {place.line}, column: {column}, scope: {scope}{rest})")

    def _subprogram(self, name: str, file: str, line: int) -> str:
        return self.node(
            f'distinct !DISubprogram(name: "{escape(name)}", file: {self._file(file)}, line: {line}, '
            f"type: {self._signature}, unit: {self._unit}, spFlags: DISPFlagDefinition)"
        )

    def _file(self, path: str) -> str:
        if path.startswith("<"):  # text that is in no folder
            return self.node(f'!DIFile(filename: "{escape(path)}", directory: "")')
        pure = PurePath(path)
        return self.node(f'!DIFile(filename: "{escape(pure.name)}", directory: "{escape(str(pure.parent))}")')


def _function_location(function: Function) -> SourceLocation:
    """Where the function stands; its first instruction's outermost place if nothing else is known."""
    if function.location:
        return function.location
    for instruction in function.instructions():
        place = instruction.location
        while place and place.inlined_at:
            place = place.inlined_at
        if place:
            return place
    return SourceLocation("<device>", 0)
