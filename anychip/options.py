"""Settings from the environment. The only module of the package that reads ``os.environ``.

    ANYCHIP_CACHE_DIR       the cache folder (default: XDG_CACHE_HOME or ~/.cache, then /anychip)
    ANYCHIP_CACHE_SIZE      bound of the cache in MiB (default 2048); the least recently used artefacts go first
    ANYCHIP_LANES           threads that one call of compiled code runs: 1, 8, 16 or 32, or auto (default: auto)
    NVCC_PREPEND_FLAGS, NVCC_APPEND_FLAGS   options put before and after those of ``anychip nvcc``, as nvcc does

Options of the command line are data in ``anychip.cli.option_table``. Light to import: the warm path starts here.
"""

from __future__ import annotations

import os
import sys

# Read by clang, by us, or in the search for tools: compilations that differ in one of them are different ones.
_TOOL_VARIABLES = (
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "LIBRARY_PATH",
    "SOURCE_DATE_EPOCH",
    "PATH",
    "ANYCHIP_LANES",
)
_LANES = {"auto": 0, "1": 1, "8": 8, "16": 16, "32": 32}


def nvcc_flags() -> tuple[str, str]:
    """The words nvcc puts before and after those of its command line."""
    return os.environ.get("NVCC_PREPEND_FLAGS", ""), os.environ.get("NVCC_APPEND_FLAGS", "")


def search_path() -> str:
    """PATH, which build systems want to be told."""
    return os.environ.get("PATH", "")


def cache_directory() -> str:
    """The cache folder. Raises UserError if neither it nor a home folder is named."""
    named = os.environ.get("ANYCHIP_CACHE_DIR")
    if named:
        return os.path.abspath(named)
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.path.isabs(base):
        return os.path.join(base, "anychip")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        _refuse("there is no home folder to keep the cache in", "set ANYCHIP_CACHE_DIR to a folder")
    return os.path.join(home, ".cache", "anychip")


def cache_limit() -> int:
    """The bound of the cache in bytes. Raises UserError if the setting is not a number."""
    text = os.environ.get("ANYCHIP_CACHE_SIZE", "2048")
    if not text.isdigit():
        _refuse(f"ANYCHIP_CACHE_SIZE is {text!r}, not a number of MiB", "leave it unset for 2048")
    return int(text) << 20


def lanes() -> int:
    """How many threads one call of compiled code runs; 0: the compiler's choice. Raises UserError for others."""
    text = os.environ.get("ANYCHIP_LANES", "auto")
    if text not in _LANES:
        _refuse(f"ANYCHIP_LANES is {text!r}", f"choose from {', '.join(_LANES)}")
    return _LANES[text]


def tool_environment() -> tuple[str, ...]:
    """The variables tools read, as words for a cache key."""
    return tuple(f"{name}={os.environ[name]}" for name in _TOOL_VARIABLES if name in os.environ)


def show_progress() -> bool:
    """Whether to tell of long work: only a person at a terminal wants to know."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _refuse(message: str, hint: str) -> None:
    from anychip.diagnostics import UserError  # loads much that a warm run must not

    raise UserError(message, hint=hint)
