"""ctypes twins of the module tables that objects export, made from the compiler's description of them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from anychip.codegen import kernel_abi

_SCALARS: dict[str, Any] = {"uint32": ctypes.c_uint32, "uint64": ctypes.c_uint64, "pointer": ctypes.c_void_p}


def _fields(structure: kernel_abi.Structure, **pointers: Any) -> list[tuple[str, Any]]:
    """The members for ctypes; ``pointers`` tells what some of the pointers point at."""
    return [(field.name, pointers.get(field.name, _SCALARS[field.c_type])) for field in structure.fields]


class ParameterTable(ctypes.Structure):
    """``anychip_parameter``."""

    _fields_ = _fields(kernel_abi.PARAMETER)


class KernelTable(ctypes.Structure):
    """``anychip_kernel``."""

    _fields_ = _fields(
        kernel_abi.KERNEL, name=ctypes.c_char_p, file=ctypes.c_char_p, parameters=ctypes.POINTER(ParameterTable)
    )


class VariableTable(ctypes.Structure):
    """``anychip_variable``."""

    _fields_ = _fields(kernel_abi.VARIABLE, name=ctypes.c_char_p)


class ModuleTable(ctypes.Structure):
    """``anychip_module``."""

    _fields_ = _fields(
        kernel_abi.MODULE,
        name=ctypes.c_char_p,
        kernels=ctypes.POINTER(KernelTable),
        variables=ctypes.POINTER(VariableTable),
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
