"""Run clang over one CUDA source twice, side by side: the device pass and the host pass.

Input: a Unit. Output: the IR text of each pass, the files that were read, and what clang had to say.
The preincluded header is parsed once per set of flags and kept in precompiled form, which takes the front end
from 0.3 s to 0.15 s.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from anychip.cache import manifest
from anychip.cache.identity import digest
from anychip.cache.store import Cache
from anychip.diagnostics import ToolError
from anychip.frontend.command import Unit, device_command, header_command, host_command
from anychip.frontend.launch_brackets import include_folders, overlay_flags
from anychip.frontend.toolchain import Toolchain

SIDES = ("device", "host")
_MAX_SHOWN = 200_000  # characters of clang's output: a template error can be megabytes


class Passes:
    """The two running compilations of one source, or one of them. Leaving the context ends what still runs."""

    def __init__(self, toolchain: Toolchain, unit: Unit, cache: Cache, sides: tuple[str, ...] = SIDES) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="anychip-")
        self._path = Path(self._folder.name)
        self._unit = unit
        self._sides = sides
        self._messages: dict[str, str] = {}
        self._failed = 0
        self._running: dict[str, subprocess.Popen[str]] = {}
        try:
            self._start(toolchain, cache)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def device(self) -> str:
        """The device IR. Raises ToolError with clang's words if either pass failed."""
        return self._result("device")

    def host(self) -> str:
        """The host IR. Raises ToolError with clang's words if either pass failed."""
        return self._result("host")

    def dependencies(self) -> tuple[str, ...]:
        """The files that either pass read; call after both results."""
        found = [path for side in self._sides for path in manifest.read_depfile(self._path / f"{side}.d")]
        return tuple(dict.fromkeys(path for path in found if not path.endswith(_HEADER_SUFFIX)))

    def messages(self) -> str:
        """Warnings of both passes, each once."""
        return merge_messages(self._messages.get("host", ""), self._messages.get("device", ""))

    def __enter__(self) -> Passes:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._running.values():
            process.kill()
            process.communicate()
        self._running.clear()
        self._folder.cleanup()

    def _start(self, toolchain: Toolchain, cache: Cache) -> None:
        headers = precompiled_headers(toolchain, self._unit, cache, self._sides)
        placeholder = self._path / "placeholder"
        placeholder.touch()
        commands = {
            "device": device_command(toolchain, self._unit, headers.get("device")),
            "host": host_command(toolchain, self._unit, placeholder, headers.get("host")),
        }
        folders = include_folders(self._unit.options.preprocessor)
        overlay = overlay_flags(self._unit.source, folders, self._path)
        for side in self._sides:
            outputs = [*overlay, "-MD", "-MF", str(self._path / f"{side}.d"), "-o", str(self._path / f"{side}.ll")]
            self._running[side] = start([*commands[side], *outputs, str(self._unit.source)])

    def _result(self, side: str) -> str:
        self._wait(side)
        if self._failed:
            for other in self._sides:
                self._wait(other)
            raise ToolError(f"clang could not compile {self._unit.source}", self.messages(), self._failed)
        return (self._path / f"{side}.ll").read_text(errors="surrogateescape")

    def _wait(self, side: str) -> None:
        process = self._running.pop(side, None)
        if process is None:
            return
        _, self._messages[side] = process.communicate()
        self._failed = self._failed or process.returncode


def start(command: list[str]) -> subprocess.Popen[str]:
    """Start a tool whose messages are collected."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


_HEADER_SUFFIX = ".pch"


def precompiled_headers(
    toolchain: Toolchain, unit: Unit, cache: Cache, sides: tuple[str, ...] = SIDES
) -> dict[str, Path | None]:
    """The precompiled preincluded header of each pass for the unit's flags, made if need be.

    A header that cannot be precompiled with these flags gives None; the pass itself then reports the problem.
    """
    keys = {side: _header_key(toolchain, unit, side) for side in sides}
    found = {side: _find_header(cache, key) for side, key in keys.items()}
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        begun = time.time_ns()
        jobs = {
            side: (Path(folder, side + _HEADER_SUFFIX), start(_header_words(toolchain, unit, side, Path(folder))))
            for side in sides
            if found[side] is None
        }
        for side, (output, process) in jobs.items():
            process.communicate()
            if process.returncode == 0:
                files = manifest.read_depfile(Path(folder, f"{side}.d"))
                found[side] = manifest.record(cache, keys[side], _HEADER_SUFFIX, files, output, begun)
    return found


def _find_header(cache: Cache, key: str) -> Path | None:
    found = manifest.lookup(cache, key, _HEADER_SUFFIX)
    return found[0] if found else None


def _header_key(toolchain: Toolchain, unit: Unit, side: str) -> str:
    return digest("precompiled header", *toolchain.identity(), *header_command(toolchain, unit, side))


def _header_words(toolchain: Toolchain, unit: Unit, side: str, folder: Path) -> list[str]:
    output = ["-MD", "-MF", str(folder / f"{side}.d"), "-o", str(folder / (side + _HEADER_SUFFIX))]
    return [*header_command(toolchain, unit, side), *output]


def merge_messages(host: str, device: str) -> str:
    """What clang said in both passes, without saying twice what both found."""
    seen = {block.split("\n", 1)[0] for block in _blocks(host)}
    extra = [block for block in _blocks(device) if block.split("\n", 1)[0] not in seen]
    kept = [block for block in _blocks(host) + extra if " generated when compiling for " not in block]
    return "".join(kept)[:_MAX_SHOWN]


def _blocks(text: str) -> list[str]:
    """Split clang's output into diagnostics: a line naming a severity starts one, with its "included from" lines."""
    blocks: list[str] = []
    lead = ""
    for line in text.splitlines(keepends=True):
        starts = any(word in line for word in (": error: ", ": warning: ", ": fatal error: ", "error: ", "warning: "))
        if line.startswith(("In file included from", "                 from")):
            lead += line
        elif starts or " generated when compiling for " in line or not blocks:
            blocks.append(lead + line)
            lead = ""
        else:
            blocks[-1] += lead + line
            lead = ""
    return blocks
