"""Where each static shared variable lies in a block's shared memory, and how much each kernel needs.

Variables that one kernel reaches never overlap; variables of different kernels may. Placement is first fit, largest
alignment and size first. ``extern __shared__`` arrays (no initialiser) all lie at the start of dynamic shared memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.analysis.call_graph import CallGraph
from anychip.ir import AddressSpace, Function, GlobalVariable, align_of, align_up, size_of


@dataclass(frozen=True)
class SharedLayout:
    """Byte offsets of static shared variables and static bytes per kernel."""

    offsets: dict[GlobalVariable, int]
    kernel_bytes: dict[Function, int]


def layout_shared(graph: CallGraph) -> SharedLayout:
    """Place the static shared variables that the module's kernels reach."""
    used = {kernel: {item for item in names if is_static_shared(item)} for kernel, names in graph.globals_of.items()}
    variables = sorted(
        set().union(*used.values()), key=lambda item: (-alignment_of(item), -size_of(item.value_type), item.name)
    )
    offsets: dict[GlobalVariable, int] = {}
    for variable in variables:
        rivals = set().union(*(names for names in used.values() if variable in names))
        taken = sorted(
            (offsets[rival], offsets[rival] + size_of(rival.value_type)) for rival in rivals if rival in offsets
        )
        offsets[variable] = _first_fit(taken, size_of(variable.value_type), alignment_of(variable))
    ends = {kernel: [offsets[item] + size_of(item.value_type) for item in names] for kernel, names in used.items()}
    return SharedLayout(offsets, {kernel: max(end, default=0) for kernel, end in ends.items()})


def is_static_shared(variable: GlobalVariable) -> bool:
    """Whether it is a ``__shared__`` variable of a size known at compile time."""
    return variable.space == AddressSpace.SHARED and variable.initializer is not None


def alignment_of(variable: GlobalVariable) -> int:
    """The greater of the declared alignment and the type's own."""
    return max(variable.alignment, align_of(variable.value_type))


def _first_fit(taken: list[tuple[int, int]], size: int, alignment: int) -> int:
    """The lowest aligned offset where ``size`` bytes overlap none of the sorted intervals."""
    position = 0
    for start, end in taken:
        if position + size <= start:
            break
        position = max(position, align_up(end, alignment))
    return position
