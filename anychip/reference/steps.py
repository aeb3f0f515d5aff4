"""Instructions that do not leave their segment: opcode -> a closure over register numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from anychip.diagnostics import Unsupported
from anychip.ir import AddressSpace, FunctionRef, Instruction, IntType, size_of
from anychip.reference.errors import DeviceFault
from anychip.reference.evaluate import atomic_function, evaluator
from anychip.reference.services import SERVICES
from anychip.reference.special_registers import SPECIAL_REGISTERS
from anychip.reference.thread import Registers, Thread
from anychip.reference.values import reader, writer

Step: TypeAlias = Callable[[Registers, Thread], None]
Slots: TypeAlias = list[int]


def step_of(instruction: Instruction, result: int, operands: Slots) -> Step:
    """The closure that executes an instruction. Raises Unsupported for an opcode that is not in the tables."""
    maker = _STEPS.get(instruction.opcode)
    if maker is not None:
        return maker(instruction, result, operands)
    try:
        function = evaluator(instruction)
    except KeyError:
        raise Unsupported(f"{instruction.opcode} in the reference executor", instruction.location) from None
    return _compute(function, result, operands)


def _compute(function: Callable[..., Any], result: int, operands: Slots) -> Step:
    def step1(registers: Registers, thread: Thread) -> None:
        registers[result] = function(registers[a])

    def step2(registers: Registers, thread: Thread) -> None:
        registers[result] = function(registers[a], registers[b])

    def step_many(registers: Registers, thread: Thread) -> None:
        registers[result] = function(*[registers[operand] for operand in operands])

    a, b = (*operands, 0, 0)[:2]
    return {1: step1, 2: step2}.get(len(operands), step_many)


def _special_register(instruction: Instruction, result: int, operands: Slots) -> Step:
    read = SPECIAL_REGISTERS.get(instruction.text("register"))
    if read is None:
        raise Unsupported(f"special register %{instruction.text('register')}", instruction.location)
    assert isinstance(instruction.type, IntType)
    mask = instruction.type.mask

    def step(registers: Registers, thread: Thread) -> None:
        registers[result] = read(thread) & mask

    return step


def _in_shared(thread: Thread, address: int) -> bool:
    size = thread.block.static_bytes + thread.block.dynamic_bytes
    return thread.block.shared <= address < thread.block.shared + size


def _in_local(thread: Thread, address: int) -> bool:
    return thread.local.contains(address)


def _in_constant(thread: Thread, address: int) -> bool:
    return any(start <= address < end for start, end in thread.program.constant_ranges)


_SPACES: dict[str, Callable[[Thread, int], bool]] = {
    "shared": _in_shared,
    "local": _in_local,
    "constant": _in_constant,
    "global": lambda thread, address: (
        not any(inside(thread, address) for inside in (_in_shared, _in_local, _in_constant))
    ),
}


def _space_is(instruction: Instruction, result: int, operands: Slots) -> Step:
    space = instruction.attributes["space"]
    inside = _SPACES[AddressSpace(space).name.lower() if isinstance(space, int) else str(space)]

    def step(registers: Registers, thread: Thread) -> None:
        registers[result] = int(inside(thread, registers[operands[0]]))

    return step


def _alloca(instruction: Instruction, result: int, operands: Slots) -> Step:
    allocated = instruction.attributes["allocated"]
    assert not isinstance(allocated, (int, str, tuple))
    size, alignment = size_of(allocated), max(instruction.number("alignment"), 1)

    def step(registers: Registers, thread: Thread) -> None:
        registers[result] = thread.local.allocate(size, alignment)

    return step


def _load(instruction: Instruction, result: int, operands: Slots) -> Step:
    decode, size, (pointer,) = reader(instruction.type), size_of(instruction.type), operands

    def step(registers: Registers, thread: Thread) -> None:
        registers[result] = decode(thread.memory.read(registers[pointer], size))

    return step


def _store(instruction: Instruction, result: int, operands: Slots) -> Step:
    encode, (value, pointer) = writer(instruction.operands[0].type), operands

    def step(registers: Registers, thread: Thread) -> None:
        thread.memory.write(registers[pointer], encode(registers[value]))

    return step


def _copy(instruction: Instruction, result: int, operands: Slots) -> Step:
    destination, source, size = operands

    def step(registers: Registers, thread: Thread) -> None:
        if registers[size]:
            thread.memory.write(registers[destination], thread.memory.read(registers[source], registers[size]))

    return step


def _fill(instruction: Instruction, result: int, operands: Slots) -> Step:
    destination, value, size = operands

    def step(registers: Registers, thread: Thread) -> None:
        if registers[size]:
            thread.memory.write(registers[destination], bytes([registers[value]]) * registers[size])

    return step


def _atomic(instruction: Instruction, result: int, operands: Slots) -> Step:
    type_, (pointer, value) = instruction.operands[1].type, operands
    decode, encode, size = reader(type_), writer(type_), size_of(type_)
    function = atomic_function(instruction.text("operation"), type_)

    def step(registers: Registers, thread: Thread) -> None:
        address = registers[pointer]
        old = decode(thread.memory.read(address, size))
        thread.memory.write(address, encode(function(old, registers[value])))
        registers[result] = old

    return step


def _compare_exchange(instruction: Instruction, result: int, operands: Slots) -> Step:
    type_, (pointer, expected, new) = instruction.operands[1].type, operands
    decode, encode, size = reader(type_), writer(type_), size_of(type_)

    def step(registers: Registers, thread: Thread) -> None:
        address = registers[pointer]
        old = decode(thread.memory.read(address, size))
        swapped = old == registers[expected]
        if swapped:
            thread.memory.write(address, encode(registers[new]))
        registers[result] = (old, int(swapped))

    return step


def _fence(instruction: Instruction, result: int, operands: Slots) -> Step:
    return lambda registers, thread: None  # one thread runs at a time and every write is seen at once


def trap(message: str) -> Callable[[Registers, Thread], None]:
    """A step that ends the launch as __trap does."""

    def step(registers: Registers, thread: Thread) -> None:
        raise DeviceFault(message, "cudaErrorLaunchFailure")

    return step


def is_service_call(instruction: Instruction) -> bool:
    """Whether the instruction calls a function that the executor provides itself."""
    callee = instruction.operands[0] if instruction.opcode == "call" else None
    return isinstance(callee, FunctionRef) and callee.name in SERVICES and getattr(callee, "is_declaration", True)


def service_step(instruction: Instruction, result: int, arguments: Slots) -> Step:
    """A call of printf, assert, malloc or free."""
    service = SERVICES[instruction.operands[0].name]

    def step(registers: Registers, thread: Thread) -> None:
        registers[result] = service(thread, *[registers[argument] for argument in arguments])

    return step


_STEPS: dict[str, Callable[[Instruction, int, Slots], Step]] = {
    "sreg": _special_register,
    "clock": _special_register,
    "space.is": _space_is,
    "alloca": _alloca,
    "load": _load,
    "store": _store,
    "memcpy": _copy,
    "memmove": _copy,
    "memset": _fill,
    "atomic": _atomic,
    "cmpxchg": _compare_exchange,
    "fence": _fence,
    "trap": lambda instruction, result, operands: trap("the kernel executed a trap (__trap)"),
}
