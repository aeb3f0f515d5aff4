"""Calls one function of the device library through ctypes, by its CUDA signature."""

from __future__ import annotations

import ctypes
from typing import Any

from .library import library

TYPES: dict[str, Any] = {
    "f": ctypes.c_float,
    "d": ctypes.c_double,
    "i": ctypes.c_int,
    "u": ctypes.c_uint,
    "l": ctypes.c_longlong,
    "q": ctypes.c_ulonglong,
    "h": ctypes.c_ushort,
}


def call(name: str, signature: str, *arguments: Any) -> Any:
    """``signature`` is the result's letter, then the parameters'; a capital is a pointer to a result.

    Returns the result, or a tuple of the result and what the pointers received ("v" as first letter: only those).
    """
    function = getattr(library(), f"__nv_{name}")
    function.restype = TYPES.get(signature[0])
    given, received = iter(arguments), []
    actual: list[Any] = []
    for letter in signature[1:]:
        if letter.isupper():
            received.append(TYPES[letter.lower()]())
            actual.append(ctypes.byref(received[-1]))
        else:
            actual.append(TYPES[letter](next(given)))
    result = function(*actual)
    values = [r.value for r in received]
    if not received:
        return result
    return tuple(values) if signature[0] == "v" else (result, *values)
