"""From Python values to the bytes of a kernel's parameters, with errors that name the argument.

Arrays are passed by address, without a copy: NumPy arrays, and whatever exports DLPack on the CPU. A kernel writes
straight into them.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from anychip.api.signature import Parameter, Signature

# C++ element types (as demanglers print them) and the NumPy types that have the same layout.
_ELEMENTS = {
    "float": "f4",
    "double": "f8",
    "__half": "f2",
    "bool": "?",
    "char": "i1 u1",
    "signed char": "i1",
    "unsigned char": "u1",
    "short": "i2",
    "unsigned short": "u2",
    "int": "i4",
    "unsigned int": "u4",
    "long": "i8",
    "unsigned long": "u8",
    "long long": "i8",
    "unsigned long long": "u8",
}
_UNSIGNED = frozenset({"bool", *(name for name in _ELEMENTS if name.startswith("unsigned"))})
_FLOAT_CODES = {2: "<e", 4: "<f", 8: "<d"}


class ArgumentPacker:
    """Packs the arguments of one call; ``kept`` holds the arrays that must live until the launch has ended."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self.kept: list[Any] = []

    def pack(self, arguments: Sequence[Any]) -> bytes:
        """The parameter buffer. Raises TypeError or ValueError that names kernel and argument."""
        expected = self._signature.parameters
        if len(arguments) != len(expected):
            raise TypeError(f"kernel {self._signature} takes {len(expected)} arguments, {len(arguments)} were given")
        buffer = bytearray(self._signature.parameter_bytes)
        for number, (parameter, value) in enumerate(zip(expected, arguments, strict=True), 1):
            where = f"kernel {self._signature.name}, argument {number} ({parameter}): "
            data = self._convert(parameter, value, where)
            buffer[parameter.offset : parameter.offset + parameter.size] = data
        return bytes(buffer)

    def _convert(self, parameter: Parameter, value: Any, where: str) -> bytes:
        converters: dict[str, Callable[[Parameter, Any, str], bytes]] = {
            "pointer": self._pointer,
            "integer": _integer,
            "float": _float,
            "structure": _structure,
        }
        return converters[parameter.kind](parameter, value, where)

    def _pointer(self, parameter: Parameter, value: Any, where: str) -> bytes:
        if value is None:
            return bytes(8)
        if isinstance(value, ctypes.c_void_p):
            return struct.pack("<Q", value.value or 0)
        array = _as_array(value, where)
        _check_array(parameter, array, where, foreign=array is not value)
        self.kept.append(array)
        return struct.pack("<Q", array.ctypes.data)


def _as_array(value: Any, where: str) -> np.ndarray[Any, Any]:
    """The array itself, or a view of what exports DLPack."""
    if isinstance(value, np.ndarray):
        return value
    if not hasattr(value, "__dlpack__"):
        raise TypeError(f"{where}expected an array (NumPy or DLPack), None or ctypes.c_void_p, got {_name(value)}")
    try:
        return np.from_dlpack(value)
    except (BufferError, RuntimeError, TypeError) as error:
        raise TypeError(f"{where}this {_name(value)} cannot be shared through DLPack: {error}") from error


def _check_array(parameter: Parameter, array: np.ndarray[Any, Any], where: str, *, foreign: bool) -> None:
    if not array.flags.c_contiguous:
        raise ValueError(
            f"{where}the array of shape {array.shape} and strides {array.strides} is not contiguous; "
            "pass numpy.ascontiguousarray(...) and copy the result back"
        )
    if array.dtype.byteorder == ">":
        raise TypeError(f"{where}the array is big-endian; kernels read little-endian memory")
    element, constant = _pointee(parameter.c_type)
    expected = [np.dtype(code) for code in _ELEMENTS.get(element, "").split()]
    if expected and array.dtype not in expected:
        names = " or ".join(dtype.name for dtype in expected)
        raise TypeError(f"{where}expected an array of {names}, got one of {array.dtype}")
    # Older DLPack cannot say whether a tensor is writable, so NumPy calls all such views read-only.
    if element and not (constant or array.flags.writeable or foreign):
        raise ValueError(f"{where}the array is read-only, and the kernel's parameter is not a pointer to const")


def _pointee(c_type: str) -> tuple[str, bool]:
    """Element type and whether it is const: ``float const*`` gives ("float", True)."""
    if not c_type.endswith("*"):
        return "", False
    words = [word for word in c_type[:-1].split() if word != "volatile"]
    return " ".join(word for word in words if word != "const"), "const" in words


def _integer(parameter: Parameter, value: Any, where: str) -> bytes:
    if not isinstance(value, (int, np.integer, np.bool_)):
        raise TypeError(f"{where}expected an integer, got {_name(value)}")
    bits, number = parameter.size * 8, int(value)
    lowest = 0 if parameter.c_type in _UNSIGNED else -(1 << (bits - 1))
    signed = parameter.c_type in _ELEMENTS and parameter.c_type not in _UNSIGNED
    highest = (1 << (bits - 1 if signed else bits)) - 1
    if not lowest <= number <= highest:
        raise ValueError(f"{where}{number} does not fit; the range is {lowest} to {highest}")
    return (number & ((1 << bits) - 1)).to_bytes(parameter.size, "little")


def _float(parameter: Parameter, value: Any, where: str) -> bytes:
    if not isinstance(value, (int, float, np.floating, np.integer)):
        raise TypeError(f"{where}expected a number, got {_name(value)}")
    number = float(value)
    try:
        return struct.pack(_FLOAT_CODES[parameter.size], number)
    except OverflowError:
        return struct.pack(_FLOAT_CODES[parameter.size], float("inf") if number > 0 else float("-inf"))


def _structure(parameter: Parameter, value: Any, where: str) -> bytes:
    if isinstance(value, (ctypes.Structure, ctypes.Array, bytes, bytearray)):
        data = memoryview(value).tobytes()
    elif isinstance(value, np.void) or (isinstance(value, np.ndarray) and value.ndim == 0):
        data = value.tobytes()
    else:
        raise TypeError(
            f"{where}expected a structure (ctypes.Structure, numpy record or bytes) of {parameter.size} bytes, "
            f"got {_name(value)}"
        )
    if len(data) != parameter.size:
        raise ValueError(f"{where}the structure has {len(data)} bytes, the kernel's has {parameter.size}")
    return data


def _name(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
