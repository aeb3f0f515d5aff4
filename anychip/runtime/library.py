"""The C++ runtime, loaded into this process: a typed face of ``native/include/anychip/api.h``.

Errors are ``cudaError_t`` numbers, as the C interface gives them; ``api`` turns them into exceptions.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from anychip.diagnostics import UserError
from anychip.runtime.tables import KernelTable, ModuleTable

NOT_READY = 600
_MESSAGE_BYTES = 4096
_LAST_ERROR_NUMBER = 1000
_Triple = ctypes.c_uint32 * 3
_Pointer = ctypes.c_void_p

EXECUTOR = ctypes.CFUNCTYPE(
    ctypes.c_int,
    _Pointer,
    ctypes.POINTER(ModuleTable),
    ctypes.POINTER(KernelTable),
    ctypes.POINTER(ctypes.c_uint32),
    ctypes.POINTER(ctypes.c_uint32),
    ctypes.c_uint32,
    _Pointer,
    ctypes.c_uint64,
    _Pointer,
    ctypes.c_uint64,
)
"""Signature of the function that may run launches instead of the compiled kernels' executor."""

# Name -> result, arguments.
_PROTOTYPES: dict[str, tuple[type | None, list[type]]] = {
    "anychip_module_load": (_Pointer, [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint64]),
    "anychip_module_unload": (ctypes.c_int, [_Pointer]),
    "anychip_module_tables": (ctypes.POINTER(ModuleTable), [_Pointer]),
    "anychip_kernel_find": (_Pointer, [_Pointer, ctypes.c_char_p]),
    "anychip_kernel_tables": (ctypes.POINTER(KernelTable), [_Pointer]),
    "anychip_variable_find": (_Pointer, [_Pointer, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint64)]),
    "anychip_launch": (
        ctypes.c_int,
        [_Pointer, _Triple, _Triple, ctypes.c_uint64, _Pointer, ctypes.c_char_p, ctypes.c_uint64],
    ),
    "anychip_stream_wait": (ctypes.c_int, [_Pointer, ctypes.c_uint32]),
    "anychip_launch_cancel_all": (None, []),
    "anychip_launch_message": (ctypes.c_uint64, [ctypes.c_char_p, ctypes.c_uint64]),
    "anychip_set_executor": (None, [EXECUTOR, _Pointer]),
    "anychip_is_mapped": (ctypes.c_int, [_Pointer, ctypes.c_uint64]),
    "anychip_describe_address": (ctypes.c_uint64, [_Pointer, ctypes.c_char_p, ctypes.c_uint64]),
    "anychip_heap_allocate": (_Pointer, [ctypes.c_uint64]),
    "anychip_heap_free": (ctypes.c_int, [_Pointer]),
    "anychip_print": (None, [ctypes.c_char_p, ctypes.c_uint64]),
    "cudaGetErrorName": (ctypes.c_char_p, [ctypes.c_int]),
    "cudaGetErrorString": (ctypes.c_char_p, [ctypes.c_int]),
    "cudaGetLastError": (ctypes.c_int, []),
    "cudaPeekAtLastError": (ctypes.c_int, []),
    "cudaDeviceReset": (ctypes.c_int, []),
    "cudaStreamCreate": (ctypes.c_int, [ctypes.POINTER(_Pointer)]),
    "cudaStreamDestroy": (ctypes.c_int, [_Pointer]),
    "__cxa_demangle": (_Pointer, [ctypes.c_char_p, _Pointer, _Pointer, ctypes.POINTER(ctypes.c_int)]),
    "free": (None, [_Pointer]),
}


class RuntimeLibrary:
    """One loaded runtime. ``shared`` makes its symbols stand in for those of programs loaded later."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        mode = ctypes.RTLD_GLOBAL if shared else ctypes.DEFAULT_MODE
        self._library = ctypes.CDLL(str(path), mode=mode)
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments
        self._demangle = getattr(self._library, "__cxa_demangle")  # a plain attribute would get the class name

    def load_module(self, path: Path) -> int:
        """Handle of the module in a shared object. Raises UserError if it cannot be loaded."""
        message = ctypes.create_string_buffer(_MESSAGE_BYTES)
        handle = self._library.anychip_module_load(str(path).encode(), message, _MESSAGE_BYTES)
        if not handle:
            raise UserError(f"{path} cannot be loaded: {message.value.decode(errors='replace')}")
        return int(handle)

    def module_tables(self, module: int) -> ModuleTable:
        """The tables of a loaded module."""
        tables: ModuleTable = self._library.anychip_module_tables(module).contents
        return tables

    def find_kernel(self, module: int, symbol: str) -> int:
        """Handle of a kernel by its mangled name, 0 if there is none."""
        return int(self._library.anychip_kernel_find(module, symbol.encode()) or 0)

    def find_variable(self, module: int, symbol: str) -> tuple[int, int]:
        """Address and size of a variable, (0, 0) if there is none."""
        size = ctypes.c_uint64()
        address = self._library.anychip_variable_find(module, symbol.encode(), ctypes.byref(size))
        return int(address or 0), size.value

    def launch(
        self, kernel: int, grid: Sequence[int], block: Sequence[int], shared: int, stream: int, parameters: bytes
    ) -> int:
        """Enqueue a launch; the parameters are copied."""
        function = self._library.anychip_launch
        return int(function(kernel, _Triple(*grid), _Triple(*block), shared, stream, parameters, len(parameters)))

    def wait(self, stream: int, milliseconds: int) -> int:
        """Wait at most so long for a stream; ``NOT_READY`` if work is left."""
        return int(self._library.anychip_stream_wait(stream, milliseconds))

    def cancel_all(self) -> None:
        """Make all running and waiting launches end soon."""
        self._library.anychip_launch_cancel_all()

    def launch_message(self) -> str:
        """What the last failed launch or allocation printed; only once, if the device can still be used."""
        text = ctypes.create_string_buffer(_MESSAGE_BYTES)
        self._library.anychip_launch_message(text, _MESSAGE_BYTES)
        return text.value.decode(errors="replace")

    def clear_error(self) -> int:
        """Read and clear the last error, as far as CUDA lets one clear it."""
        return int(self._library.cudaGetLastError())

    def has_failed(self) -> bool:
        """Whether an earlier kernel's error makes every call fail until a reset."""
        return bool(self._library.cudaPeekAtLastError())

    def reset(self) -> int:
        """Destroy all allocations and errors."""
        return int(self._library.cudaDeviceReset())

    def create_stream(self) -> tuple[int, int]:
        """(error, stream)."""
        stream = _Pointer()
        error = int(self._library.cudaStreamCreate(ctypes.byref(stream)))
        return error, stream.value or 0

    def destroy_stream(self, stream: int) -> int:
        """Destroy a stream after its work."""
        return int(self._library.cudaStreamDestroy(stream))

    def set_executor(self, executor: Callable[..., int]) -> object:
        """Let a Python function run all launches; keep the returned object alive as long as that holds."""
        wrapped = EXECUTOR(executor)
        self._library.anychip_set_executor(wrapped, None)
        return wrapped

    def is_mapped(self, address: int, size: int) -> bool:
        """Whether a kernel may touch these bytes."""
        return bool(self._library.anychip_is_mapped(address, size))

    def describe_address(self, address: int) -> str:
        """What an address is, in words, as fault messages have it."""
        text = ctypes.create_string_buffer(_MESSAGE_BYTES)
        self._library.anychip_describe_address(address, text, _MESSAGE_BYTES)
        return text.value.decode(errors="replace")

    def heap_allocate(self, size: int) -> int:
        """A block of the device heap, as kernels' malloc gives it; 0 if the heap is full."""
        return int(self._library.anychip_heap_allocate(size) or 0)

    def heap_free(self, address: int) -> bool:
        """Give such a block back; False if the address is not one."""
        return bool(self._library.anychip_heap_free(address))

    def print(self, data: bytes) -> None:
        """Add to the device's output."""
        self._library.anychip_print(data, len(data))

    def error_name(self, error: int) -> str:
        """``cudaErrorInvalidValue`` for 1, and so on."""
        return _text(self._library.cudaGetErrorName(error))

    def error_text(self, error: int) -> str:
        """The error in words."""
        return _text(self._library.cudaGetErrorString(error))

    @cached_property
    def error_numbers(self) -> dict[str, int]:
        """Error number by name."""
        return {self.error_name(number): number for number in range(_LAST_ERROR_NUMBER)}

    def demangle(self, symbol: str) -> str:
        """The C++ declaration behind a mangled name; the name itself if it is not one."""
        status = ctypes.c_int()
        text = self._demangle(symbol.encode(), None, None, ctypes.byref(status))
        if not text:
            return symbol
        try:
            return _text(ctypes.string_at(text))
        finally:
            self._library.free(text)


def _text(data: bytes | None) -> str:
    return (data or b"").decode(errors="replace")
