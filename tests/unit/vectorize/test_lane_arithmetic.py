"""All tests of scalar arithmetic again, in groups of lanes: whole ones, and ones that lack lanes."""

from __future__ import annotations

import pytest
import scalar_executor
from test_scalar_arithmetic import *  # noqa: F403


@pytest.fixture(autouse=True)
def _lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scalar_executor, "LANES", 8)
