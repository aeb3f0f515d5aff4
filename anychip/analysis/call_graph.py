"""Who calls whom, what a kernel reaches, and which functions are resumable.

A function is resumable if a thread may have to wait inside it (docs/design/kernel_abi.md): it holds an operation
that yields or calls a resumable function. An indirect call counts as calling every function of that signature whose
address is taken, and since one call must fit them all, these are resumable together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anychip.ir import (
    OPCODES,
    Constant,
    ConstantAddress,
    ConstantAggregate,
    Effect,
    Function,
    FunctionType,
    GlobalVariable,
    Instruction,
    Module,
    Value,
)


@dataclass(frozen=True)
class CallGraph:
    """Facts about the calls of a module.

    ``reachable`` maps each kernel to the functions it may run (itself first) and ``globals_of`` to the variables
    these name; ``address_taken`` groups functions by signature.
    """

    callees: dict[Function, frozenset[Function]]
    callers: dict[Function, frozenset[Function]]
    address_taken: dict[FunctionType, tuple[Function, ...]]
    resumable: frozenset[Function]
    resumable_signatures: frozenset[FunctionType]
    reachable: dict[Function, tuple[Function, ...]]
    globals_of: dict[Function, frozenset[GlobalVariable]]

    def call_yields(self, call: Instruction) -> bool:
        """Whether a ``call`` instruction may wait."""
        callee = call.operands[0]
        if isinstance(callee, Function):
            return callee in self.resumable
        return call.attributes["signature"] in self.resumable_signatures

    def yields(self, instruction: Instruction) -> bool:
        """Whether a thread may have to wait at this instruction."""
        if instruction.opcode == "call":
            return self.call_yields(instruction)
        return bool(OPCODES[instruction.opcode].effects & Effect.YIELD)


def build_call_graph(module: Module) -> CallGraph:
    """Analyse all functions of a module."""
    address_taken = _address_taken(module)
    callees = {function: frozenset(_callees(function, address_taken)) for function in module.functions.values()}
    callers = _invert(callees)
    resumable = _resumable(module, callees, callers, address_taken)
    signatures = frozenset(key for key, group in address_taken.items() if resumable.intersection(group))
    reachable: dict[Function, tuple[Function, ...]] = {}
    globals_of: dict[Function, frozenset[GlobalVariable]] = {}
    for kernel in module.kernels():
        reachable[kernel], globals_of[kernel] = _reach(kernel, callees)
    return CallGraph(callees, callers, address_taken, frozenset(resumable), signatures, reachable, globals_of)


def references(value: Value) -> Iterator[Function | GlobalVariable]:
    """Functions and variables that an operand names, initialisers not followed."""
    match value:
        case Function() | GlobalVariable():
            yield value
        case ConstantAddress():
            yield from references(value.base)
        case ConstantAggregate():
            for element in value.elements:
                yield from references(element)


def _address_taken(module: Module) -> dict[FunctionType, tuple[Function, ...]]:
    """Functions used other than as a direct callee, grouped by signature."""
    taken: dict[Function, None] = {}
    for function in module.functions.values():
        for instruction in function.instructions():
            start = 1 if instruction.opcode == "call" and isinstance(instruction.operands[0], Function) else 0
            _note_functions(instruction.operands[start:], taken)
    for variable in module.globals.values():
        _note_functions([variable.initializer] if variable.initializer else [], taken)
    groups: dict[FunctionType, list[Function]] = {}
    for function in taken:
        groups.setdefault(function.function_type, []).append(function)
    return {signature: tuple(group) for signature, group in groups.items()}


def _note_functions(values: Iterable[Value], taken: dict[Function, None]) -> None:
    for value in values:
        taken.update((item, None) for item in references(value) if isinstance(item, Function))


def _callees(function: Function, address_taken: dict[FunctionType, tuple[Function, ...]]) -> Iterator[Function]:
    for instruction in function.instructions():
        if instruction.opcode != "call":
            continue
        callee = instruction.operands[0]
        if isinstance(callee, Function):
            yield callee
            continue
        signature = instruction.attributes["signature"]
        assert isinstance(signature, FunctionType)
        yield from address_taken.get(signature, ())


def _invert(callees: dict[Function, frozenset[Function]]) -> dict[Function, frozenset[Function]]:
    callers: dict[Function, set[Function]] = {function: set() for function in callees}
    for function, called in callees.items():
        for callee in called:
            callers.setdefault(callee, set()).add(function)
    return {function: frozenset(group) for function, group in callers.items()}


def _resumable(
    module: Module,
    callees: dict[Function, frozenset[Function]],
    callers: dict[Function, frozenset[Function]],
    address_taken: dict[FunctionType, tuple[Function, ...]],
) -> set[Function]:
    """Least set closed under: yields itself, calls a member, shares an indirect signature with a member."""
    peers = {function: group for group in address_taken.values() for function in group}
    work = [function for function in module.functions.values() if any(map(_waits, function.instructions()))]
    resumable: set[Function] = set()
    while work:
        function = work.pop()
        if function in resumable:
            continue
        resumable.add(function)
        work += callers.get(function, ())
        work += [peer for peer in peers.get(function, ()) if not peer.is_declaration]
    return resumable


def _waits(instruction: Instruction) -> bool:
    return instruction.opcode != "call" and bool(OPCODES[instruction.opcode].effects & Effect.YIELD)


def _reach(
    kernel: Function, callees: dict[Function, frozenset[Function]]
) -> tuple[tuple[Function, ...], frozenset[GlobalVariable]]:
    """Functions a kernel may run or take the address of, and variables they name, through initialisers too."""
    functions: dict[Function, None] = {kernel: None}
    variables: set[GlobalVariable] = set()
    work: list[Value] = [kernel]

    def note(value: Value) -> None:
        for item in references(value):
            if isinstance(item, GlobalVariable) and item not in variables:
                variables.add(item)
                work.append(item)
            elif isinstance(item, Function) and item not in functions:
                functions[item] = None
                work.append(item)

    while work:
        item = work.pop()
        if isinstance(item, Function):
            for value in _operands(item):
                note(value)
            for callee in sorted(callees[item], key=lambda function: function.name):
                note(callee)
        elif isinstance(item, GlobalVariable) and item.initializer:
            note(item.initializer)
    return tuple(functions), frozenset(variables)


def _operands(function: Function) -> Iterator[Constant | Value]:
    for instruction in function.instructions():
        yield from instruction.operands
