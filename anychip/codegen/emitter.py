"""The text of one LLVM function as it grows: temporaries, labels, operands, access to the thread and block records.

Writers of single operations get an Emitter; ``function_writer`` drives it block by block.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from anychip.codegen.frame import Frame
from anychip.codegen.kernel_abi import BLOCK, THREAD
from anychip.codegen.llvm_types import constant_text, mangled, per_block, type_text
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.parameters import Parameter
from anychip.diagnostics import Unsupported
from anychip.ir import (
    Argument,
    Block,
    Constant,
    ConstantAddress,
    Function,
    GlobalVariable,
    Instruction,
    IntType,
    Type,
    Value,
    align_of,
)

INVARIANT = ", !invariant.load !{}"


class Kind(Enum):
    """What the function becomes (docs/design/kernel_abi.md)."""

    PLAIN = auto()  # result f(thread, arguments...)
    LANE = auto()  # void f(thread, tid.x, tid.y, tid.z, linear): one thread of a kernel that never yields
    RESUMABLE = auto()  # i32 f(thread, frame, state)
    STRAND = auto()  # the same for a kernel: arguments from the parameter buffer


class Emitter:
    """Text and bookkeeping of one function.

    ``values`` maps what has been computed to its LLVM text; values with a place in ``frame.slots`` are read from
    their slot; ``rematerialized`` ones are written anew at each use. ``lanes`` is 0 for one thread's values; the
    writers of elements (``arithmetic_ops``, ``float_ops``) also write vectors of that many threads.
    """

    def __init__(self, context: ModuleContext, function: Function, kind: Kind, frame: Frame) -> None:
        self.context = context
        self.function = function
        self.kind = kind
        self.frame = frame
        self.parameters: dict[Argument, Parameter] = {}
        self.values: dict[Value, str] = {}
        self.rematerialized: dict[Instruction, Callable[[Emitter, Instruction], str]] = {}
        self.labels: dict[Block, str] = {}
        self.lines: list[str] = []
        self.entry_lines: list[str] = []
        self.label = ""
        self.lanes = 0
        self.by_values: tuple[Argument, ...] = ()
        self.resume_labels: list[str] = []
        self._temporaries = 0
        self._suffix = ""

    def type_text(self, type_: Type) -> str:
        """The LLVM type of an element: of one thread's value or, while ``lanes`` is set, of as many threads'."""
        text = type_text(type_)
        return f"<{self.lanes} x {text}>" if self.lanes else text

    def literal(self, type_: Type, text: str) -> str:
        """A constant of an element's type."""
        return f"splat ({type_text(type_)} {text})" if self.lanes else text

    def suffix(self, type_: Type) -> str:
        """How an overloaded intrinsic's name spells an element's type."""
        return mangled(type_text(type_), self.lanes)

    @property
    def resumable(self) -> bool:
        """Whether the function can yield."""
        return self.kind in (Kind.RESUMABLE, Kind.STRAND)

    def at(self, instruction: Instruction | None) -> None:
        """From here on instructions belong to the source position of ``instruction``."""
        place = instruction.location if instruction else None
        self._suffix = f", !dbg {self.context.debug.location(self.function, place)}"

    def emit(self, text: str) -> None:
        """Add an instruction without result."""
        self.lines.append(f"  {text}{self._suffix}")

    def op(self, text: str) -> str:
        """Add an instruction; returns the name of its result."""
        name = self.fresh("t")
        self.emit(f"{name} = {text}")
        return name

    def fresh(self, stem: str) -> str:
        """A local name not used so far."""
        self._temporaries += 1
        return f"%{stem}{self._temporaries}"

    def start_block(self, label: str) -> None:
        """Begin an LLVM block; the one before must have ended."""
        self.lines.append(f"{label}:")
        self.label = label

    def alloca(self, bytes_: int, alignment: int) -> str:
        """Native stack memory, allocated once at entry."""
        name = self.fresh("a")
        self.entry_lines.append(f"  {name} = alloca [{max(bytes_, 1)} x i8], align {alignment}")
        return name

    def typed(self, value: Value) -> str:
        """An operand with its type before it."""
        return f"{type_text(value.type)} {self.operand(value)}"

    def operand(self, value: Value) -> str:
        """The text of an operand; adds the instructions it takes to get at it."""
        if isinstance(value, Instruction):
            return self._computed(value)
        if isinstance(value, Argument):
            return self._argument(value)
        shared = per_block(value)
        if shared:
            return self._shared_address(value, shared)
        assert isinstance(value, (Constant, GlobalVariable, Function))
        return constant_text(value)

    def address(self, base: str, offset: int) -> str:
        """``base`` plus a constant number of bytes."""
        return self.op(f"getelementptr i8, ptr {base}, i64 {offset}") if offset else base

    def thread_field(self, field: str, index: int = 0) -> str:
        """Address of a field of the thread record."""
        return self.address("%thread", THREAD.offset(field, index))

    def block_field(self, field: str, type_: str, index: int = 0) -> str:
        """Value of a field of the block record; it never changes while a kernel's function runs."""
        block = self.op(f"load ptr, ptr {self.thread_field('block')}, align 8{INVARIANT}")
        place = self.address(block, BLOCK.offset(field, index))
        return self.op(f"load {type_}, ptr {place}, align {4 if type_ == 'i32' else 8}{INVARIANT}")

    def site(self, instruction: Instruction) -> int:
        """The number of a place where a thread may wait or trap."""
        return self.context.sites[instruction]

    def unsupported(self, what: str, instruction: Instruction) -> Unsupported:
        """The error to raise for a construct this path cannot compile."""
        return Unsupported(what, instruction.location or self.function.location)

    def load_typed(self, type_: Type, place: str, tail: str = "") -> str:
        """Load a whole value at its natural alignment."""
        return self.op(f"load {type_text(type_)}, ptr {place}, align {align_of(type_)}{tail}")

    def store_typed(self, type_: Type, text: str, place: str) -> None:
        """Store a whole value at its natural alignment."""
        self.emit(f"store {type_text(type_)} {text}, ptr {place}, align {align_of(type_)}")

    def _computed(self, value: Instruction) -> str:
        if value in self.rematerialized:
            return self.rematerialized[value](self, value)
        slot = self.frame.slots.get(value)
        if slot:
            return self.op(f"load {type_text(value.type)}, ptr {slot}, align {align_of(value.type)}")
        return self.values[value]

    def _argument(self, argument: Argument) -> str:
        """An argument lies in the parameter buffer (kernels), in the frame (resumable), or in a register."""
        if argument in self.values:
            return self.values[argument]
        if argument in self.frame.copies:
            return self.address("%frame", self.frame.copies[argument])
        if self.kind == Kind.RESUMABLE:
            return self.load_typed(argument.type, self.address("%frame", self.frame.arguments[argument]))
        parameter = self.parameters[argument]
        place = self.address(self.block_field("parameters", "ptr"), parameter.offset)
        if argument.attributes.by_value:
            return place
        return self.load_typed(argument.type, place, INVARIANT)

    def _shared_address(self, value: Value, variable: GlobalVariable) -> str:
        offset = value.offset if isinstance(value, ConstantAddress) else 0
        static = variable.initializer is not None
        base = self.block_field("shared" if static else "dynamic_shared", "ptr")
        place = self.address(base, offset + (self.context.shared.offsets[variable] if static else 0))
        return self.shared_to_integer(place, value.type) if isinstance(value.type, IntType) else place

    def shared_to_integer(self, pointer: str, type_: Type) -> str:
        """A pointer into the shared window as an integer is its offset in the window, as on a GPU."""
        base = self.op(f"ptrtoint ptr {self.block_field('shared', 'ptr')} to i64")
        place = self.op(f"ptrtoint ptr {pointer} to i64")
        offset = self.op(f"sub i64 {place}, {base}")
        text = type_text(type_)
        return offset if text == "i64" else self.op(f"trunc i64 {offset} to {text}")
