"""What tests of several folders share: one cache folder, so that the runtime and the headers are built once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that is new in this test run and shared by all its processes; never the user's."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "anychip-cache"


def pytest_configure() -> None:
    """Let Ctrl-C arrive, as tests of it expect: what a script starts in its background ignores it, children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
