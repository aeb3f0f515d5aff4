"""Validity of our IR as a table of rules; run between passes in tests and after reading.

Each rule is a function ``(Context) -> iterator of (instruction or None, message)``. The first finding is raised as
an InternalError that names the rule, the function and the instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from anychip.analysis.cfg import ControlFlow, control_flow
from anychip.analysis.dominance import DominatorTree, dominator_tree
from anychip.analysis.type_rules import TYPE_RULES
from anychip.diagnostics import InternalError
from anychip.ir import (
    OPCODES,
    RUNTIME_FUNCTIONS,
    VOID,
    Argument,
    Block,
    Effect,
    Function,
    FunctionRef,
    FunctionType,
    GlobalVariable,
    Instruction,
    Module,
    Value,
)

Finding: TypeAlias = tuple[Instruction | None, str]
Rule: TypeAlias = Callable[["Context"], Iterator[Finding]]


class Context:
    """A function under test with the facts that rules share; flow and tree exist once the shape rules passed."""

    def __init__(self, module: Module, function: Function, *, complete: bool) -> None:
        self.module = module
        self.function = function
        self.complete = complete
        self._flow: ControlFlow | None = None
        self._tree: DominatorTree | None = None

    @property
    def flow(self) -> ControlFlow:
        """The control-flow graph."""
        self._flow = self._flow or control_flow(self.function)
        return self._flow

    @property
    def tree(self) -> DominatorTree:
        """The dominator tree."""
        self._tree = self._tree or dominator_tree(self.flow)
        return self._tree


def verify(module: Module, *, complete: bool = False) -> None:
    """Raises InternalError at the first broken rule. ``complete``: every called function must have a body or be one
    of the runtime's (after linking).
    """
    for name, function in module.functions.items():
        if name != function.name:
            raise InternalError(f"function {function.name} is filed under the name {name}")
        if function.blocks:
            verify_function(module, function, complete=complete)


def verify_function(module: Module, function: Function, *, complete: bool = False) -> None:
    """The rules for one function with a body."""
    context = Context(module, function, complete=complete)
    for rule in RULES:
        for instruction, message in rule(context):
            _fail(rule.__name__.lstrip("_"), function, instruction, message)


def undefined_functions(module: Module) -> dict[str, Instruction]:
    """Functions that are called or whose address is taken, but defined neither here nor by the runtime, and one use."""
    found: dict[str, Instruction] = {}
    for function in module.functions.values():
        for instruction in function.instructions():
            for operand in instruction.operands:
                if isinstance(operand, Function) and operand.is_declaration and operand.name not in RUNTIME_FUNCTIONS:
                    found.setdefault(operand.name, instruction)
    return found


def _fail(rule: str, function: Function, instruction: Instruction | None, message: str) -> None:
    where = f"rule {rule}, function {function.name}"
    if instruction is not None:
        where += f", instruction {instruction.name or '(unnamed)'} = {instruction.opcode}"
        where += f" in block {instruction.block.name}" if instruction.block else ""
    location = instruction.location if instruction is not None else function.location
    raise InternalError(f"{where}: {message}", location)


def _blocks_belong(context: Context) -> Iterator[Finding]:
    names: set[str] = set()
    for block in context.function.blocks:
        if block.function is not context.function:
            yield None, f"block {block.name} does not know its function"
        if block.name in names:
            yield None, f"two blocks are named {block.name}"
        names.add(block.name)
        for instruction in block.instructions:
            if instruction.block is not block:
                yield instruction, "does not know its block"


def _opcode_known(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        if instruction.opcode not in OPCODES:
            yield instruction, "there is no such opcode"


def _terminators(context: Context) -> Iterator[Finding]:
    for block in context.function.blocks:
        if not block.instructions:
            yield None, f"block {block.name} is empty"
        for instruction in block.instructions:
            is_last = instruction is block.instructions[-1]
            if bool(OPCODES[instruction.opcode].effects & Effect.TERMINATOR) != is_last:
                yield instruction, "a block ends with its one terminator"


_TARGET_COUNTS = {"br": 1, "condbr": 2, "ret": 0, "unreachable": 0, "exit": 0}


def _targets(context: Context) -> Iterator[Finding]:
    blocks = set(context.function.blocks)
    for instruction in context.function.instructions():
        expected = _TARGET_COUNTS.get(instruction.opcode, 0)
        if instruction.opcode in ("phi", "switch"):
            expected = len(instruction.operands)
        if len(instruction.targets) != expected:
            yield instruction, f"has {len(instruction.targets)} targets instead of {expected}"
        if not blocks.issuperset(instruction.targets):
            yield instruction, "a target is no block of the function"
        if instruction.opcode != "phi" and context.function.entry in instruction.targets:
            yield instruction, "jumps to the entry block"


def _operand_counts(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        expected = OPCODES[instruction.opcode].operands
        if expected >= 0 and len(instruction.operands) != expected:
            yield instruction, f"has {len(instruction.operands)} operands instead of {expected}"


def _attributes(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        known = OPCODES[instruction.opcode].attributes
        for name, required in known.items():
            if required and name not in instruction.attributes:
                yield instruction, f"lacks the attribute {name}"
        for name in instruction.attributes:
            if name not in known:
                yield instruction, f"has an attribute {name} that its opcode does not take"


def _unique_names(context: Context) -> Iterator[Finding]:
    names = {argument.name for argument in context.function.arguments}
    if len(names) != len(context.function.arguments):
        yield None, "two arguments have the same name"
    for instruction in context.function.instructions():
        if instruction.type == VOID:
            continue
        if not instruction.name:
            yield instruction, "has a result without a name"
        if instruction.name in names:
            yield instruction, "its name is taken"
        names.add(instruction.name)


def _known_operands(context: Context) -> Iterator[Finding]:
    """Arguments are this function's; globals and functions are registered in the module under their names."""
    arguments = set(map(id, context.function.arguments))
    for instruction in context.function.instructions():
        for operand in instruction.operands:
            message = _unknown_operand(context, operand, arguments)
            if message:
                yield instruction, message


def _unknown_operand(context: Context, operand: Value, arguments: set[int]) -> str:
    if isinstance(operand, Argument) and id(operand) not in arguments:
        return f"uses the argument {operand.name} of another function"
    if isinstance(operand, GlobalVariable) and context.module.globals.get(operand.name) is not operand:
        return f"uses the variable {operand.name}, which is not in the module"
    if isinstance(operand, FunctionRef) and context.module.functions.get(operand.name) is not operand:
        return f"uses the function {operand.name}, which is not in the module"
    return ""


def _known_callees(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        if instruction.opcode != "call":
            continue
        callee = instruction.operands[0] if instruction.operands else None
        if not isinstance(callee, Function) or not context.complete:
            continue
        if callee.is_declaration and callee.name not in RUNTIME_FUNCTIONS:
            yield instruction, f"calls {callee.name}, which is defined nowhere"


def _phis(context: Context) -> Iterator[Finding]:
    for block in context.function.blocks:
        expected = {id(p) for p in context.flow.predecessors[block]}
        in_front = True
        for instruction in block.instructions:
            if instruction.opcode != "phi":
                in_front = False
                continue
            if not in_front:
                yield instruction, "stands behind another instruction"
            if {id(target) for target in instruction.targets} != expected:
                yield instruction, "its incoming blocks are not the block's predecessors"
            yield from _phi_entries(instruction)


def _phi_entries(phi: Instruction) -> Iterator[Finding]:
    """Types agree, and a block that stands twice brings the same value."""
    incoming: dict[int, Value] = {}
    for operand, target in zip(phi.operands, phi.targets, strict=True):
        if operand.type != phi.type:
            yield phi, f"takes a {operand.type} but is a {phi.type}"
        if incoming.setdefault(id(target), operand) != operand:
            yield phi, f"takes two values from block {target.name}"


def _types(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        message = TYPE_RULES[instruction.opcode](instruction)
        if message:
            yield instruction, message


def _returns(context: Context) -> Iterator[Finding]:
    result = context.function.function_type.result
    for instruction in context.function.instructions():
        if instruction.opcode == "ret":
            types = [operand.type for operand in instruction.operands]
            if types != ([] if result == VOID else [result]):
                yield instruction, f"returns {types} from a function of type {result}"


def _call_signatures(context: Context) -> Iterator[Finding]:
    for instruction in context.function.instructions():
        if instruction.opcode == "call":
            yield from _call_signature(instruction)


def _call_signature(call: Instruction) -> Iterator[Finding]:
    signature = call.attributes["signature"]
    if not isinstance(signature, FunctionType):
        yield call, "its signature is no function type"
        return
    passed = tuple(operand.type for operand in call.operands[1:])
    fixed = len(signature.parameters)
    if passed[:fixed] != signature.parameters or (len(passed) > fixed and not signature.variadic):
        yield call, f"passes {', '.join(map(str, passed))} to {signature}"
    if call.type != signature.result:
        yield call, f"is a {call.type}, but the callee's result is {signature.result}"


def _dominance(context: Context) -> Iterator[Finding]:
    """A use is behind its definition on all paths; a phi uses an operand at the end of the incoming edge."""
    reachable = set(context.flow.reverse_postorder)
    position = {id(i): n for b in context.function.blocks for n, i in enumerate(b.instructions)}
    for block in context.flow.reverse_postorder:
        for instruction in block.instructions:
            for index, operand in enumerate(instruction.operands):
                if not isinstance(operand, Instruction):
                    continue
                is_phi = instruction.opcode == "phi"
                place = instruction.targets[index] if is_phi else block
                end = len(place.instructions) if is_phi else position[id(instruction)]
                if place in reachable and not _is_before(context, position, operand, place, end):
                    yield instruction, f"uses {operand.name} where it may not be computed yet"


def _is_before(context: Context, position: dict[int, int], value: Instruction, place: Block, end: int) -> bool:
    home = value.block
    if home is None or id(value) not in position or home not in context.tree.entered:
        return False
    return position[id(value)] < end if home is place else context.tree.dominates(home, place)


RULES: list[Rule] = [
    # The shape first: later rules rely on it.
    _blocks_belong,
    _opcode_known,
    _terminators,
    _targets,
    _operand_counts,
    _attributes,
    _unique_names,
    _known_operands,
    _known_callees,
    _phis,
    _types,
    _returns,
    _call_signatures,
    _dominance,
]
