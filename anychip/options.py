"""What the user can set: options of a compilation and of a link, and the environment.

The only module of the package that reads ``os.environ``. The spelling of command-line options is data in
``anychip.cli.option_table``; here stands what they mean.

    ANYCHIP_CACHE_DIR       the cache folder (default: XDG_CACHE_HOME or ~/.cache, then /anychip)
    ANYCHIP_CACHE_SIZE      bound of the cache in MiB (default 2048); oldest artefacts go first
    NVCC_PREPEND_FLAGS, NVCC_APPEND_FLAGS   options put before and after those of ``anychip nvcc``, as nvcc does
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from anychip.diagnostics import UserError

# Read by clang itself, so two compilations that differ in one of them are different compilations.
_CLANG_VARIABLES = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """How one translation unit is compiled. All flags are in clang's spelling.

    ``optimization`` is the digit or letter after ``-O`` for host code; device code is always optimised.
    ``preprocessor`` keeps the user's order of ``-I -D -U -isystem -include``; it and ``common`` go to both passes.
    ``target`` names a processor; empty means this machine.
    """

    target: str = ""
    standard: str = ""
    optimization: str = "2"
    debug: bool = False
    preprocessor: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    device: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The options as words, for the key of a cached artefact."""
        groups = (self.preprocessor, self.common, self.host, self.device)
        flat = (word for group in groups for word in (str(len(group)), *group))
        return (self.target, self.standard, self.optimization, str(self.debug), *flat)


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How objects become a program. ``flags`` keeps the user's order of ``-L -l -Wl,...``."""

    target: str = ""
    flags: tuple[str, ...] = ()
    shared: bool = False

    def words(self) -> tuple[str, ...]:
        """The options as words, for the key of a cached artefact."""
        return (self.target, str(self.shared), *self.flags)


@dataclass(frozen=True, slots=True)
class NvccEnvironment:
    """The words nvcc takes from the environment."""

    prepend: str = field(default_factory=lambda: os.environ.get("NVCC_PREPEND_FLAGS", ""))
    append: str = field(default_factory=lambda: os.environ.get("NVCC_APPEND_FLAGS", ""))


def cache_directory() -> Path:
    """The cache folder. Raises UserError if neither it nor a home folder is named."""
    named = os.environ.get("ANYCHIP_CACHE_DIR")
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.path.isabs(base):
        return Path(base, "anychip")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        raise UserError("there is no home folder to keep the cache in", hint="set ANYCHIP_CACHE_DIR to a folder")
    return Path(home, ".cache", "anychip")


def cache_limit() -> int:
    """The bound of the cache in bytes. Raises UserError if the setting is not a number."""
    text = os.environ.get("ANYCHIP_CACHE_SIZE", "2048")
    if not text.isdigit():
        raise UserError(f"ANYCHIP_CACHE_SIZE is {text!r}, not a number of MiB")
    return int(text) << 20


def clang_environment() -> tuple[str, ...]:
    """The variables clang reads, as words for a cache key."""
    return tuple(f"{name}={os.environ[name]}" for name in _CLANG_VARIABLES if name in os.environ)


def show_progress() -> bool:
    """Whether to tell of long work: only a person at a terminal wants to know."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
