"""Delete statements of a failing kernel while it still fails."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fuzz.campaign import Failure, Oracle, check
from tests.fuzz.kernels import Kernel
from tests.fuzz.oracle import expected
from tests.fuzz.tree import places, without

_VARIANTS = 12  # built together
_ROUNDS = 60


def reduced(failure: Failure, reference: Oracle = expected) -> Failure:
    """The smallest failing kernel that deleting runs of statements leads to, with what goes wrong there."""
    size = max(_count(failure.kernel) // 2, 1)
    for _ in range(_ROUNDS):
        smaller = _first_failing(_variants(failure.kernel, size), failure, reference)
        if smaller:
            failure = smaller
            size = min(size, max(_count(failure.kernel) // 2, 1))
        elif size == 1:
            break
        else:
            size = max(size // 2, 1)
    return failure


def _count(kernel: Kernel) -> int:
    return sum(1 for _ in places(kernel.body))


def _variants(kernel: Kernel, size: int) -> list[Kernel]:
    """The kernel without each run of ``size`` statements."""
    count = _count(kernel)
    return [kernel.with_body(without(kernel.body, set(range(at, at + size)))) for at in range(0, count, size)]


def _first_failing(variants: Sequence[Kernel], failure: Failure, reference: Oracle) -> Failure | None:
    for start in range(0, len(variants), _VARIANTS):
        found = check(variants[start : start + _VARIANTS], [failure.way], reference).failures
        same = [other for other in found if other.word == failure.word]
        if same:
            return min(same, key=lambda other: _count(other.kernel))
    return None
