"""Containers of the IR: a Module has globals and functions, a Function has blocks, a Block has instructions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from anychip.diagnostics import SourceLocation
from anychip.ir.debug import ModuleDebug
from anychip.ir.opcodes import PURE
from anychip.ir.types import PTR, FunctionType, Type
from anychip.ir.values import Argument, FunctionRef, GlobalVariable, Value

AttributeValue = int | str | bool | tuple[int, ...] | Type


class Instruction(Value):
    """One operation. What operands and attributes each opcode takes stands in ``opcodes.OPCODES``.

    ``targets`` are the successor blocks of a terminator, and the incoming blocks of a ``phi`` (one per operand).
    """

    __slots__ = ("attributes", "block", "location", "opcode", "operands", "targets")

    def __init__(
        self,
        opcode: str,
        type_: Type,
        operands: list[Value],
        *,
        name: str = "",
        attributes: dict[str, AttributeValue] | None = None,
        targets: list[Block] | None = None,
        location: SourceLocation | None = None,
    ) -> None:
        super().__init__(type_, name)
        self.opcode = opcode
        self.operands = operands
        self.attributes: dict[str, AttributeValue] = attributes or {}
        self.targets: list[Block] = targets or []
        self.location = location
        self.block: Block | None = None

    @property
    def is_pure(self) -> bool:
        """Whether it only computes: it could be done again, and anywhere its operands are at hand."""
        return self.opcode in PURE

    def twin(self, operands: list[Value], targets: list[Block] | None = None) -> Instruction:
        """The same operation on these operands and targets, in no block yet."""
        return Instruction(
            self.opcode,
            self.type,
            operands,
            name=self.name,
            attributes=self.attributes,
            targets=targets,
            location=self.location,
        )

    def flag(self, name: str) -> bool:
        """Whether a boolean attribute is set."""
        return bool(self.attributes.get(name))

    def text(self, name: str) -> str:
        """A string attribute that must be there."""
        value = self.attributes[name]
        assert isinstance(value, str)
        return value

    def number(self, name: str, default: int = 0) -> int:
        """An integer attribute."""
        value = self.attributes.get(name, default)
        assert isinstance(value, int)
        return value


class Block:
    """A basic block: phis first, one terminator last."""

    __slots__ = ("function", "instructions", "name")

    def __init__(self, name: str, function: Function | None = None) -> None:
        self.name = name
        self.function = function
        self.instructions: list[Instruction] = []

    def append(self, instruction: Instruction) -> Instruction:
        """Put an instruction at the end and return it."""
        instruction.block = self
        self.instructions.append(instruction)
        return instruction

    @property
    def terminator(self) -> Instruction:
        """The last instruction."""
        return self.instructions[-1]

    @property
    def successors(self) -> list[Block]:
        """Blocks that control may go to next; one may stand twice."""
        return self.terminator.targets if self.instructions else []

    def phis(self) -> Iterator[Instruction]:
        """The phi instructions at the block's start."""
        for instruction in self.instructions:
            if instruction.opcode != "phi":
                return
            yield instruction

    def __repr__(self) -> str:
        return f"<Block {self.name}>"


class Function(FunctionRef):
    """A device function or kernel; without blocks it is only declared.

    ``attributes`` holds what clang said: ``convergent``, ``noinline``, ``noreturn`` (True) and the launch bounds of
    a kernel, ``max_threads`` and ``min_blocks`` (integers, absent when not given). ``source_name`` is what the program
    calls it, for debuggers; empty if that is not known.
    """

    __slots__ = ("arguments", "attributes", "blocks", "function_type", "kernel", "linkage", "location", "source_name")

    def __init__(
        self,
        name: str,
        function_type: FunctionType,
        arguments: list[Argument],
        *,
        kernel: bool = False,
        linkage: str = "external",
        attributes: dict[str, AttributeValue] | None = None,
        location: SourceLocation | None = None,
    ) -> None:
        super().__init__(PTR, name)
        self.function_type = function_type
        self.arguments = arguments
        self.kernel = kernel
        self.linkage = linkage
        self.attributes: dict[str, AttributeValue] = attributes or {}
        self.location = location
        self.source_name = ""
        self.blocks: list[Block] = []

    @property
    def is_declaration(self) -> bool:
        """Whether the body is missing."""
        return not self.blocks

    @property
    def entry(self) -> Block:
        """The block control enters at."""
        return self.blocks[0]

    def add_block(self, name: str) -> Block:
        """Append an empty block."""
        block = Block(name, self)
        self.blocks.append(block)
        return block

    def instructions(self) -> Iterator[Instruction]:
        """All instructions in block order."""
        for block in self.blocks:
            yield from block.instructions


@dataclass
class Module:
    """One translation unit of device code."""

    name: str = ""
    globals: dict[str, GlobalVariable] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    debug: ModuleDebug = field(default_factory=ModuleDebug)

    def kernels(self) -> list[Function]:
        """The ``__global__`` functions that have a body."""
        return [function for function in self.functions.values() if function.kernel and function.blocks]
