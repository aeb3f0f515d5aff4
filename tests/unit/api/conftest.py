"""The API is loaded into the test process: its cache must be the tests' own before the runtime is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="module")
def _own_cache(shared_cache: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANYCHIP_CACHE_DIR", str(shared_cache))
        yield
