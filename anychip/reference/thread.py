"""One thread: its frames of registers and the loop that runs decoded code until the thread waits or ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from anychip.ir import Function, Instruction
from anychip.reference.environment import Environment
from anychip.reference.errors import DeviceFault, LaunchError
from anychip.reference.local_memory import LocalMemory
from anychip.reference.requests import Kind, Request

Registers: TypeAlias = list[Any]
Index: TypeAlias = tuple[int, int, int]

TIME_SLICE = 100_000
"""Instructions after which a thread that did not wait lets others run: a lock held by another lane gets released."""

SINK = 0
"""The register that takes results nobody uses."""


@dataclass(slots=True)
class Segment:
    """Instructions in a row and the one that leaves them: a terminator, a call or a wait.

    ``leave`` sets the frame's next segment, or changes the frames; it returns a request if the thread must wait.
    """

    steps: list[Callable[[Registers, Thread], None]] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    last: Instruction | None = None
    leave: Callable[[Thread, Frame], Request | None] = lambda thread, frame: None


@dataclass(slots=True)
class Code:
    """A decoded function. ``template`` is what the registers hold at entry: constants in their places.

    ``by_value`` lists (register, bytes, alignment) of the arguments that the callee copies.
    """

    function: Function
    entry: Segment
    template: Registers
    arguments: list[int]
    by_value: list[tuple[int, int, int]]


@dataclass(slots=True)
class Frame:
    """A call. ``result`` is the caller's register for the returned value; ``mark`` its local memory at entry."""

    segment: Segment
    registers: Registers
    result: int
    mark: tuple[int, int]


class Program(Protocol):
    """What threads of a launch share."""

    kernel: Function
    environment: Environment
    grid: Index
    block: Index
    constant_ranges: list[tuple[int, int]]

    def code_of(self, function: Function) -> Code:
        """The decoded body."""

    def function_at(self, address: int) -> Function:
        """The function a pointer means. Raises DeviceFault if it means none."""

    def count(self, instructions: int) -> None:
        """Account for executed instructions. Raises DeviceFault beyond the environment's limit."""


@dataclass(frozen=True, slots=True)
class BlockContext:
    """What the threads of one block share: the block's index and its shared memory, ``size`` bytes at ``shared``."""

    index: Index
    shared: int
    static_bytes: int
    dynamic_bytes: int


class Thread:
    """A thread between two waits. ``index`` is threadIdx, ``linear`` its place in the block."""

    def __init__(self, program: Program, block: BlockContext, index: Index, linear: int, local: LocalMemory) -> None:
        self.program = program
        self.block = block
        self.index = index
        self.linear = linear
        self.lane = linear % 32
        self.local = local
        self.memory = program.environment.memory
        self.frames: list[Frame] = []
        self.request: Request | None = None

    @property
    def finished(self) -> bool:
        """Whether the thread has ended."""
        return not self.frames

    @property
    def waiting(self) -> Request | None:
        """The request that nothing has answered yet; None if the thread can go on or has finished."""
        return self.request if self.request is not None and not self.request.answered else None

    @property
    def runnable(self) -> bool:
        """Whether ``advance`` would run something."""
        return not self.finished and self.waiting is None

    def call(self, function: Function, arguments: list[Any], result: int) -> None:
        """Enter a function; its value will go to register ``result`` of the frame that is on top now.

        Raises DeviceFault if calls are nested too deeply.
        """
        if len(self.frames) >= self.program.environment.call_depth:
            depth = self.program.environment.call_depth
            raise DeviceFault(f"stack overflow: more than {depth} nested calls", "cudaErrorHardwareStackError")
        code = self.program.code_of(function)
        registers = code.template.copy()
        mark = self.local.mark()
        for register, argument in zip(code.arguments, arguments, strict=True):
            registers[register] = argument
        for register, size, alignment in code.by_value:
            copy = self.local.allocate(size, alignment)
            self.memory.write(copy, self.memory.read(registers[register], size))
            registers[register] = copy
        self.frames.append(Frame(code.entry, registers, result, mark))

    def leave_function(self, value: Any) -> None:
        """Return from the function on top."""
        frame = self.frames.pop()
        self.local.give_back(frame.mark)
        if self.frames:
            self.frames[-1].registers[frame.result] = value

    def take_answer(self) -> None:
        """Put the answer to what a runnable thread asked for where it is wanted."""
        if self.request is not None:
            self.frames[-1].registers[self.request.slot] = self.request.result
            self.request = None

    def advance(self) -> None:
        """Run until the thread waits (``request`` is set) or has finished. Raises LaunchError."""
        self.take_answer()
        spent = 0
        while self.frames and self.request is None:
            if spent > TIME_SLICE:
                self.request = Request(Kind.YIELD, (0, 0), self.frames[-1].segment.last)
                break
            spent += self._run_segment(self.frames[-1])
        try:
            self.program.count(spent)
        except DeviceFault as fault:
            raise self.failure(fault, self.frames[-1].segment.last if self.frames else None) from None

    def _run_segment(self, frame: Frame) -> int:
        """Run the frame's segment; the number of instructions executed."""
        segment, registers = frame.segment, frame.registers
        step = None
        try:
            for step in segment.steps:
                step(registers, self)
            step = None
            self.request = segment.leave(self, frame)
        except DeviceFault as fault:
            instruction = segment.last if step is None else segment.instructions[segment.steps.index(step)]
            raise self.failure(fault, instruction) from None
        return len(segment.steps) + 1

    def failure(self, fault: DeviceFault, instruction: Instruction | None) -> LaunchError:
        """The error of the launch, naming this thread and the instruction's source line."""
        place = f"kernel {self.program.kernel.name}, block {self.block.index}, thread {self.index}"
        return LaunchError(
            fault.cuda_error_name,
            f"{place}: {fault.message}",
            kernel=self.program.kernel.name,
            block=self.block.index,
            thread=self.index,
            location=instruction.location if instruction else None,
        )
