"""Source positions from LLVM's debug metadata (DILocation and the scopes it refers to)."""

from __future__ import annotations

import os.path
import re
from pathlib import Path

from anychip.diagnostics import SourceLocation

_FIELD = re.compile(r'(\w+): (!\d+|"[^"]*"|[-\w| ]+)')
_KIND = re.compile(r"(?:distinct )?!(DI\w+)\(")
# What __shfl_sync or __trap look like inside tells the user nothing: such code counts to the line that called it.
_LIBRARY_FOLDERS = (f"{Path(__file__).resolve().parent.parent / 'include'}/", "/lib/clang/")


def is_library_file(path: str) -> bool:
    """Whether a file is one of CUDA's headers, ours or clang's."""
    return any(folder in path for folder in _LIBRARY_FOLDERS)


class DebugInfo:
    """The numbered metadata of a module, read when asked for."""

    def __init__(self) -> None:
        self.nodes: dict[str, str] = {}
        self._locations: dict[str, SourceLocation | None] = {}
        self._files: dict[str, str] = {}

    def location(self, node: str) -> SourceLocation | None:
        """Position of a DILocation such as ``!12``.

        Code the compiler made up (line 0) and what is inlined from CUDA's headers counts to its call site.
        """
        if node in self._locations:
            return self._locations[node]
        fields = self.fields(node)
        outer = self.location(fields["inlinedAt"]) if "inlinedAt" in fields else None
        line = int(fields.get("line", "0"))
        found = outer
        file = self.file_of_scope(fields["scope"]) if line else ""
        if line and not (outer and is_library_file(file)):
            found = SourceLocation(file, line, int(fields.get("column", "0")), outer, fields["scope"])
        self._locations[node] = found
        return found

    def subprogram(self, node: str) -> SourceLocation | None:
        """Position of a function (DISubprogram)."""
        fields = self.fields(node)
        line = int(fields.get("line", "0"))
        return SourceLocation(self.file_of_scope(node), line) if line else None

    def name(self, node: str) -> str:
        """What the program calls a function (DISubprogram), with template arguments."""
        return self.fields(node).get("name", "").strip('"')

    def file_of_scope(self, node: str) -> str:
        """File of a DISubprogram, DILexicalBlock or DILexicalBlockFile; the enclosing scope's where none is given."""
        if node not in self._files:
            fields = self.fields(node)
            has_file = "file" in fields and fields["file"] in self.nodes
            self._files[node] = self.file(fields["file"]) if has_file else self.file_of_scope(fields["scope"])
        return self._files[node]

    def file(self, node: str) -> str:
        """Path of a DIFile."""
        fields = self.fields(node)
        name, directory = fields["filename"].strip('"'), fields.get("directory", "").strip('"')
        # <source>, <built-in>: text that is in no folder
        return os.path.join(directory, name) if directory and not name.startswith("<") else name

    def fields(self, node: str) -> dict[str, str]:
        """The named fields of a specialised node."""
        text = self.nodes.get(node, "")
        return dict(_FIELD.findall(text)) if _KIND.match(text) else {}
