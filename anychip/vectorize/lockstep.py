"""Pass: what only one worker sees may be read and written by all lanes at once, volatile or not.

requires: a copy of the kernel, checked by ``support`` (which looks at what is volatile); provides: plain loads and
stores of shared and local memory. Each is still done by all lanes before any lane does the next, in the order of the
source: that is the lockstep in which code of before Volta expects its warps. Breaks: nothing.
"""

from __future__ import annotations

from anychip.analysis.memory_space import is_private
from anychip.ir import Function

_WORDS = frozenset({"volatile", "ordering", "scope"})


def make_private_accesses_plain(function: Function) -> None:
    """Drop what tells others to look, where nobody else can."""
    for instruction in function.instructions():
        if instruction.opcode not in ("load", "store") or _WORDS.isdisjoint(instruction.attributes):
            continue
        if is_private(instruction.operands[-1], function):
            kept = {name: value for name, value in instruction.attributes.items() if name not in _WORDS}
            instruction.attributes = kept
