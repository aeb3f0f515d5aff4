"""What surrounds a launch: memory, addresses of the module's variables and functions, output, time, the heap.

The runtime fills an ``Environment`` with its own arena; ``standalone_environment`` makes one from nothing, for tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from anychip.diagnostics import InternalError
from anychip.ir import AddressSpace, FunctionRef, GlobalVariable, Module, Value, size_of
from anychip.reference.errors import DeviceFault
from anychip.reference.memory import BytesMemory, Memory
from anychip.reference.values import constant_image

FIRST_FUNCTION_ADDRESS = 0x7F00_0000_0000_0000
"""Where function addresses start that the environment does not give: no memory is ever mapped there."""


def _ignore(data: bytes) -> None:
    """An output that goes nowhere."""


@dataclass
class Environment:
    """Services of a launch. Addresses and sizes are in bytes.

    ``allocate(size, alignment)`` gives memory for shared and local variables, ``release`` takes it back.
    ``variables`` gives the address of module variables by name, except shared ones; ``functions`` those of functions,
    so that pointers to them mean the same outside (absent names get an address of the executor's own).
    ``malloc`` and ``free`` are the device heap, ``malloc`` giving 0 when it is full. ``clock`` counts cycles or the
    like, ``globaltimer`` nanoseconds. ``call_depth`` bounds recursion and ``local_bytes`` the local memory of a thread;
    ``instruction_limit`` ends a launch that runs on (None: never).
    """

    memory: Memory
    allocate: Callable[[int, int], int]
    release: Callable[[int], None]
    variables: Mapping[str, int] = field(default_factory=dict)
    functions: Mapping[str, int] = field(default_factory=dict)
    write_output: Callable[[bytes], None] = _ignore
    malloc: Callable[[int], int] = lambda size: 0
    free: Callable[[int], None] = lambda address: None
    clock: Callable[[], int] = time.perf_counter_ns
    globaltimer: Callable[[], int] = time.time_ns
    call_depth: int = 8192
    local_bytes: int = 512 << 10
    instruction_limit: int | None = None


def function_addresses(module: Module, known: Mapping[str, int]) -> dict[str, int]:
    """An address for every function: the known one, else one that depends only on its place in the module."""
    own = range(FIRST_FUNCTION_ADDRESS, FIRST_FUNCTION_ADDRESS + 16 * len(module.functions), 16)
    return {name: known.get(name, address) for name, address in zip(module.functions, own, strict=True)}


def load_variables(
    module: Module,
    memory: Memory,
    allocate: Callable[[int, int], int],
    known: Mapping[str, int],
    functions: Mapping[str, int],
) -> dict[str, int]:
    """Addresses of all variables that live as long as the module; those not in ``known`` are allocated and initialised.

    Shared variables have no address here. Raises InternalError for a variable that is defined nowhere.
    """
    lasting = [variable for variable in module.globals.values() if variable.space != AddressSpace.SHARED]
    addresses = dict(known)
    fresh = [variable for variable in lasting if variable.name not in known]
    for variable in fresh:
        if variable.initializer is None:
            raise InternalError(f"device variable {variable.name} is declared but defined nowhere")
        addresses[variable.name] = allocate(max(size_of(variable.value_type), 1), max(variable.alignment, 16))
    functions = function_addresses(module, functions)

    def address_of(value: Value) -> int:
        return functions[value.name] if isinstance(value, FunctionRef) else addresses[value.name]

    for variable in fresh:
        _initialise(variable, memory, addresses[variable.name], address_of)
    return addresses


def _initialise(variable: GlobalVariable, memory: Memory, address: int, address_of: Callable[[Value], int]) -> None:
    if variable.initializer is not None and size_of(variable.value_type):
        memory.write(address, constant_image(variable.value_type, variable.initializer, address_of))


def standalone_environment(module: Module, write_output: Callable[[bytes], None] = _ignore) -> Environment:
    """An environment with its own ``BytesMemory`` and heap in which the module's variables stand initialised."""
    memory = BytesMemory()
    heap: set[int] = set()

    def malloc(size: int) -> int:
        heap.add(address := memory.allocate(size, 16))
        return address

    def free(address: int) -> None:
        if address not in heap:
            raise DeviceFault(f"free(0x{address:x}): not a pointer that malloc gave")
        heap.remove(address)
        memory.free(address)

    return Environment(
        memory=memory,
        allocate=memory.allocate,
        release=memory.free,
        variables=load_variables(module, memory, memory.allocate, {}, {}),
        write_output=write_output,
        malloc=malloc,
        free=free,
    )
