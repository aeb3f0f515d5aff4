"""Variables of the source as LLVM debug records: where each one's memory is, for ``print`` in a debugger.

Only for code in which every variable has a place in memory (``ModuleDebug.full``). Types are taken over from the
front end's metadata. The built-in variables are described as members of the thread's and block's records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anychip.codegen.kernel_abi import BLOCK, THREAD
from anychip.ir import Argument, Instruction
from anychip.ir.debug import Variable

if TYPE_CHECKING:
    from anychip.codegen.debug_info import DebugInfo
    from anychip.codegen.emitter import Emitter

_REFERENCE = re.compile(r"!\d+")
# Where a type stands in the source, and its members that are no data: they would bring half the program in.
_LEFT_OUT = re.compile(
    r"\b(?:scope|file|line|identifier|templateParams|declaration|vtableHolder|containingType|extraData|annotations)"
    r': (?:!\d+|\d+|"[^"]*")(?:, )?'
)
_NO_TYPES = ("DISubprogram(", "DITemplate", "DIImportedEntity(", "DIGlobalVariable")
# Address of the thread's record -> built-in variable: through the block's record, or in the record itself.
_BUILT_IN = {
    "threadIdx": f"DW_OP_deref, DW_OP_plus_uconst, {THREAD.offset('thread_idx')}",
    "blockIdx": f"DW_OP_deref, DW_OP_deref, DW_OP_plus_uconst, {BLOCK.offset('block_idx')}",
    "blockDim": f"DW_OP_deref, DW_OP_deref, DW_OP_plus_uconst, {BLOCK.offset('block_dim')}",
    "gridDim": f"DW_OP_deref, DW_OP_deref, DW_OP_plus_uconst, {BLOCK.offset('grid_dim')}",
}


class TypeImporter:
    """Takes types over from the front end's metadata, each once."""

    def __init__(self, debug: DebugInfo, nodes: dict[str, str]) -> None:
        self._debug = debug
        self._nodes = nodes
        self._taken: dict[str, str] = {}

    def take(self, node: str) -> str:
        """The node here for a node there; ``null`` for what is no type."""
        text = self._nodes.get(node, "")
        if not text or any(kind in text for kind in _NO_TYPES):
            return "null"
        if node not in self._taken:
            self._taken[node] = place = self._debug.reserve()  # first: a structure may point to its own kind
            self._debug.fill(place, self._rewritten(text))
        return self._taken[node]

    def _rewritten(self, text: str) -> str:
        """A node's text with what it refers to taken over, too."""
        if text.startswith("!{"):
            items = [item for item in text[2:-1].split(", ") if item]
            taken = {item: self.take(item) for item in items}
            # A null of the front end's is the result type void.
            return f"!{{{', '.join(taken[item] for item in items if item == 'null' or taken[item] != 'null')}}}"
        short = _LEFT_OUT.sub("", text).replace(", )", ")")
        return _REFERENCE.sub(lambda found: self.take(found[0]), short)


def declare_variables(emitter: Emitter) -> None:
    """Add to the function's entry what a debugger needs for its variables; nothing if they have no places."""
    debug = emitter.context.debug
    if not debug.full:
        return
    before, emitter.lines = emitter.lines, []
    subprogram = debug.subprogram(emitter.function)
    emitter.at(None)
    thread = _kept(emitter, "%thread")
    described = f"scope: {subprogram}, type: {debug.index_type()}, flags: DIFlagArtificial"
    for name, expression in _BUILT_IN.items():
        node = debug.node(f'!DILocalVariable(name: "{name}", {described})')
        _record(emitter, thread, node, expression, debug.artificial(subprogram))
    for variable in debug.variables(emitter.function):
        _declare(emitter, variable)
    emitter.entry_lines += emitter.lines
    emitter.lines = before


def _declare(emitter: Emitter, variable: Variable) -> None:
    debug, place = emitter.context.debug, variable.place
    node = debug.variable(emitter.function, variable)
    location = debug.location(emitter.function, variable.location)
    if isinstance(place, Argument):
        _record(emitter, _kept(emitter, emitter.operand(place)), node, "DW_OP_deref", location)
    elif isinstance(place, Instruction) and place in emitter.frame.arrays:
        address = emitter.rematerialized[place](emitter, place)
        _record(emitter, _kept(emitter, address), node, "DW_OP_deref", location)
    elif place in emitter.values:
        _record(emitter, emitter.values[place], node, "", location)


def _kept(emitter: Emitter, pointer: str) -> str:
    """A place in memory that holds a pointer: registers are not kept where a debugger could follow them."""
    place = emitter.alloca(8, 8)
    emitter.emit(f"store volatile ptr {pointer}, ptr {place}, align 8")
    return place


def _record(emitter: Emitter, place: str, variable: str, expression: str, location: str) -> None:
    emitter.lines.append(f"    #dbg_declare(ptr {place}, {variable}, !DIExpression({expression}), {location})")
