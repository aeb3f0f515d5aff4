"""Manifests: unchanged files are a hit, a changed header is a miss, a touched one is still a hit."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from anychip.cache import manifest
from anychip.cache.identity import digest
from anychip.cache.store import Cache

KEY = digest("key")


@pytest.fixture
def header(tmp_path: Path) -> Path:
    path = tmp_path / "a.h"
    path.write_text("one")
    os.utime(path, (1, 1))
    return path


def record(cache: Cache, tmp_path: Path, header: Path, text: str) -> Path:
    artefact = tmp_path / "made"
    artefact.write_text(text)
    return manifest.record(cache, KEY, ".o", [str(header)], artefact, time.time_ns())


def found(cache: Cache) -> str | None:
    entry = manifest.lookup(cache, KEY, ".o")
    return entry[0].read_text() if entry else None


def test_a_changed_header_is_a_miss_and_going_back_a_hit(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    record(cache, tmp_path, header, "first")
    assert found(cache) == "first"
    header.write_text("two")
    assert found(cache) is None
    os.utime(header, (2, 2))
    record(cache, tmp_path, header, "second")
    assert found(cache) == "second"
    header.write_text("one")
    assert found(cache) == "first"


def test_same_size_and_other_content_is_a_miss(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    record(cache, tmp_path, header, "first")
    header.write_text("two")
    assert found(cache) is None


def test_touching_is_no_change(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    record(cache, tmp_path, header, "first")
    os.utime(header)
    assert found(cache) == "first"


def test_a_vanished_header_is_a_miss(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    record(cache, tmp_path, header, "first")
    header.unlink()
    assert found(cache) is None


def test_a_file_changed_during_the_compilation_is_not_remembered(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    artefact = tmp_path / "made"
    artefact.write_text("x")
    os.utime(header)
    path = manifest.record(cache, KEY, ".o", [str(header)], artefact, time.time_ns() - 10**9)
    assert path.read_text() == "x"
    assert found(cache) is None


def test_a_damaged_manifest_is_a_miss(tmp_path: Path, header: Path) -> None:
    cache = Cache(tmp_path / "c")
    record(cache, tmp_path, header, "first")
    cache.write(KEY, ".manifest", b"[[")
    assert found(cache) is None


def test_rules_with_spaces_and_signs_survive(tmp_path: Path) -> None:
    names = ("/a b/c.h", "/d#e.h", "/f$g.h")
    path = tmp_path / "d"
    path.write_text(manifest.format_rule("x.o", names))
    assert manifest.read_depfile(path) == names
