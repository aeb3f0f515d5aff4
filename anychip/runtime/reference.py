"""Run a whole program with the reference executor in the place of compiled kernels.

The program is a shared object. The runtime is loaded before it with global symbols, so that the program's CUDA calls
go to that copy, and calls back here for every launch; the kernel's IR comes from the .wir texts of its modules.
Host memory and device memory are this process's own, checked before every access.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anychip.diagnostics import AnychipError
from anychip.ir import (
    Constant,
    ConstantAddress,
    ConstantAggregate,
    Function,
    Module,
    StructType,
    field_offsets,
    size_of,
)
from anychip.ir.parser import parse_module
from anychip.reference import DeviceFault, Environment, LaunchError, ProcessMemory, execute, load_variables
from anychip.runtime.library import RuntimeLibrary
from anychip.runtime.tables import KernelTable, ModuleTable, variables

_UNKNOWN_ERROR = 999


def run_program(runtime: Path, program: Path, texts: list[Path], arguments: list[str]) -> int:
    """Load ``program`` on the shared ``runtime`` and call its main; does not return if the program calls exit.

    ``texts`` are the .wir files of its modules, ``arguments`` the program's argv. Returns main's result.
    """
    library = RuntimeLibrary(runtime, shared=True)
    executor = ReferenceExecutor(library, [parse_module(path.read_text()) for path in texts])
    keep = library.set_executor(executor)
    loaded = ctypes.CDLL(str(program), mode=ctypes.RTLD_GLOBAL)
    # Ctrl-C must end the program as it ends any other; Python would only set a flag, or raise inside a callback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    argv = (ctypes.c_char_p * (len(arguments) + 1))(*[word.encode() for word in arguments], None)
    status = int(loaded.main(len(arguments), argv))
    sys.stdout.flush()
    sys.stderr.flush()
    # C's exit runs the program's own clean-up and flushes its output; it does not return.
    ctypes.CDLL(None).exit(status)
    del keep
    return status


class ReferenceExecutor:
    """The callback the runtime makes for each launch."""

    def __init__(self, library: RuntimeLibrary, modules: list[Module]) -> None:
        self._library = library
        self._modules = modules
        self._environments: dict[int, Environment] = {}
        self._heap = ctypes.CDLL(None)
        self._heap.aligned_alloc.restype = ctypes.c_void_p
        self._heap.aligned_alloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
        self._heap.free.argtypes = [ctypes.c_void_p]

    def __call__(
        self,
        user: int | None,
        tables: Any,
        kernel: Any,
        grid: Any,
        block: Any,
        shared: int,
        parameters: int | None,
        size: int,
        message: int | None,
        capacity: int,
    ) -> int:
        """Run one launch; returns a cudaError_t number and fills ``message`` if it is not 0."""
        try:
            self._run(tables.contents, kernel.contents, grid, block, shared, _bytes_at(parameters, size))
            return 0
        except LaunchError as error:
            status, text = self._library.error_numbers.get(error.cuda_error_name, _UNKNOWN_ERROR), error.render()
        except AnychipError as error:
            status, text = _UNKNOWN_ERROR, error.render()
        except Exception:  # must not pass through C code
            status, text = _UNKNOWN_ERROR, traceback.format_exc()
        print(text, file=sys.stderr, flush=True)
        _put_text(message, capacity, text)
        return status

    def _run(
        self, tables: ModuleTable, kernel: KernelTable, grid: Any, block: Any, shared: int, parameters: bytes
    ) -> None:
        name = kernel.name.decode()
        module = self._module(tables.name.decode(), name)
        environment = self._environment(module, tables)
        execute(module, name, _triple(grid), _triple(block), shared, parameters, environment)

    def _module(self, source: str, kernel: str) -> Module:
        """The module that defines the kernel; two files may each have a static kernel of one name."""
        found = [module for module in self._modules if kernel in module.functions]
        named = [module for module in found if module.name == source]
        if not found:
            raise LaunchError("cudaErrorInvalidDeviceFunction", f"no IR of kernel {kernel}", kernel=kernel)
        return (named or found)[0]

    def _environment(self, module: Module, tables: ModuleTable) -> Environment:
        """The surroundings of a module's launches: its variables where the object has them, made once."""
        key = id(module)
        if key not in self._environments:
            memory = ProcessMemory(self._library.is_mapped, self._library.describe_address)
            known = {variable.name: variable.address for variable in variables(tables) if variable.address}
            functions = native_functions(module, known)
            self._environments[key] = Environment(
                memory=memory,
                allocate=self._allocate,
                release=self._release,
                variables=load_variables(module, memory, self._allocate, known, functions),
                functions=functions,
                write_output=self._library.print,
                malloc=self._library.heap_allocate,
                free=self._free,
            )
        return self._environments[key]

    def _allocate(self, size: int, alignment: int) -> int:
        rounded = -(-max(size, 1) // alignment) * alignment
        address = self._heap.aligned_alloc(alignment, rounded)
        if not address:
            raise MemoryError(f"no memory for {size} bytes")
        return int(address)

    def _free(self, address: int) -> None:
        if not self._library.heap_free(address):
            raise DeviceFault(f"free(0x{address:x}): not a pointer that malloc gave")

    def _release(self, address: int) -> None:
        self._heap.free(address)


def native_functions(module: Module, addresses: Mapping[str, int]) -> dict[str, int]:
    """Addresses that initialised pointers to functions have in this process, by function name.

    The host can copy such a pointer out of a variable and pass it to a kernel, so it must mean the same here.
    """
    found: dict[str, int] = {}
    for name, address in addresses.items():
        variable = module.globals.get(name)
        if variable is None or variable.initializer is None:
            continue
        for offset, function in _function_pointers(variable.initializer):
            found.setdefault(function, int.from_bytes(ctypes.string_at(address + offset, 8), "little"))
    return found


def _function_pointers(constant: Constant, start: int = 0) -> Iterator[tuple[int, str]]:
    """Byte offset and function name of every pointer to a function in an initialiser."""
    if isinstance(constant, ConstantAddress):
        if isinstance(constant.base, Function) and not constant.offset:
            yield start, constant.base.name
    elif isinstance(constant, ConstantAggregate):
        for offset, element in zip(_element_offsets(constant), constant.elements, strict=True):
            yield from _function_pointers(element, start + offset)


def _element_offsets(constant: ConstantAggregate) -> list[int]:
    if isinstance(constant.type, StructType):
        return field_offsets(constant.type)
    size = size_of(constant.elements[0].type) if constant.elements else 0
    return [size * index for index in range(len(constant.elements))]


def _triple(values: Any) -> tuple[int, int, int]:
    return int(values[0]), int(values[1]), int(values[2])


def _bytes_at(address: int | None, size: int) -> bytes:
    return ctypes.string_at(address, size) if address and size else b""


def _put_text(target: int | None, capacity: int, text: str) -> None:
    """Write a C string, cut to what fits."""
    if target and capacity:
        data = text.encode(errors="replace")[: capacity - 1] + b"\0"
        ctypes.memmove(target, data, len(data))
