"""What a kernel may contain, drawn from its seed: kernels with few kinds of things show more than all with everything.

Groups of lanes take no warp operations by some lanes, and those of 8 and 16 lanes none at all: most kernels have none,
so that each lane count runs most kernels.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.fuzz.expressions import VARIABLES

# Local arrays: name -> (element type, elements, a power of two).
ARRAYS = {
    "la": ("u32", 8),
    "lf": ("f32", 8),
    "lb": ("u8", 16),
    "lw": ("s16", 8),
    "ll": ("u64", 4),
    "ld": ("f64", 4),
}
_SMALL = ("u8", "s8", "u16", "s16")


@dataclass(frozen=True, slots=True)
class Style:
    """``warp``: warp operations by all lanes; ``tracked``: also by those a mask names. ``size`` scales the budget.

    ``likes`` scales how often a kind of statement, by its name, is drawn; ``stride`` is that of the threads' records.
    """

    types: tuple[str, ...]
    arrays: tuple[str, ...]
    barriers: bool
    warp: bool
    tracked: bool
    functions: int
    returns: bool
    size: float
    stride: int
    taste: int

    def likes(self, name: str) -> float:
        """How often a kind of statement is drawn, compared with other kernels."""
        return random.Random(f"{self.taste} {name}").choice((0.0, 0.5, 1.0, 1.0, 3.0))

    def variables(self) -> dict[str, tuple[str, ...]]:
        """The kernel's variables by type."""
        return {type_: VARIABLES[type_] for type_ in self.types}


def choose_style(source: random.Random) -> Style:
    """A style; ``u32`` is always among its types."""
    kind = source.choices(("alone", "barriers", "warp", "tracked"), (50, 28, 16, 6))[0]
    likely = {"s32": 0.7, "f32": 0.7, "u64": 0.35, "s64": 0.25, "f64": 0.3}
    types = [name for name in VARIABLES if name == "u32" or source.random() < likely.get(name, 0.2)]
    many = source.random() < 0.4
    arrays = tuple(name for name in ARRAYS if many and source.random() < 0.35)
    return Style(
        types=tuple(types),
        arrays=arrays,
        barriers=kind != "alone" and (kind == "barriers" or source.random() < 0.5),
        warp=kind in ("warp", "tracked"),
        tracked=kind == "tracked",
        functions=source.choices((0, 1, 2), (75, 17, 8))[0],
        returns=source.random() < 0.4,
        size=source.choices((0.12, 0.25, 0.5, 2.0), (40, 35, 20, 5))[0],
        stride=source.choice((1, 2, 2, 3, 4, 5, 8)),
        taste=source.getrandbits(32),
    )
