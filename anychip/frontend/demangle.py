"""C++ declarations behind mangled names, for messages. The C++ library of this machine knows how."""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any


def demangle(symbol: str) -> str:
    """The declaration a symbol stands for; the symbol itself if it is not mangled or there is no C++ library."""
    library = _library()
    if library is None or not symbol.startswith("_Z"):
        return symbol
    status = ctypes.c_int()
    text = library(symbol.encode(), None, None, ctypes.byref(status))
    if not text:
        return symbol
    try:
        return ctypes.string_at(text).decode(errors="replace")
    finally:
        _free()(ctypes.c_void_p(text))


@cache
def _library() -> Any:
    for name in ("stdc++", "c++abi", "c++"):
        found = ctypes.util.find_library(name)
        function = getattr(ctypes.CDLL(found), "__cxa_demangle", None) if found else None
        if function is not None:
            function.restype = ctypes.c_void_p
            function.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
            return function
    return None


@cache
def _free() -> Any:
    function = ctypes.CDLL(None).free
    function.restype = None
    return function
