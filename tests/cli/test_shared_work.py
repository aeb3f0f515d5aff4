"""Processes that compile the same new file at once: one compiles, the others wait and take its result."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from anychip.cache.store import Cache
from anychip.cli.driver import Builder
from anychip.diagnostics import ToolError
from anychip.frontend.command import CompileOptions, Unit


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    source = tmp_path / "new.cu"
    source.write_text("int main() {}\n")
    os.utime(source, (1, 1))
    return Unit(source, "cuda", CompileOptions(), True, False)


def compile_in_threads(cache: Path, unit: Unit, count: int) -> list[object]:
    """What ``Builder.compile`` gives each of so many threads that start together (file locks hold between them too)."""
    results: list[object] = []
    together = threading.Barrier(count)

    def work() -> None:
        builder = Builder(Cache(cache))
        together.wait()
        try:
            results.append(builder.compile(unit)[0].read_text())
        except ToolError as error:
            results.append(error.message)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_the_work_is_done_once(tmp_path: Path, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []

    def compile_slowly(builder: Builder, given: Unit, output: Path) -> tuple[tuple[str, ...], str]:
        calls.append(given.source)
        time.sleep(0.2)  # the others arrive meanwhile
        output.write_text("object")
        return (str(given.source),), ""

    monkeypatch.setattr(Builder, "_compile", compile_slowly)
    assert compile_in_threads(tmp_path / "cache", unit, 3) == ["object"] * 3
    assert calls == [unit.source]


def test_a_failure_is_told_to_everyone(tmp_path: Path, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(builder: Builder, given: Unit, output: Path) -> tuple[tuple[str, ...], str]:
        raise ToolError("clang could not compile it")

    monkeypatch.setattr(Builder, "_compile", fail)
    assert compile_in_threads(tmp_path / "cache", unit, 2) == ["clang could not compile it"] * 2
