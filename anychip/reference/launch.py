"""Running a launch from its parameters to its end, block after block in index order."""

from __future__ import annotations

from collections.abc import Iterator

from anychip.analysis.warp_synchronous import lockstep_conflict
from anychip.diagnostics import InternalError
from anychip.ir import AddressSpace, Function, FunctionRef, GlobalVariable, Module, Value, align_of, size_of
from anychip.reference.block import BlockScheduler
from anychip.reference.decode import decode
from anychip.reference.environment import Environment, function_addresses
from anychip.reference.errors import DeviceFault, LaunchError
from anychip.reference.layout import SHARED_ALIGNMENT, parameter_offsets, parameter_type, shared_layout
from anychip.reference.local_memory import LocalMemory
from anychip.reference.lockstep import Lockstep
from anychip.reference.thread import SINK, BlockContext, Code, Index, Thread
from anychip.reference.values import from_bytes

MAX_THREADS = 1024


def execute(
    module: Module,
    kernel_name: str,
    grid: Index,
    block: Index,
    dynamic_shared_bytes: int,
    parameter_bytes: bytes,
    environment: Environment,
) -> None:
    """Run a kernel on every thread of the grid.

    ``parameter_bytes`` holds the parameters at ``layout.parameter_offsets``. Raises LaunchError for whatever CUDA would
    report, Unsupported for what this executor cannot run, InternalError for IR that is not complete.
    """
    kernel = module.functions.get(kernel_name)
    if kernel is None or kernel.is_declaration:
        raise LaunchError(
            "cudaErrorInvalidDeviceFunction", f"the module has no kernel {kernel_name}", kernel=kernel_name
        )
    threads = block[0] * block[1] * block[2]
    if min(*grid, *block) < 1 or threads > MAX_THREADS:
        message = f"kernel {kernel_name}: grid {grid} and block {block} cannot be launched"
        raise LaunchError("cudaErrorInvalidConfiguration", message, kernel=kernel_name)
    launch = Launch(module, kernel, grid, block, dynamic_shared_bytes, parameter_bytes, environment)
    try:
        launch.run()
    finally:
        launch.release()


class Launch:
    """One launch; to its threads it is the ``thread.Program`` they run."""

    def __init__(
        self,
        module: Module,
        kernel: Function,
        grid: Index,
        block: Index,
        dynamic_bytes: int,
        parameters: bytes,
        environment: Environment,
    ) -> None:
        self.kernel = kernel
        self.grid = grid
        self.block = block
        self.environment = environment
        self.constant_ranges = _constant_ranges(module, environment)
        self._functions = module.functions
        self._ordinals = {name: place for place, name in enumerate(module.functions)}
        self._addresses = function_addresses(module, environment.functions)
        self._names = {address: name for name, address in self._addresses.items()}
        self._codes: dict[str, Code] = {}
        self._executed = 0
        self._lockstep = Lockstep() if lockstep_conflict(kernel) else None
        self._layout = shared_layout(module, kernel)
        self._dynamic_bytes = dynamic_bytes
        self._shared = environment.allocate(max(self._layout.static_bytes + dynamic_bytes, 1), SHARED_ALIGNMENT)
        self._locals = [
            LocalMemory(environment.allocate, environment.release, environment.local_bytes)
            for _ in range(block[0] * block[1] * block[2])
        ]
        self._by_value: list[int] = []
        self._parameters = parameters

    def _place_parameters(self) -> list[object]:
        """The kernel's arguments; a by-value structure is put into memory, from where each thread copies it."""
        arguments: list[object] = []
        for argument, offset in zip(self.kernel.arguments, parameter_offsets(self.kernel), strict=True):
            type_ = parameter_type(argument)
            image = self._parameters[offset : offset + size_of(type_)]
            if len(image) != size_of(type_):
                raise InternalError(
                    f"kernel {self.kernel.name}: {len(self._parameters)} bytes of parameters are too few"
                )
            if argument.attributes.by_value:
                address = self.environment.allocate(max(len(image), 1), max(align_of(type_), 16))
                self._by_value.append(address)
                self.environment.memory.write(address, image)
            arguments.append(address if argument.attributes.by_value else from_bytes(type_, image))
        return arguments

    def release(self) -> None:
        """Give all memory of the launch back."""
        for local in self._locals:
            local.release_all()
        for address in [*self._by_value, self._shared]:
            self.environment.release(address)

    def run(self) -> None:
        """Run all blocks. Raises LaunchError."""
        arguments = self._place_parameters()
        for index in _indices(self.grid):
            context = BlockContext(index, self._shared, self._layout.static_bytes, self._dynamic_bytes)
            threads = [
                Thread(self, context, position, linear, self._locals[linear])
                for linear, position in enumerate(_indices(self.block))
            ]
            for thread in threads:
                self._start(thread, arguments)
            BlockScheduler(threads, self._lockstep).run()

    def _start(self, thread: Thread, arguments: list[object]) -> None:
        thread.local.give_back((0, 0))
        try:
            thread.call(self.kernel, arguments, SINK)
        except DeviceFault as fault:
            raise thread.failure(fault, None) from None

    def code_of(self, function: Function) -> Code:
        """See ``thread.Program``."""
        if function.name not in self._codes:
            self._codes[function.name] = decode(function, self._ordinals[function.name], self._address_of)
        return self._codes[function.name]

    def function_at(self, address: int) -> Function:
        """See ``thread.Program``."""
        function = self._functions.get(self._names.get(address, ""))
        if function is None or function.is_declaration:
            raise DeviceFault(f"call of 0x{address:x}, which is no device function", "cudaErrorInvalidPc")
        return function

    def count(self, instructions: int) -> None:
        """See ``thread.Program``."""
        self._executed += instructions
        limit = self.environment.instruction_limit
        if limit is not None and self._executed > limit:
            raise DeviceFault(f"the launch executed more than {limit} instructions", "cudaErrorLaunchTimeout")

    def _address_of(self, value: Value) -> int:
        if isinstance(value, FunctionRef):
            return self._addresses[value.name]
        if isinstance(value, GlobalVariable) and value.space == AddressSpace.SHARED:
            return self._shared + self._layout.offsets[value.name]
        if value.name not in self.environment.variables:
            raise InternalError(f"the environment gives no address for the device variable {value.name}")
        return self.environment.variables[value.name]


def _constant_ranges(module: Module, environment: Environment) -> list[tuple[int, int]]:
    addresses = environment.variables
    variables = [variable for variable in module.globals.values() if variable.space == AddressSpace.CONSTANT]
    known = [variable for variable in variables if variable.name in addresses]
    return [(addresses[v.name], addresses[v.name] + size_of(v.value_type)) for v in known]


def _indices(size: Index) -> Iterator[Index]:
    """All indices of a grid or block, x fastest."""
    x_size, y_size, z_size = size
    return ((x, y, z) for z in range(z_size) for y in range(y_size) for x in range(x_size))
