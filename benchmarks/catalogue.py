"""The kernels measured: sizes, the machine limit that bounds each, and what good baselines are known to reach.

The known figures were measured once, side by side, on a machine whose limits stand beside them (REFERENCE_LIMITS). They
are used as shares of the limit only: a baseline far below its known share was built or run badly and must not be
compared with.
"""

from __future__ import annotations

from dataclasses import dataclass

# Limits of the machine of the known figures, as kernels/limits.cpp measures them: GB/s, GB/s, GFLOP/s.
REFERENCE_LIMITS = {"triad": 48.0, "read": 32.0, "fma": 453.0}
# A baseline counts if it reaches this part of its known share.
REQUIRED_PART = 0.85


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel: its program is kernels/NAME.cu.

    ``limit``: the machine limit that bounds it, empty if none does. ``quick`` and ``tiny``: sizes for a short run and
    for tests (the program's default is the full size). ``hand_source``: the program with its C++ counterpart.
    ``hand_known`` and ``intel_known``: the best figures known, in the unit the program prints.
    """

    name: str
    limit: str
    quick: int
    tiny: int
    hand_source: str
    hand_known: float | None
    intel_known: float | None

    def known_share(self, family: str) -> float | None:
        """The share of the limit that a family of baselines ("hand" or "intel") is known to reach."""
        known = {"hand": self.hand_known, "intel": self.intel_known}[family]
        return known / REFERENCE_LIMITS[self.limit] if known and self.limit else None


_STREAMING, _COMPUTE = "hand_streaming", "hand_compute"

KERNELS = (
    Kernel("saxpy", "triad", 1 << 22, 10001, _STREAMING, 50.8, 46.1),
    Kernel("reduce_tree", "read", 1 << 22, 51200, _STREAMING, 37.0, 13.1),
    Kernel("reduce_gs", "read", 1 << 22, 51200, _STREAMING, 35.4, 12.4),
    # No hand-written figure is known for this form; the C++ is that of reduce_gs, and so is what it must reach.
    Kernel("reduce_shfl", "read", 1 << 22, 51200, _STREAMING, 35.4, 4.23),
    Kernel("scan_hs", "triad", 1 << 22, 25600, _STREAMING, 23.6, 14.9),
    Kernel("sgemm_naive", "fma", 256, 128, _COMPUTE, 37.4, 19.5),
    Kernel("sgemm_tile16", "fma", 256, 128, _COMPUTE, 37.1, 94.3),
    Kernel("sgemm_tile32", "fma", 256, 128, _COMPUTE, 36.8, 113.0),
    Kernel("sgemm_2dtile", "fma", 256, 128, _COMPUTE, 209.0, 38.1),
    Kernel("nbody", "fma", 2048, 512, _COMPUTE, 242.0, 295.0),
    Kernel("mandel", "fma", 512, 64, _COMPUTE, 130.0, 64.3),
    Kernel("blackscholes", "triad", 1 << 18, 10001, _COMPUTE, 16.2, 17.8),
    Kernel("hotspot", "triad", 14 * 73, 140, _STREAMING, 31.0, 10.0),
    Kernel("transpose", "triad", 1024, 128, _STREAMING, 13.8, 8.39),
    Kernel("hist256", "", 1 << 20, 40001, _STREAMING, 5.15, 3.67),
    Kernel("bitonic", "", 1 << 18, 8192, _COMPUTE, 118.0, 129.0),
    Kernel("spmv", "triad", 1 << 16, 5001, _COMPUTE, 17.8, 16.9),
    Kernel("fft1024", "fma", 256, 8, _COMPUTE, 23.1, 15.9),
    Kernel("sgemv", "read", 2048, 256, _STREAMING, 30.2, 14.8),
    Kernel("launch", "", 0, 0, _STREAMING, None, None),
    Kernel("launch_pipe", "", 0, 0, "", None, None),
)
# Those whose ratios make up the mean: the others measure a launch, not a kernel.
LAUNCHES = ("launch", "launch_pipe")


def chosen(names: str) -> list[Kernel]:
    """The kernels of a comma-separated list, all if it is empty. Raises ValueError for an unknown name."""
    if not names:
        return list(KERNELS)
    known = {kernel.name: kernel for kernel in KERNELS}
    wanted = names.split(",")
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"no kernel named {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in wanted]
