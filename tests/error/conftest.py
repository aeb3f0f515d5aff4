"""A workplace for each test; the cache is shared, so that only new sources are compiled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from error_support import Workplace


@pytest.fixture
def workplace(tmp_path: Path, shared_cache: Path) -> Iterator[Workplace]:
    workplace = Workplace(tmp_path, shared_cache)
    yield workplace
    workplace.clear()
