"""Pass: a thread that spins lets others run.

requires: nothing; provides: every spinning loop holds a yield (``nanosleep 0``); breaks: the call graph, which must
be built after it. Running it twice changes nothing more.
"""

from __future__ import annotations

from anychip.analysis.spin_loops import spin_edges
from anychip.ir import I32, VOID, Block, ConstantInt, Function, Instruction, Module


def yield_in_spin_loops(module: Module) -> int:
    """Insert the yields in place, on the loops' back edges; returns how many."""
    count = 0
    for function in module.functions.values():
        for source, header in spin_edges(function) if function.blocks else []:
            _yield_on_edge(function, source, header)
            count += 1
    return count


def _yield_on_edge(function: Function, source: Block, header: Block) -> None:
    names = {block.name for block in function.blocks}
    name = next(
        text for text in (f"{source.name}.yield{count}" for count in range(len(names) + 1)) if text not in names
    )
    between = function.add_block(name)
    place = source.terminator.location
    between.append(Instruction("nanosleep", VOID, [ConstantInt(I32, 0)], location=place))
    between.append(Instruction("br", VOID, [], targets=[header], location=place))
    source.terminator.targets = [between if target is header else target for target in source.terminator.targets]
    for phi in header.phis():
        _move_incoming(phi, source, between)


def _move_incoming(phi: Instruction, source: Block, between: Block) -> None:
    """The edges from ``source``, of which a switch may have several, come in as one from ``between``."""
    arms = list(zip(phi.operands, phi.targets, strict=True))
    value = next(operand for operand, target in arms if target is source)
    kept = [(operand, target) for operand, target in arms if target is not source]
    phi.operands = [*(operand for operand, _ in kept), value]
    phi.targets = [*(target for _, target in kept), between]
