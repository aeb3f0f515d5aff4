"""One version of a kernel as an LLVM function: its head, the tests at its start, its body.

A version for whole groups begins with the entry guards; where one fails, or when it is resumed in a state beyond its
own, it calls the version that assumes nothing. The states of that one are counted on from its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from anychip.analysis.guards import Guard
from anychip.analysis.lane_facts import LaneFacts
from anychip.codegen.llvm_types import symbol
from anychip.ir import I1, I32, Function, Value
from anychip.vectorize.entry_guards import assume_guards, write_entry_tests
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.lane_function import LaneFunctionWriter
from anychip.vectorize.linearize import Plan, plan_masks
from anychip.vectorize.meetings import check_meetings
from anychip.vectorize.shapes import Grouping, LaneShapes
from anychip.vectorize.structure import structure_of
from anychip.vectorize.width import group_attributes

_IDENTITY = "i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing"
"""What a group is told: the indices of its first lane and how many lanes there are."""


def plan_version(
    function: Function, grouping: Grouping, width: int, before: LaneFacts | None = None
) -> tuple[LaneShapes, list[Guard], Plan]:
    """What a version of a function is written by. Lanes may be missing unless groups are WHOLE.

    See ``analyse_lanes`` for ``before``. Raises RefusedError.
    """
    shapes, guards = assume_guards(function, grouping, width, before)
    plan = plan_masks(structure_of(shapes.facts.control), shapes, partial=grouping != Grouping.WHOLE)
    check_meetings(plan, shapes, grouping)
    return shapes, guards, plan


def write_version(writer: LaneFunctionWriter, guards: list[Guard], otherwise: str) -> str:
    """The function that runs one group: a whole one or, if the plan masks its entry, one without its last lanes."""
    emitter, waits = writer.emitter, writer.waits
    tests, holds = _tests(emitter, guards)
    body = writer.body()
    head = _strand_head if waits else _group_head
    attributes = group_attributes(emitter.context.target)
    subprogram = emitter.context.debug.subprogram(emitter.function)
    lines = [f"define internal {head(symbol(emitter.function))} {attributes}!dbg {subprogram} {{", "entry:"]
    lines += writer.entry_lines()
    states = len(waits.labels) if waits else 0
    if waits:
        arms = " ".join(f"i32 {state}, label %{label}" for state, label in enumerate(waits.labels, 1))
        past = "otherwise" if guards else "bad"
        lines += [f"  switch i32 %state, label %{past} [ i32 0, label %start {arms} ]", "bad:", "  unreachable"]
        lines += ["start:"]
    lines += tests
    if guards:
        lines += [f"  br i1 {holds}, label %assured, label %otherwise"]
        lines += _otherwise(emitter, otherwise, states, waits=bool(waits))
        lines += ["assured:"]
    first = writer.plan.structure.order[0]
    if not writer.plan.has_fast(first):
        lines += _existing_lanes(emitter, writer.masks[first])
    return "\n".join([*lines, f"  br label %{writer.start()}", *body, "}", ""])


def write_condition(emitter: LaneEmitter, name: str, guards: list[Guard], agreements: list[tuple[Value, ...]]) -> str:
    """The function ``name`` (i1) that says whether a group passes the tests at its start.

    It has no lines of its own: these are those of the function that ``emitter`` is of.
    """
    lines, holds = _tests(emitter, guards, agreements)
    attributes = group_attributes(emitter.context.target)
    head = _group_head(name).replace("void", "i1", 1)
    plain = [line.partition(", !dbg")[0] for line in lines]
    return "\n".join([f"define internal {head} {attributes}{{", *plain, f"  ret i1 {holds}", "}", ""])


def _tests(
    emitter: LaneEmitter, guards: list[Guard], agreements: Sequence[tuple[Value, ...]] = ()
) -> tuple[list[str], str]:
    emitter.at(None)
    holds = write_entry_tests(emitter, guards, agreements)
    lines, emitter.lines = emitter.lines, []
    return lines, holds


def _otherwise(emitter: LaneEmitter, version: str, states: int, *, waits: bool) -> list[str]:
    """Call the version that assumes nothing; its states come behind the ``states`` of this one."""
    place = f", !dbg {emitter.context.debug.location(emitter.function, None)}"
    if not waits:
        return ["otherwise:", f"  call {_group_head(version)}{place}", "  ret void"]
    return [
        "otherwise:",
        f"  %past = sub i32 %state, {states}",
        "  %fresh = icmp eq i32 %state, 0",
        "  %inner = select i1 %fresh, i32 0, i32 %past",
        f"  %reached = call signext i32 {version}(ptr %thread, ptr %frame, i32 signext %inner, {_IDENTITY}){place}",
        "  %ended = icmp slt i32 %reached, 0",
        f"  %beyond = add i32 %reached, {states}",
        "  %next = select i1 %ended, i32 %reached, i32 %beyond",
        "  ret i32 %next",
    ]


def _group_head(name: str) -> str:
    return f"void {name}(ptr %thread, {_IDENTITY})"


def _strand_head(name: str) -> str:
    return f"signext i32 {name}(ptr %thread, ptr noalias %frame, i32 signext %state, {_IDENTITY})"


def _existing_lanes(emitter: LaneEmitter, place: str) -> list[str]:
    """The mask of the first ``%existing`` lanes."""
    numbers, truth = emitter.wide(I32), emitter.wide(I1)
    return [
        f"  %existing.first = insertelement {numbers} poison, i32 %existing, i64 0",
        f"  %existing.all = shufflevector {numbers} %existing.first, {numbers} poison, "
        f"<{emitter.width} x i32> zeroinitializer",
        f"  %existing.mask = icmp ult {numbers} {emitter.iota(I32, 1)}, %existing.all",
        f"  store {truth} %existing.mask, ptr {place}",
    ]
