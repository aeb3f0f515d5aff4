"""Pass: the guards that can be tested before a group starts are; behind such a test extensions keep their stride.

requires: a kernel that ``pipeline.prepare`` has made; provides: shapes that assume these guards, and the tests; a
group that fails one runs in the version that assumes nothing. Only operations without effects on special registers,
arguments and constants can be computed at the start.
"""

from __future__ import annotations

from collections.abc import Sequence

from anychip.analysis.guards import Guard, guard_for
from anychip.analysis.lane_facts import LaneFacts
from anychip.ir import Function, Instruction, Value
from anychip.vectorize.bases import write_base
from anychip.vectorize.guards import write_test
from anychip.vectorize.lane_emitter import LaneEmitter, LaneValue
from anychip.vectorize.shapes import Grouping, LaneShapes, analyse_shapes

MAX_OPERATIONS = 24
"""Operations that computing one tested value may take."""
MAX_GUARDS = 8
_MAX_ROUNDS = 4


def assume_guards(
    function: Function, grouping: Grouping, width: int, before: LaneFacts | None = None
) -> tuple[LaneShapes, list[Guard]]:
    """The shapes behind the tests, and the tests: none but for whole groups, which another version stands in for.

    See ``analyse_lanes`` for ``before``.
    """
    most = MAX_GUARDS if grouping == Grouping.WHOLE else 0
    assumed: frozenset[Instruction] = frozenset()
    shapes = analyse_shapes(function, grouping, width, assumed, before)
    for _ in range(_MAX_ROUNDS):
        wanted = [item for item in function.instructions() if _is_testable(shapes, item)]
        more = assumed | frozenset(wanted[: most - len(assumed)])
        if more == assumed:
            break
        assumed = more
        shapes = analyse_shapes(function, grouping, width, assumed, shapes.facts)
    found = (_guard(shapes, extension) for extension in function.instructions() if extension in assumed)
    return shapes, [guard for guard in found if guard]


def write_entry_tests(emitter: LaneEmitter, guards: list[Guard], agreements: Sequence[tuple[Value, ...]] = ()) -> str:
    """Write the tests; the text (i1) says whether all hold and the (uniform) conditions of each agreement are equal."""
    holds = "true"
    for guard in guards:
        base = compute_early(emitter, guard.narrow)
        holds = emitter.op(f"and i1 {holds}, {write_test(emitter, guard, base)}")
    for first, *others in agreements:
        expected = compute_early(emitter, first)
        for other in others:
            same = emitter.op(f"icmp eq i1 {expected}, {compute_early(emitter, other)}")
            holds = emitter.op(f"and i1 {holds}, {same}")
    emitter.known = {}
    return holds


def _is_testable(shapes: LaneShapes, extension: Instruction) -> bool:
    if extension not in shapes.facts.guarded or extension not in shapes.facts.shape_of(extension).guards:
        return False
    narrow = extension.operands[0]
    return shapes.stride(narrow) is not None and early_operations(narrow) <= MAX_OPERATIONS


def early_operations(value: Value) -> int:
    """How many operations compute a value at the start; more than MAX_OPERATIONS if they cannot."""
    seen: set[Value] = set()
    work = [value]
    while work and len(seen) <= MAX_OPERATIONS:
        item = work.pop()
        if not isinstance(item, Instruction) or item in seen:
            continue
        if not item.is_pure:
            return MAX_OPERATIONS + 1
        seen.add(item)
        work += item.operands
    return len(seen)


def _guard(shapes: LaneShapes, extension: Instruction) -> Guard | None:
    shape = shapes.facts.shape_of(extension.operands[0])
    return guard_for(extension, shape.stride, shapes.width) if shape.is_strided else None


def compute_early(emitter: LaneEmitter, value: Value) -> str:
    """Lane 0's value, from special registers, arguments and constants."""
    if not isinstance(value, Instruction):
        return emitter.operand(value)
    if value not in emitter.known and emitter.shapes.facts.constant_of(value) is None:
        for operand in value.operands:
            compute_early(emitter, operand)
        emitter.known[value] = LaneValue(emitter.shapes.stride(value), write_base(emitter, value))
    return emitter.operand(value)
