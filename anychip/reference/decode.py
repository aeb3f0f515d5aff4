"""From IR to closures: each function becomes segments of steps over numbered registers, once per launch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anychip.diagnostics import Unsupported
from anychip.ir import Argument, Block, Function, FunctionRef, FunctionType, Instruction, Value, align_of, size_of
from anychip.reference.errors import DeviceFault
from anychip.reference.requests import Request
from anychip.reference.steps import is_service_call, service_step, step_of, trap
from anychip.reference.thread import SINK, Code, Frame, Segment, Thread
from anychip.reference.values import AddressOf, constant_value
from anychip.reference.waits import WAITS

Leave = Callable[[Thread, Frame], Request | None]
Edge = Callable[[Frame], None]


def decode(function: Function, ordinal: int, address_of: AddressOf) -> Code:
    """The code of a function with a body; ``ordinal`` is its place in the module. Raises Unsupported."""
    return _Decoder(function, ordinal, address_of).decode()


class _Decoder:
    """Decodes one function. Register ``SINK`` takes unused results; constants get registers of their own."""

    def __init__(self, function: Function, ordinal: int, address_of: AddressOf) -> None:
        self.function = function
        self.address_of = address_of
        self.template: list[Any] = [0]
        self.slots: dict[int, int] = {}  # id of a value -> register
        self.segments = {id(block): Segment() for block in function.blocks}
        self.sites = {id(instruction): (ordinal, place) for place, instruction in enumerate(function.instructions())}

    def decode(self) -> Code:
        arguments = [self.slot(argument) for argument in self.function.arguments]
        for block in self.function.blocks:
            self.decode_block(block)
        return Code(
            function=self.function,
            entry=self.segments[id(self.function.entry)],
            template=self.template,
            arguments=arguments,
            by_value=[self.by_value(argument) for argument in self.function.arguments if argument.attributes.by_value],
        )

    def by_value(self, argument: Argument) -> tuple[int, int, int]:
        """(register, bytes, alignment) of a structure passed by value."""
        structure = argument.attributes.by_value
        assert structure is not None
        return self.slot(argument), size_of(structure), max(argument.attributes.alignment, align_of(structure))

    def slot(self, value: Value) -> int:
        """The register of a value; a constant's holds it from the start."""
        if id(value) not in self.slots:
            self.slots[id(value)] = len(self.template)
            computed = isinstance(value, (Instruction, Argument))
            self.template.append(0 if computed else constant_value(value, self.address_of))
        return self.slots[id(value)]

    def slots_of(self, values: list[Value]) -> list[int]:
        """Registers of operands."""
        return [self.slot(value) for value in values]

    def decode_block(self, block: Block) -> None:
        segment = self.segments[id(block)]
        for instruction in block.instructions:
            if instruction.opcode == "phi":
                continue
            make = _TERMINATORS.get(instruction.opcode)
            if make is not None:
                segment.last, segment.leave = instruction, make(self, instruction)
            elif self.leaves_segment(instruction):
                following = Segment()
                segment.last, segment.leave = instruction, self.suspend(instruction, following)
                segment = following
            else:
                segment.steps.append(self.step(instruction))
                segment.instructions.append(instruction)

    def leaves_segment(self, instruction: Instruction) -> bool:
        """Whether the thread calls or waits here."""
        return instruction.opcode in WAITS or (instruction.opcode == "call" and not is_service_call(instruction))

    def step(self, instruction: Instruction) -> Callable[[list[Any], Thread], None]:
        """The closure of an instruction that neither calls nor waits."""
        result = self.slot(instruction)
        if is_service_call(instruction):
            return service_step(instruction, result, self.slots_of(instruction.operands[1:]))
        return step_of(instruction, result, self.slots_of(instruction.operands))

    def suspend(self, instruction: Instruction, following: Segment) -> Leave:
        """Leave for a call or a wait; the thread comes back to ``following``."""
        if instruction.opcode == "call":
            return self.call(instruction, following)
        make_request = WAITS[instruction.opcode](instruction, self.sites[id(instruction)])
        operands, result = self.slots_of(instruction.operands), self.slot(instruction)

        def leave(thread: Thread, frame: Frame) -> Request:
            frame.segment = following
            request = make_request(thread, [frame.registers[operand] for operand in operands])
            request.slot = result
            return request

        return leave

    def call(self, instruction: Instruction, following: Segment) -> Leave:
        callee, result = instruction.operands[0], self.slot(instruction)
        arguments = self.slots_of(instruction.operands[1:])
        signature = instruction.attributes["signature"]
        assert isinstance(signature, FunctionType)
        if isinstance(callee, FunctionRef):
            return _direct_call(instruction, callee, arguments, result, following)
        pointer = self.slot(callee)

        def leave(thread: Thread, frame: Frame) -> None:
            function = thread.program.function_at(frame.registers[pointer])
            if function.function_type != signature:
                message = f"call of {function.name} through a pointer of type {signature}, not {function.function_type}"
                raise DeviceFault(message, "cudaErrorInvalidPc")
            frame.segment = following
            thread.call(function, [frame.registers[argument] for argument in arguments], result)

        return leave

    def edge(self, source: Block, destination: Block) -> Edge:
        """Going from one block to another: all phis read before any is written."""
        segment = self.segments[id(destination)]
        moves = [(self.slot(phi), self.slot(_incoming(phi, source))) for phi in destination.phis()]
        targets = [target for target, _ in moves]
        origins = [origin for _, origin in moves]

        def go(frame: Frame) -> None:
            registers = frame.registers
            values = [registers[origin] for origin in origins]
            for target, value in zip(targets, values, strict=True):
                registers[target] = value
            frame.segment = segment

        return go

    def edges(self, instruction: Instruction) -> list[Edge]:
        """The edges of a terminator, in the order of its targets."""
        assert instruction.block is not None
        return [self.edge(instruction.block, target) for target in instruction.targets]


def _incoming(phi: Instruction, source: Block) -> Value:
    return next(value for value, block in zip(phi.operands, phi.targets, strict=True) if block is source)


def _direct_call(
    instruction: Instruction, callee: FunctionRef, arguments: list[int], result: int, following: Segment
) -> Leave:
    if not isinstance(callee, Function) or callee.is_declaration:
        raise Unsupported(f"call of the device function {callee.name}, which has no body", instruction.location)

    def leave(thread: Thread, frame: Frame) -> None:
        frame.segment = following
        thread.call(callee, [frame.registers[argument] for argument in arguments], result)

    return leave


def _branch(decoder: _Decoder, instruction: Instruction) -> Leave:
    (go,) = decoder.edges(instruction)
    return lambda thread, frame: go(frame)


def _conditional_branch(decoder: _Decoder, instruction: Instruction) -> Leave:
    condition = decoder.slot(instruction.operands[0])
    if_true, if_false = decoder.edges(instruction)
    return lambda thread, frame: if_true(frame) if frame.registers[condition] else if_false(frame)


def _switch(decoder: _Decoder, instruction: Instruction) -> Leave:
    value, *cases = decoder.slots_of(instruction.operands)
    default, *edges = decoder.edges(instruction)
    table = {decoder.template[case]: edge for case, edge in zip(cases, edges, strict=True)}
    return lambda thread, frame: table.get(frame.registers[value], default)(frame)


def _return(decoder: _Decoder, instruction: Instruction) -> Leave:
    value = decoder.slot(instruction.operands[0]) if instruction.operands else SINK
    return lambda thread, frame: thread.leave_function(frame.registers[value])


def _exit(decoder: _Decoder, instruction: Instruction) -> Leave:
    return lambda thread, frame: thread.frames.clear()


def _unreachable(decoder: _Decoder, instruction: Instruction) -> Leave:
    fail = trap("control came to a place that the compiler took for unreachable")
    return lambda thread, frame: fail(frame.registers, thread)


_TERMINATORS: dict[str, Callable[[_Decoder, Instruction], Leave]] = {
    "br": _branch,
    "condbr": _conditional_branch,
    "switch": _switch,
    "ret": _return,
    "exit": _exit,
    "unreachable": _unreachable,
}
