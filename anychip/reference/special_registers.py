"""Special registers: name -> value for a thread (PTX ISA, "Special Registers")."""

from __future__ import annotations

from collections.abc import Callable

from anychip.reference.thread import Thread

WARP_SIZE = 32


def _lane_masks(lane: int) -> dict[str, int]:
    below = (1 << lane) - 1
    own = 1 << lane
    return {"eq": own, "lt": below, "le": below | own, "gt": ~(below | own), "ge": ~below}


def _lane_mask(relation: str) -> Callable[[Thread], int]:
    return lambda thread: _lane_masks(thread.lane)[relation] & 0xFFFFFFFF


def _thread_count(thread: Thread) -> int:
    x, y, z = thread.program.block
    return x * y * z


def _axis(name: str, axis: int) -> Callable[[Thread], int]:
    vectors: dict[str, Callable[[Thread], tuple[int, int, int]]] = {
        "tid": lambda thread: thread.index,
        "ntid": lambda thread: thread.program.block,
        "ctaid": lambda thread: thread.block.index,
        "nctaid": lambda thread: thread.program.grid,
    }
    vector = vectors[name]
    return lambda thread: vector(thread)[axis]


SPECIAL_REGISTERS: dict[str, Callable[[Thread], int]] = {
    **{
        f"{name}.{letter}": _axis(name, axis)
        for name in ("tid", "ntid", "ctaid", "nctaid")
        for axis, letter in enumerate("xyz")
    },
    "laneid": lambda thread: thread.lane,
    "warpid": lambda thread: thread.linear // WARP_SIZE,
    "nwarpid": lambda thread: -(-_thread_count(thread) // WARP_SIZE),
    "smid": lambda thread: 0,
    "nsmid": lambda thread: 1,
    "gridid": lambda thread: 0,
    "warpsize": lambda thread: WARP_SIZE,
    **{f"lanemask_{relation}": _lane_mask(relation) for relation in ("eq", "lt", "le", "gt", "ge")},
    "clock": lambda thread: thread.program.environment.clock(),
    "clock64": lambda thread: thread.program.environment.clock(),
    "globaltimer": lambda thread: thread.program.environment.globaltimer(),
    "dynamic_smem_size": lambda thread: thread.block.dynamic_bytes,
    "total_smem_size": lambda thread: thread.block.static_bytes + thread.block.dynamic_bytes,
}
"""The values are reduced to the width of the instruction's type by the reader of this table."""
