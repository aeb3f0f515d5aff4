"""Pass: a kernel of its own to work on.

requires: a verified kernel; provides: a copy of its reachable blocks in which, once ``normalize`` has run, every
terminator has at most two successors, all distinct, and every loop header at most one back edge; breaks: nothing,
the original stays as it is.
The copy shares the original's arguments.
"""

from __future__ import annotations

from anychip.analysis.cfg import control_flow
from anychip.ir import (
    I1,
    I64,
    VOID,
    Argument,
    Block,
    ConstantInt,
    Function,
    Instruction,
    Value,
    VoidType,
    align_of,
    size_of,
)

BARRIERS = frozenset({"barrier", "barrier.reduce"})


def clone_kernel(kernel: Function, name: str) -> tuple[Function, dict[Instruction, Instruction]]:
    """The copy, named ``name``, and for each of its instructions the one it was copied from."""
    copy = empty_copy(kernel, name)
    return copy, copy_blocks(kernel, copy, {})


def empty_copy(kernel: Function, name: str) -> Function:
    """A kernel without blocks, otherwise like another."""
    copy = Function(
        name,
        kernel.function_type,
        kernel.arguments,
        kernel=True,
        linkage=kernel.linkage,
        attributes=dict(kernel.attributes),
        location=kernel.location,
    )
    copy.source_name = kernel.source_name
    return copy


def normalize(function: Function) -> None:
    """Give a function the form the vectoriser works on: see the module's ``provides``."""
    drop_unreachable(function)
    lower_switches(function)
    merge_latches(function)
    name_values(function)


def name_values(function: Function) -> None:
    """Give each result a name of its own again."""
    taken = {argument.name for argument in function.arguments}
    for instruction in function.instructions():
        if isinstance(instruction.type, VoidType):
            continue
        if not instruction.name or instruction.name in taken:
            instruction.name = f"{instruction.name or 'v'}.{len(taken)}"
        taken.add(instruction.name)


def drop_unreachable(function: Function) -> None:
    """Remove blocks control never comes to, and the arms of phis for them."""
    reachable = control_flow(function).reverse_postorder
    function.blocks = [block for block in function.blocks if block in set(reachable)]
    for instruction in function.instructions():
        if instruction.opcode == "phi" and any(target not in reachable for target in instruction.targets):
            arms = list(zip(instruction.operands, instruction.targets, strict=True))
            kept = [(operand, target) for operand, target in arms if target in reachable]
            instruction.operands = [operand for operand, _ in kept]
            instruction.targets = [target for _, target in kept]


def copy_blocks(source: Function, into: Function, values: dict[Value, Value]) -> dict[Instruction, Instruction]:
    """Append copies of the reachable blocks of ``source``; ``values`` replaces operands and gains the copies."""
    reachable = control_flow(source).reverse_postorder
    blocks = {block: Block(_free_name(into, block.name, index), into) for index, block in enumerate(reachable)}
    into.blocks += blocks.values()
    origin: dict[Instruction, Instruction] = {}
    for block, fresh in blocks.items():
        for instruction in block.instructions:
            twin = fresh.append(_twin(instruction, blocks))
            values[instruction] = twin
            origin[twin] = instruction
    for twin, instruction in origin.items():
        pairs = [(values.get(operand, operand)) for operand in instruction.operands]
        if instruction.opcode == "phi":
            arms = zip(pairs, instruction.targets, strict=True)
            kept = [(value, blocks[target]) for value, target in arms if target in blocks]
            twin.operands, twin.targets = [value for value, _ in kept], [target for _, target in kept]
        else:
            twin.operands = pairs
    return origin


def _twin(instruction: Instruction, blocks: dict[Block, Block]) -> Instruction:
    targets = [] if instruction.opcode == "phi" else [blocks[target] for target in instruction.targets]
    return instruction.twin([], targets)


def _free_name(function: Function, stem: str, index: int) -> str:
    return f"{stem}.{len(function.blocks)}.{index}"


def lower_switches(function: Function) -> None:
    """A switch becomes a chain of comparisons; a choice between equal targets becomes a plain branch."""
    for block in list(function.blocks):
        terminator = block.terminator
        if terminator.opcode == "switch":
            _lower_switch(function, block, terminator)
        elif terminator.opcode == "condbr" and terminator.targets[0] is terminator.targets[1]:
            block.instructions.pop()
            block.append(Instruction("br", VOID, [], targets=terminator.targets[:1], location=terminator.location))
            _set_arms(terminator.targets[0], block, [block])


def _lower_switch(function: Function, block: Block, switch: Instruction) -> None:
    block.instructions.pop()
    value, *cases = switch.operands
    default, *targets = switch.targets
    sources: dict[Block, list[Block]] = {default: []}
    here = block
    for index, (case, target) in enumerate(zip(cases, targets, strict=True)):
        if target is default:
            continue
        test = Instruction("icmp", I1, [value, case], attributes={"predicate": "eq"}, location=switch.location)
        here.append(test)
        after = function.add_block(f"{block.name}.case{index}")
        here.append(Instruction("condbr", VOID, [test], targets=[target, after], location=switch.location))
        sources.setdefault(target, []).append(here)
        here = after
    here.append(Instruction("br", VOID, [], targets=[default], location=switch.location))
    sources[default].append(here)
    for target, edges in sources.items():
        _set_arms(target, block, edges)


def _set_arms(target: Block, old: Block, edges: list[Block]) -> None:
    """The phis of ``target`` take what they took from ``old`` along each of ``edges``."""
    for phi in target.phis():
        arms = list(zip(phi.operands, phi.targets, strict=True))
        value = next(operand for operand, block in arms if block is old)
        kept = [(operand, block) for operand, block in arms if block is not old] + [(value, edge) for edge in edges]
        phi.operands = [operand for operand, _ in kept]
        phi.targets = [edge for _, edge in kept]


def merge_latches(function: Function) -> None:
    """Several back edges to one header meet in a block of their own first."""
    flow = control_flow(function)
    order = {block: index for index, block in enumerate(flow.reverse_postorder)}
    for header in flow.reverse_postorder:
        latches = [block for block in flow.predecessors[header] if order[block] >= order[header]]
        if len(latches) > 1:
            gather_edges(function, header, latches, f"{header.name}.latch")


def gather_edges(function: Function, target: Block, sources: list[Block], name: str) -> Block:
    """Put a block between ``sources`` and ``target``, with phis for what differs between the sources."""
    fresh = function.add_block(name)
    for phi in list(target.phis()):
        arms = list(zip(phi.operands, phi.targets, strict=True))
        moved = [(operand, block) for operand, block in arms if block in sources]
        values, places = [operand for operand, _ in moved], [block for _, block in moved]
        merged = fresh.append(Instruction("phi", phi.type, values, targets=places, location=phi.location))
        kept = [(operand, block) for operand, block in arms if block not in sources]
        phi.operands = [*(operand for operand, _ in kept), merged]
        phi.targets = [*(block for _, block in kept), fresh]
    fresh.append(Instruction("br", VOID, [], targets=[target], location=target.terminator.location))
    for block in sources:
        terminator = block.terminator
        terminator.targets = [fresh if old is target else old for old in terminator.targets]
    return fresh


def copy_by_values(function: Function, written: frozenset[Argument]) -> None:
    """By-value arguments that a thread writes become local variables, filled at the start."""
    for argument in (argument for argument in function.arguments if argument in written):
        pointee = argument.attributes.by_value
        assert pointee is not None
        alignment = max(align_of(pointee), argument.attributes.alignment)
        local = Instruction("alloca", argument.type, [], attributes={"allocated": pointee, "alignment": alignment})
        for instruction in function.instructions():
            instruction.operands = [local if operand is argument else operand for operand in instruction.operands]
        size = ConstantInt(I64, size_of(pointee))
        copy = Instruction("memcpy", VOID, [local, argument, size])
        for instruction in (copy, local):
            instruction.block = function.entry
            function.entry.instructions.insert(0, instruction)


def split_barriers(function: Function) -> None:
    """End a block after each barrier, so that what lives across one crosses blocks."""
    work = list(function.blocks)
    while work:
        block = work.pop()
        position = next((index for index, item in enumerate(block.instructions) if item.opcode in BARRIERS), None)
        if position is not None:
            work.append(split_after(function, block, block.instructions[position]))


def split_after(function: Function, block: Block, point: Instruction) -> Block:
    """Move what follows an instruction into a block of its own; the old one is left to branch there."""
    after = function.add_block(f"{block.name}.after{len(function.blocks)}")
    position = block.instructions.index(point) + 1
    rest = block.instructions[position:]
    del block.instructions[position:]
    for instruction in rest:
        after.append(instruction)
    block.append(Instruction("br", VOID, [], targets=[after], location=point.location))
    for target in after.successors:
        for phi in target.phis():
            phi.targets = [after if source is block else source for source in phi.targets]
    return after
