"""The cache: atomic, locked, bounded, private; and clear about a folder it cannot write."""

from __future__ import annotations

import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest

from anychip.cache.identity import digest, package_identity
from anychip.cache.store import Cache
from anychip.diagnostics import UserError


def test_what_is_written_is_found_and_the_folder_is_private(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new")
    key = digest("a")
    assert cache.find(key, ".o") is None
    path = cache.write(key, ".o", b"data")
    assert cache.find(key, ".o") == path
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(cache.root.stat().st_mode) == 0o700


def test_keys_keep_word_boundaries() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab") == digest(b"ab")


def test_a_failed_producer_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fail(path: Path) -> None:
        path.write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.store(digest("a"), ".o", fail)
    assert cache.files() == []


def _build(root: str, log: str) -> None:
    def produce(path: Path) -> None:
        with open(log, "a") as file:
            file.write("built\n")
        time.sleep(0.2)
        path.write_text("result")

    assert Cache(Path(root)).build(digest("slow"), ".o", produce).read_text() == "result"


def test_of_several_processes_one_builds(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    log = tmp_path / "log"
    workers = [context.Process(target=_build, args=(str(tmp_path / "c"), str(log))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert log.read_text() == "built\n"


def test_pruning_removes_the_least_recently_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    paths = [cache.write(digest(str(index)), ".o", bytes(100)) for index in range(10)]
    for age, path in enumerate(paths):
        os.utime(path, (1000 + age, 1000 + age))
    cache.find(digest("0"), ".o")  # a use makes it young
    assert cache.prune(limit=500) > 0
    assert cache.size() <= 500
    assert paths[0].exists()
    assert not paths[1].exists()


def test_clear_removes_all(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.write(digest("a"), ".o", b"x")
    assert cache.clear() == 1
    assert cache.files() == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    with pytest.raises(UserError, match="cannot be written") as caught:
        cache.write(digest("a"), ".o", b"x")
    assert str(cache.root) in caught.value.message
    assert "ANYCHIP_CACHE_DIR" in (caught.value.hint or "")


def test_the_package_has_a_stable_identity() -> None:
    assert package_identity() == package_identity()
