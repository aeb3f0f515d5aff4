"""What is known of a launch when a kernel is compiled: how many threads one vector holds and the block's dimensions.

A *group* is ``lanes`` threads of a block with consecutive linear index; lane 0 of a group always exists, the last
group of a block, or with ``rows`` of a row, may lack its upper lanes. Every fact of the lane analyses is about the
threads of one group.
"""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Function

MAX_THREADS = 1024
"""Threads in a block on every compute capability (CUDA Programming Guide, "Compute Capabilities")."""

WARP_LANES = 32


@dataclass(frozen=True)
class LaunchShape:
    """``block`` is blockDim with None for what is not known; ``max_threads`` bounds the threads of a block.

    Groups start at a linear index that is a multiple of ``lanes``. With ``rows`` they start at a multiple of ``lanes``
    along x instead and end with the row at the latest; ``whole_rows`` says besides that blockDim.x is a multiple of
    ``lanes``, so that both are the same and no lane is ever missing.
    Raises ValueError if ``lanes`` does not divide a warp.
    """

    lanes: int
    block: tuple[int | None, int | None, int | None] = (None, None, None)
    max_threads: int = MAX_THREADS
    rows: bool = False
    whole_rows: bool = False

    def __post_init__(self) -> None:
        if self.lanes < 1 or WARP_LANES % self.lanes:
            raise ValueError(f"{self.lanes} lanes do not divide a warp")

    @property
    def threads(self) -> int | None:
        """Threads of a block, if known."""
        product = 1
        for extent in self.block:
            if extent is None:
                return None
            product *= extent
        return product

    @property
    def full_groups(self) -> bool:
        """Whether every group is known to have all its lanes."""
        x, y, z = self.block
        return (
            self.lanes == 1
            or self.whole_rows
            or any(extent is not None and extent % self.lanes == 0 for extent in (x, y, z, self.threads))
        )

    @property
    def aligned(self) -> bool:
        """Whether the linear index of lane 0 is a multiple of ``lanes``, so that a group never crosses a warp's end."""
        return self.whole_rows or not self.rows or self.full_groups

    @property
    def contiguous_axis(self) -> int | None:
        """The axis (0 is x) along which threadIdx grows by one from lane to lane, from a multiple of ``lanes`` on."""
        if self.rows:
            return 0
        for axis, extent in enumerate(self.block):
            if (extent is not None and extent % self.lanes == 0) or self._last_axis(axis):
                return axis
            if extent != 1:
                return None
        return None

    def is_uniform(self, axis: int) -> bool:
        """Whether all threads of a group have the same threadIdx along ``axis``."""
        if self.lanes == 1 or self.block[axis] == 1 or (self.rows and axis > 0):
            return True
        inner = 1
        for extent in self.block[:axis]:
            if extent is not None and extent % self.lanes == 0:
                return True  # one row along a faster axis already holds whole groups
            if extent is None:
                return False
            inner *= extent
        return inner % self.lanes == 0

    def extent(self, axis: int) -> tuple[int, int]:
        """Least and greatest blockDim along ``axis``."""
        known = self.block[axis]
        if known is not None:
            return known, known
        others = 1
        for other, extent in enumerate(self.block):
            others *= extent if extent is not None and other != axis else 1
        return 1, max(1, self.max_threads // others)

    def _last_axis(self, axis: int) -> bool:
        return all(extent == 1 for extent in self.block[axis + 1 :])


def launch_shape(
    function: Function,
    lanes: int,
    block: tuple[int | None, int | None, int | None] = (None, None, None),
    *,
    rows: bool = False,
    whole_rows: bool = False,
) -> LaunchShape:
    """The shape with the kernel's ``__launch_bounds__`` taken in: a larger block is refused at launch."""
    bound = function.attributes.get("max_threads", MAX_THREADS)
    limit = min(bound, MAX_THREADS) if isinstance(bound, int) and bound > 0 else MAX_THREADS
    return LaunchShape(lanes, block, limit, rows=rows or whole_rows, whole_rows=whole_rows)
