"""Debug information as LLVM metadata, so that the object's DWARF maps a program counter to the line of the .cu file.

One compile unit, a subprogram per LLVM function under the name that the program gives it (a kernel may have several
versions: a breakpoint on its name is set in all of them), and one per function that was inlined. Where the front end
described variables (``ModuleDebug.full``), also the blocks they are in, and they themselves (``debug_variables``).
"""

from __future__ import annotations

import re
from pathlib import PurePath

from anychip.codegen.debug_variables import TypeImporter
from anychip.codegen.llvm_types import escape
from anychip.diagnostics import SourceLocation
from anychip.ir import Function, Module
from anychip.ir.debug import Variable

# Debuggers take the end of a function's prologue from the line table if the name begins so, else guess at machine code.
_PRODUCER = "clang with anychip"
_FIELD = re.compile(r'(\w+): (!?\w+|"[^"]*")')
_FLAGS = ('i32 2, !"Debug Info Version", i32 3', 'i32 7, !"Dwarf Version", i32 5')


class DebugInfo:
    """Metadata nodes of one module; equal nodes are written once."""

    def __init__(self, module: Module) -> None:
        self.full = module.debug.full
        self._given = module.debug
        self._types = TypeImporter(self, module.debug.nodes)
        self._nodes: list[str] = []
        self._index: dict[str, str] = {}
        self._subprograms: dict[str, str] = {}
        self._flags = [self.node(f"!{{{flag}}}") for flag in _FLAGS]
        # LLVM takes every file with the unit's own file name for the unit's, whatever its folder: no file has this one.
        own = self._file(f"<device code of {module.name}>")
        optimized = str(not self.full).lower()
        self._unit = self.node(
            f"distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: {own}, "
            f'producer: "{_PRODUCER}", isOptimized: {optimized}, runtimeVersion: 0, emissionKind: FullDebug)'
        )
        self._signature = self.node("!DISubroutineType(types: !{})")

    def node(self, text: str) -> str:
        """The reference to a metadata node with this text."""
        if text not in self._index:
            self._index[text] = f"!{len(self._nodes)}"
            self._nodes.append(text)
        return self._index[text]

    def reserve(self) -> str:
        """The reference to a node whose text follows by ``fill``."""
        self._nodes.append("")
        return f"!{len(self._nodes) - 1}"

    def fill(self, reference: str, text: str) -> None:
        """Give a reserved node its text."""
        self._nodes[int(reference[1:])] = text

    def subprogram(self, function: Function, suffix: str = "") -> str:
        """The node to attach to a definition; each LLVM function made of one of ours needs a ``suffix`` of its own."""
        name = function.name + suffix
        if name not in self._subprograms:  # asked for with every instruction
            place = _function_location(function)
            # Debuggers look names up among functions that stand by themselves, and optimised code inlines the kernel
            # into the loop over its threads: so this goes by the kernel's name, too.
            shown = (function.source_name or function.name) + (suffix if self.full else "")
            self._subprograms[name] = self._subprogram(shown, place.file, place.line, name)
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

    def variables(self, function: Function) -> list[Variable]:
        """The function's variables that have a place in memory."""
        return self._given.variables.get(function.name, [])

    def variable(self, function: Function, variable: Variable) -> str:
        """The node of one of them."""
        fields = self._fields(variable.node)
        scope, file = self._scope(function, fields["scope"]), self._take_file(fields["file"])
        number = f"arg: {fields['arg']}, " if "arg" in fields else ""
        return self.node(
            f"!DILocalVariable(name: {fields.get('name', chr(34) * 2)}, {number}scope: {scope}, file: {file}, "
            f"line: {fields.get('line', '0')}, type: {self._types.take(fields['type'])})"
        )

    def index_type(self) -> str:
        """The type of threadIdx: three unsigned integers."""
        number = self.node('!DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)')
        members = [
            self.node(
                f'!DIDerivedType(tag: DW_TAG_member, name: "{axis}", baseType: {number}, size: 32, offset: {32 * i})'
            )
            for i, axis in enumerate("xyz")
        ]
        elements = self.node(f"!{{{', '.join(members)}}}")
        return self.node(f'!DICompositeType(tag: DW_TAG_structure_type, name: "uint3", size: 96, elements: {elements})')

    def text(self, extra_flags: list[str]) -> str:
        """All nodes and the named metadata; ``extra_flags`` are further module flags."""
        flags = [*self._flags, *(self.node(f"!{{{flag}}}") for flag in extra_flags)]
        named = [f"!llvm.dbg.cu = !{{{self._unit}}}", f"!llvm.module.flags = !{{{', '.join(flags)}}}"]
        return "\n".join([*named, *(f"!{index} = {node}" for index, node in enumerate(self._nodes))])

    def _location(self, function: Function, scope: str, place: SourceLocation) -> str:
        if place.inlined_at:
            outer = self._location(function, scope, place.inlined_at)
            inner = self._inlined_subprogram(place)
            return self._leaf(place, inner, f", inlinedAt: {outer}")
        if self.full and place.scope:
            return self._leaf(place, self._scope(function, place.scope), "")
        if place.file != _function_location(function).file:
            scope = self.node(f"!DILexicalBlockFile(scope: {scope}, file: {self._file(place.file)}, discriminator: 0)")
        return self._leaf(place, scope, "")

    def _leaf(self, place: SourceLocation, scope: str, rest: str) -> str:
        # LLVM keeps columns in 16 bits.
        column = place.column if place.column < 1 << 16 else 0
        return self.node(f"!DILocation(line: {place.line}, column: {column}, scope: {scope}{rest})")

    def _inlined_subprogram(self, place: SourceLocation) -> str:
        """The function that inlined code came from, by its name if the front end tells."""
        fields, scope = {}, place.scope
        while scope and not self._text(scope).startswith(("distinct !DISubprogram", "!DISubprogram")):
            scope = self._fields(scope).get("scope", "")
        if scope:
            fields = self._fields(scope)
        name = fields.get("name", "").strip('"') or f"inlined from {PurePath(place.file).name}"
        return self._subprogram(name, place.file, int(fields.get("line", "0")))

    def _scope(self, function: Function, given: str) -> str:
        """The block of a function for one of the front end's; the function itself if there is none."""
        fields = self._fields(given)
        if "DILexicalBlock(" not in self._text(given) or "line" not in fields:
            return (
                self._scope(function, fields["scope"])
                if "LexicalBlock" in self._text(given)
                else self.subprogram(function)
            )
        outer = self._scope(function, fields["scope"])
        file = self._take_file(fields["file"])
        return self.node(
            f"distinct !DILexicalBlock(scope: {outer}, file: {file}, line: {fields['line']}, "
            f"column: {fields.get('column', '0')})"
        )

    def _take_file(self, given: str) -> str:
        fields = self._fields(given)
        name, folder = fields["filename"].strip('"'), fields.get("directory", "").strip('"')
        return self._file(name if name.startswith("<") else str(PurePath(folder, name)))

    def _text(self, given: str) -> str:
        return self._given.nodes.get(given, "")

    def _fields(self, given: str) -> dict[str, str]:
        return dict(_FIELD.findall(self._text(given)))

    def _subprogram(self, name: str, file: str, line: int, linkage_name: str = "") -> str:
        linkage = f'linkageName: "{escape(linkage_name)}", ' if linkage_name not in ("", name) else ""
        return self.node(
            f'distinct !DISubprogram(name: "{escape(name)}", {linkage}file: {self._file(file)}, line: {line}, '
            f"scopeLine: {line}, type: {self._signature}, unit: {self._unit}, spFlags: DISPFlagDefinition)"
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
