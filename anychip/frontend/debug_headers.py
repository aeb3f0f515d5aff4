"""Unoptimised device code for a debugger: functions of CUDA's own headers melt into their callers.

Nobody wants to step through ``__shfl_sync``, and where a warp's threads are counts by instruction: two calls of
``__activemask`` are two places, one function that both call would be one.
"""

from __future__ import annotations

import re

from anychip.frontend.llvm_debug import DebugInfo, is_library_file

_NODE = re.compile(r"^(!\d+) = (.*)$", re.MULTILINE)
_UNIT = re.compile(r"^!\d+ = distinct !DICompileUnit\(.*emissionKind: FullDebug", re.MULTILINE)
_DEFINITION = re.compile(r"^(define .*) (#\d+)( .*!dbg (!\d+) \{)$", re.MULTILINE)
_GROUP = re.compile(r"^attributes (#\d+) = \{(.*)\}$", re.MULTILINE)
_KEPT_APART = re.compile(r"\b(?:noinline|optnone)\b ?")


def is_for_debugger(text: str) -> bool:
    """Whether device IR describes variables, not lines alone."""
    return bool(_UNIT.search(text))


def inline_headers(text: str) -> str:
    """Device IR with the headers' functions marked to be inlined always."""
    debug = DebugInfo()
    debug.nodes.update(_NODE.findall(text))
    groups = dict(_GROUP.findall(text))
    added: dict[str, str] = {}

    def mark(definition: re.Match[str]) -> str:
        group, place = definition[2], debug.subprogram(definition[4])
        if "ptx_kernel" in definition[1] or place is None or not is_library_file(place.file):
            return definition[0]
        if group not in added:
            added[group] = f"#{len(groups) + len(added) + 1000}"
        return f"{definition[1]} {added[group]}{definition[3]}"

    marked = _DEFINITION.sub(mark, text)
    lines = (f"attributes {new} = {{ alwaysinline {_KEPT_APART.sub('', groups[old])}}}\n" for old, new in added.items())
    return marked + "\n" + "".join(lines)
