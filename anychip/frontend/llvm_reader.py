"""Reads clang's device IR, LLVM's text, into our IR.

Input is what ``normalize`` returns (any LLVM 22 text of the NVPTX target will do); output has the GPU's meaning as
``ir.opcodes`` states it. ``fadd``, ``fsub`` and ``fmul`` carry a transient attribute ``contract`` until
``contract.contract`` has run.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager

from anychip.diagnostics import InternalError, Unsupported
from anychip.frontend.debug_headers import is_for_debugger
from anychip.frontend.llvm_constants import ConstantReader
from anychip.frontend.llvm_debug import DebugInfo
from anychip.frontend.llvm_function import FunctionState
from anychip.frontend.llvm_globals import GlobalHeader, read_alias, read_global
from anychip.frontend.llvm_instructions import INSTRUCTIONS
from anychip.frontend.llvm_lexer import Tokens, bare_name, tokenize
from anychip.frontend.llvm_signature import apply_annotation, read_signature
from anychip.frontend.llvm_types import TypeReader
from anychip.frontend.managed import managed_variables
from anychip.ir import Function, Module, Value
from anychip.ir.debug import Variable

_DEBUG = re.compile(r"!dbg (!\d+)")
_DECLARE = re.compile(r"#dbg_declare\(ptr (%[^,]+), (!\d+), !DIExpression\(\), (!\d+)\)")
_ANNOTATIONS = re.compile(r"!nvvm\.annotations = !\{(.*)\}")
_CALL_MARKS = frozenset({"tail", "musttail", "notail"})


def read_module(text: str, name: str) -> Module:
    """The module of an LLVM text; ``name`` is what it is called in messages.

    Raises Unsupported, with the source position, for what has no meaning in our IR yet; InternalError for text that
    is not as LLVM writes it.
    """
    reader = _ModuleReader(name)
    with _collector_paused():
        reader.module.debug.full = is_for_debugger(text)
        reader.scan(text.split("\n"))
        reader.read_bodies()
    for managed in managed_variables(text):
        reader.module.globals[bare_name(managed)].managed = True
    return reader.module


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading only builds: the garbage collector would walk the growing module in vain, a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _ModuleReader:
    """First every top-level line, so that all names are known, then initialisers and bodies."""

    def __init__(self, name: str) -> None:
        self.module = Module(name)
        self.types = TypeReader()
        self.debug = DebugInfo()
        self.symbols: dict[str, Value] = {}
        self.constants = ConstantReader(self.types, self.symbols)
        self.attribute_groups: dict[str, str] = {}
        self.globals: list[GlobalHeader] = []
        self.aliases: list[str] = []
        self.headers: list[tuple[str, list[str]]] = []
        self.annotations: list[str] = []

    def scan(self, lines: list[str]) -> None:
        """Sort the lines by kind; function bodies are kept for later."""
        body: list[str] | None = None
        for line in lines:
            if body is not None:
                if line == "}":
                    body = None
                elif line:
                    body.append(line)
            elif line.startswith("define"):
                body = []
                self.headers.append((line, body))
            elif line:
                self.top_level(line)

    def top_level(self, line: str) -> None:
        """One line outside a function body."""
        first = line[0]
        if first == "!":
            node, _, content = line.partition(" = ")
            self.debug.nodes[node] = content
            if match := _ANNOTATIONS.match(line):
                self.annotations = match[1].split(", ")
        elif first == "@":
            self.global_line(line)
        elif first == "%":
            tokens = tokenize(line)
            self.types.named[bare_name(tokens[0])] = tokens[3:]
        elif line.startswith("declare"):
            self.headers.append((line, []))
        elif line.startswith("attributes "):
            head, _, content = line.partition(" = ")
            self.attribute_groups[head.removeprefix("attributes ")] = content
        elif line.startswith("module asm"):
            raise Unsupported("assembly at file scope (module asm)")

    def global_line(self, line: str) -> None:
        header = line.partition(" = ")[2]
        if "alias" in header.partition("@")[0].split():
            self.aliases.append(line)
        elif not line.startswith("@llvm."):  # llvm.used, llvm.global.annotations ... are for the optimiser
            self.globals.append(GlobalHeader(line))

    def read_bodies(self) -> None:
        """Everything that may refer to names."""
        self.module.debug.nodes = self.debug.nodes
        for header in self.globals:
            variable = read_global(header, self.types)
            self.symbols[variable.name] = self.module.globals[variable.name] = variable
        bodies = [(self.function(line), body) for line, body in self.headers]
        for line in self.aliases:
            read_alias(line, self.constants, self.symbols)
        for header in self.globals:
            self.initialize(header)
        for annotation in self.annotations:
            apply_annotation(self.debug.nodes[annotation], self.module)
        for function, body in bodies:
            if body:
                self.module.debug.variables[function.name] = _read_body(_state(self, function), self.debug, body)

    def initialize(self, header: GlobalHeader) -> None:
        if header.has_initializer:
            variable = self.module.globals[header.name]
            variable.initializer = self.constants.initializer(header.tokens, variable.value_type)

    def function(self, line: str) -> Function:
        cut = line.find(", !") if line.startswith("declare") else line.find(" !dbg ")
        tokens = Tokens(tokenize(line if cut < 0 else line[:cut]))
        function = read_signature(tokens, self.types, self.attribute_groups)
        if match := _DEBUG.search(line):
            function.location = self.debug.subprogram(match[1])
            function.source_name = self.debug.name(match[1])
        self.symbols[function.name] = function
        if not function.name.startswith("llvm."):
            self.module.functions[function.name] = function
        return function


def _state(reader: _ModuleReader, function: Function) -> FunctionState:
    state = FunctionState(function, reader.types, ConstantReader(reader.types, reader.symbols))
    state.constants.build = state.scalar
    return state


def _read_body(state: FunctionState, debug: DebugInfo, lines: list[str]) -> list[Variable]:
    """All lines of a function's body; the variables whose places in memory are told."""
    if lines[0][:1] == " ":  # an entry block without a label is numbered like a value
        unnamed = sum(argument.name.isdigit() for argument in state.function.arguments)
        _open_block(state, f"%{unnamed}")
    pending = ""
    for line in lines:
        if line[0] != " ":
            _open_block(state, "%" + line[: line.index(":", line.rfind('"') + 1 if line[0] == '"' else 0)])
            continue
        pending += line
        if pending.endswith("[") or (pending.startswith("  switch") and "]" not in line):
            continue
        _read_line(state, debug, pending)
        pending = ""
    state.finish()
    return state.variables


def _open_block(state: FunctionState, label: str) -> None:
    block = state.block_named(label)
    state.function.blocks.append(block)
    state.block = block
    state.finished = False


def _read_line(state: FunctionState, debug: DebugInfo, line: str) -> None:
    """One instruction. Adds its position to errors that have none."""
    cut = line.find(", !")
    found = _DEBUG.search(line, cut) if cut >= 0 else None
    state.location = debug.location(found[1]) if found else None
    tokens = Tokens(tokenize(line[:cut] if cut >= 0 else line))
    opcode = tokens.take()
    if opcode[:1] == "#":
        _read_record(state, debug, line)
        return
    if not opcode or state.finished:  # a comment, code behind an exit
        return
    name = ""
    if tokens.accept("="):
        name, opcode = bare_name(opcode), tokens.take()
    if opcode in _CALL_MARKS:
        opcode = tokens.take()
    try:
        value = INSTRUCTIONS[opcode](state, tokens)
    except Unsupported as error:
        if error.location is None:
            error.location = state.location or state.function.location
        raise
    except (SyntaxError, KeyError, AssertionError, ValueError, IndexError) as error:
        raise InternalError(f"cannot read LLVM's line ({error!r}): {line.strip()}", state.location) from error
    if name and value is not None:
        state.define(name, value)


def _read_record(state: FunctionState, debug: DebugInfo, line: str) -> None:
    """A debug record: a variable's place in memory is kept, if the variable is the function's own."""
    found = _DECLARE.search(line)
    if not found or "inlinedAt" in debug.fields(found[3]):
        return
    place, location = state.locals.get(bare_name(found[1])), debug.location(found[3])
    if place and location:
        state.variables.append(Variable(found[2], place, location))
