"""Folders in the cache: complete or not at all, and gone when the cache is cleared."""

from __future__ import annotations

from pathlib import Path

import pytest

from anychip.cache.store import TOOLKITS, Cache


def fill(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "nvcc").write_text("#!/bin/sh\n")
    (folder / "lib").symlink_to("bin")


def test_a_folder_is_filled_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / TOOLKITS / "1"
    Cache(tmp_path / "cache").make_folder(folder, fill)
    assert (folder / "bin" / "nvcc").read_text() == "#!/bin/sh\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        fill(folder)
        raise ValueError("the disk is full")

    folder = tmp_path / TOOLKITS / "1"
    with pytest.raises(ValueError, match="disk"):
        Cache(tmp_path).make_folder(folder, fail)
    assert list(folder.parent.iterdir()) == []


def test_only_clear_removes_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.make_folder(tmp_path / TOOLKITS / "1", fill)
    cache.prune(0)
    assert (tmp_path / TOOLKITS / "1" / "bin" / "nvcc").exists()
    assert cache.clear() == 1
    assert not (tmp_path / TOOLKITS).exists()
