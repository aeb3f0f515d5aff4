"""ctypes twins of the module tables in ``native/include/anychip/kernel_abi.h``, for reading what an object exports."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass


class ParameterTable(ctypes.Structure):
    """``anychip_parameter``."""

    _fields_ = (("offset", ctypes.c_uint32), ("size", ctypes.c_uint32))


class KernelTable(ctypes.Structure):
    """``anychip_kernel``."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("file", ctypes.c_char_p),
        ("line", ctypes.c_uint32),
        ("parameter_count", ctypes.c_uint32),
        ("parameters", ctypes.POINTER(ParameterTable)),
        ("parameter_bytes", ctypes.c_uint32),
        ("static_shared_bytes", ctypes.c_uint32),
        ("local_bytes", ctypes.c_uint32),
        ("frame_bytes", ctypes.c_uint32),
        ("max_threads", ctypes.c_uint32),
        ("lanes", ctypes.c_uint32),
        ("run_block", ctypes.c_void_p),
        ("run_strand", ctypes.c_void_p),
    )


class VariableTable(ctypes.Structure):
    """``anychip_variable``."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
        ("size", ctypes.c_uint64),
        ("flags", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    )


class ModuleTable(ctypes.Structure):
    """``anychip_module``."""

    _fields_ = (
        ("magic", ctypes.c_uint32),
        ("abi_version", ctypes.c_uint32),
        ("name", ctypes.c_char_p),
        ("kernel_count", ctypes.c_uint32),
        ("variable_count", ctypes.c_uint32),
        ("site_count", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("kernels", ctypes.POINTER(KernelTable)),
        ("variables", ctypes.POINTER(VariableTable)),
        ("sites", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class Variable:
    """A module variable: its name, where it lives in this process, its size in bytes."""

    name: str
    address: int
    size: int


def variables(module: ModuleTable) -> Iterator[Variable]:
    """The module's variables."""
    for index in range(module.variable_count):
        entry = module.variables[index]
        yield Variable(entry.name.decode(), entry.address or 0, entry.size)


def kernel_names(module: ModuleTable) -> list[str]:
    """The mangled names of the module's kernels."""
    return [module.kernels[index].name.decode() for index in range(module.kernel_count)]
