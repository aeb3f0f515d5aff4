"""Static constructors in host IR, placed where the C library looks for them.

clang tells the code generator to put ``llvm.global_ctors`` into ``.init_array``; llvmlite has no such switch, and what
LLVM does without it (``.ctors``) has been ignored by glibc's start files for years: no constructor would run. So the
table is replaced by what the code generator would have made of it: one pointer per constructor, in a section whose name
carries the priority, in the COMDAT group of the variable it initialises if it has one.
"""

from __future__ import annotations

import re

from anychip.diagnostics import InternalError

_SYMBOL = r'@(?:"[^"]*"|[-\w$.]+)'
_TABLE = re.compile(r"^@llvm\.global_(ctors|dtors) = appending global .*?\[(\{ i32, .*)\](?:, .*)?$", re.M)
_ENTRY = re.compile(rf"\{{ i32 (\d+), ptr ({_SYMBOL}), ptr (null|{_SYMBOL}) \}}")
_COMDAT = re.compile(r",? comdat(?:\((\$(?:\"[^\"]*\"|[-\w$.]+))\))?")
_SECTIONS = {"ctors": ".init_array", "dtors": ".fini_array"}
_DEFAULT_PRIORITY = "65535"


def use_init_array(text: str) -> str:
    """Host IR with its tables of constructors and destructors as sections. Raises InternalError for an unknown form."""
    return _TABLE.sub(lambda found: _pointers(text, found.group(1), found.group(2)), text)


def _pointers(text: str, kind: str, body: str) -> str:
    entries = _ENTRY.findall(body)
    if len(entries) != body.count("{ i32 "):
        raise InternalError(f"the table of static constructors has an unknown form: {body[:200]}")
    lines = []
    # Constructors of one priority run in the table's order; .fini_array is run from its end.
    for index, (priority, function, variable) in enumerate(entries if kind == "ctors" else entries[::-1]):
        suffix = "" if priority == _DEFAULT_PRIORITY else f".{int(priority):05}"
        group = "" if variable == "null" else _group_of(text, variable)
        section = f'section "{_SECTIONS[kind]}{suffix}"'
        lines.append(f"@anychip.{kind}.{index} = internal global ptr {function}, {section}{group}, align 8")
    return "\n".join(lines)


def _group_of(text: str, variable: str) -> str:
    """The COMDAT clause of a variable, for something that lives and dies with it."""
    definition = re.search(rf"^{re.escape(variable)} = .*$", text, re.M)
    clause = _COMDAT.search(definition.group(0)) if definition else None
    if clause is None:
        return ""
    return f", comdat({clause.group(1) or '$' + variable[1:]})"
