"""What the readers of single instructions work on: the function being built, its names, and ``emit``.

A vector of LLVM's is read as its elements (``Lanes``): element-wise operations become one operation per element, so
no other part of anychip meets vector values.
"""

from __future__ import annotations

from collections.abc import Sequence

from anychip.diagnostics import SourceLocation, Unsupported
from anychip.frontend.llvm_constants import ConstantReader, zero
from anychip.frontend.llvm_lexer import Tokens, bare_name, words
from anychip.frontend.llvm_types import TypeReader
from anychip.ir import (
    VOID,
    Block,
    ConstantAggregate,
    ConstantInt,
    Function,
    Instruction,
    IntType,
    Type,
    Value,
    VectorType,
)
from anychip.ir.debug import Variable
from anychip.ir.module import AttributeValue

PARAMETER_FLAGS = frozenset(
    words(
        "noundef nonnull noalias readonly readnone writeonly nocapture zeroext signext inreg returned immarg nofree"
        " nest swiftself writable dead_on_unwind noext allocalign allocptr"
    )
)
PARAMETER_VALUES = frozenset(
    words(
        "captures dereferenceable dereferenceable_or_null range nofpclass initializes elementtype inalloca preallocated"
        " memory"
    )
)


class Forward(Value):
    """Stands for a value that is used before its line was read; ``lane`` is -1 unless it is a vector's element."""

    __slots__ = ("lane",)

    def __init__(self, type_: Type, name: str, lane: int = -1) -> None:
        super().__init__(type_, name)
        self.lane = lane


class Lanes(Value):
    """The elements of a vector value."""

    __slots__ = ("elements",)

    def __init__(self, type_: Type, elements: list[Value]) -> None:
        super().__init__(type_)
        self.elements = elements


class FunctionState:
    """One function while it is read."""

    def __init__(self, function: Function, types: TypeReader, constants: ConstantReader) -> None:
        self.function = function
        self.types = types
        self.constants = constants
        self.locals: dict[str, Value] = {argument.name: argument for argument in function.arguments}
        self.blocks: dict[str, Block] = {}
        self.block: Block | None = None
        self.location: SourceLocation | None = None
        self.has_forward = False
        self.finished = False  # the rest of the block is behind an exit
        self.has_exit = False
        self.temporaries = 0
        self.variables: list[Variable] = []

    # Reading operands.

    def typed(self, tokens: Tokens) -> Value:
        """A type and a value of it."""
        return self.value(tokens, self.types.read(tokens))

    def value(self, tokens: Tokens, type_: Type) -> Value:
        """A value of a known type."""
        token = tokens.items[tokens.at]
        if token[:1] == "%":
            tokens.at += 1
            return self.local(bare_name(token), type_)
        return self.spread(self.constants.read(tokens, type_))

    def local(self, name: str, type_: Type) -> Value:
        """The value of a name, or what stands for it until it is known."""
        found = self.locals.get(name)
        if found is not None:
            return found
        self.has_forward = True
        if isinstance(type_, VectorType):
            return Lanes(type_, [Forward(type_.element, name, lane) for lane in range(type_.count)])
        return Forward(type_, name)

    def spread(self, value: Value) -> Value:
        """A vector constant as its elements; anything else as it is."""
        if not isinstance(value.type, VectorType) or isinstance(value, Lanes):
            return value
        if isinstance(value, ConstantAggregate):
            return Lanes(value.type, list(value.elements))
        return Lanes(value.type, [zero(value.type.element)] * value.type.count)

    def argument(self, tokens: Tokens) -> Value:
        """An argument of a call: type, attributes, value."""
        type_ = self.types.read(tokens)
        skip_parameter_attributes(tokens)
        return self.value(tokens, type_)

    def block_named(self, token: str) -> Block:
        """The block of a label such as ``%bb3``."""
        name = bare_name(token)
        block = self.blocks.get(name)
        if block is None:
            block = self.blocks[name] = Block(name, self.function)
        return block

    def label(self, tokens: Tokens) -> Block:
        """``label %name``."""
        tokens.expect("label")
        return self.block_named(tokens.take())

    # Building.

    def emit(
        self,
        opcode: str,
        type_: Type,
        operands: Sequence[Value],
        attributes: dict[str, AttributeValue] | None = None,
        targets: list[Block] | None = None,
    ) -> Value:
        """Append an instruction; an element-wise one on vectors becomes one for each element."""
        if Lanes in map(type, operands) or type_.__class__ is VectorType:
            return self._emit_lanes(opcode, type_, operands, attributes, targets)
        return self._append(opcode, type_, operands, attributes, targets)

    def scalar(
        self,
        opcode: str,
        type_: Type,
        operands: Sequence[Value],
        attributes: dict[str, AttributeValue] | None = None,
        targets: list[Block] | None = None,
    ) -> Instruction:
        """Append an instruction that has no element-wise form. Raises Unsupported on a vector."""
        if Lanes in map(type, operands):
            raise self.unsupported(f"{opcode} of a vector")
        return self._append(opcode, type_, operands, attributes, targets)

    def _append(
        self,
        opcode: str,
        type_: Type,
        operands: Sequence[Value],
        attributes: dict[str, AttributeValue] | None,
        targets: list[Block] | None,
    ) -> Instruction:
        name = ""
        if type_ is not VOID:
            self.temporaries += 1
            name = f"..{self.temporaries}"  # no name LLVM makes up starts with two dots
        instruction = Instruction(
            opcode,
            type_,
            list(operands),
            name=name,
            attributes=dict(attributes) if attributes else None,
            targets=targets,
            location=self.location,
        )
        assert self.block is not None
        return self.block.append(instruction)

    def _emit_lanes(
        self,
        opcode: str,
        type_: Type,
        operands: Sequence[Value],
        attributes: dict[str, AttributeValue] | None,
        targets: list[Block] | None,
    ) -> Value:
        if not isinstance(type_, VectorType):
            raise self.unsupported(f"{opcode} of a vector")
        elements: list[Value] = []
        for lane in range(type_.count):
            parts = [operand.elements[lane] if isinstance(operand, Lanes) else operand for operand in operands]
            elements.append(self.scalar(opcode, type_.element, parts, attributes, list(targets) if targets else None))
        return Lanes(type_, elements)

    def define(self, name: str, value: Value) -> None:
        """Give a result its name; an instruction made for it takes the name over."""
        self.locals[name] = value
        if isinstance(value, Instruction) and value.name[:2] == ".." and value.block is self.block:
            value.name = name

    def integer(self, type_: Type, value: int) -> ConstantInt:
        """An integer constant."""
        assert isinstance(type_, IntType)
        return ConstantInt(type_, value)

    def unsupported(self, construct: str) -> Unsupported:
        """The error for a construct, with the position of the current instruction."""
        return Unsupported(construct, self.location)

    # After the last line.

    def finish(self) -> None:
        """Put definitions in the place of forward references; drop phi entries of edges that an exit cut off."""
        if self.has_exit:
            self._drop_dead_entries()
        if not self.has_forward:
            return
        for instruction in self.function.instructions():
            for index, operand in enumerate(instruction.operands):
                if operand.__class__ is Forward:
                    instruction.operands[index] = self._resolved(operand)

    def _drop_dead_entries(self) -> None:
        for block in self.function.blocks:
            for phi in block.phis():
                alive = [index for index, source in enumerate(phi.targets) if block in source.successors]
                phi.operands = [phi.operands[index] for index in alive]
                phi.targets = [phi.targets[index] for index in alive]

    def _resolved(self, value: Value) -> Value:
        while isinstance(value, Forward):
            found = self.locals[value.name]
            if value.lane >= 0:
                assert isinstance(found, Lanes)
                found = found.elements[value.lane]
            value = found
        return value


def skip_parameter_attributes(tokens: Tokens) -> None:
    """Skip attributes of a parameter, argument or result that change nothing for us."""
    while True:
        token = tokens.peek()
        if token in PARAMETER_FLAGS or token[:1] == '"':
            tokens.at += 1
        elif token == "align":
            tokens.at += 1
            if not tokens.peek().isdigit():
                tokens.skip_parentheses()
            else:
                tokens.at += 1
        elif token in PARAMETER_VALUES or token in ("byval", "sret", "byref"):
            tokens.at += 1
            tokens.skip_parentheses()
        else:
            return
