"""Run cases on the reference executor, in an address space of their own."""

from __future__ import annotations

from anychip.diagnostics import AnychipError
from anychip.ir import Module
from anychip.reference import BytesMemory, execute, standalone_environment
from tests.fuzz.cases import Case, Result, initial

INSTRUCTION_LIMIT = 20_000_000  # far above what a generated kernel executes


def expected(module: Module, case: Case) -> Result:
    """What the case gives by the meaning of the IR."""
    environment = standalone_environment(module)
    environment.instruction_limit = INSTRUCTION_LIMIT
    memory = environment.memory
    assert isinstance(memory, BytesMemory)
    contents = [*case.inputs, *(initial(kind, size) for kind, size in case.outputs)]
    addresses = [memory.allocate(len(data)) for data in contents]
    for address, data in zip(addresses, contents, strict=True):
        memory.write(address, data)
    parameters = case.parameters(addresses)
    try:
        execute(module, case.name, case.grid, case.block, case.dynamic_shared, parameters, environment)
    except AnychipError as error:
        return Result(failure="error", message=f"reference: {error.render()}")
    places = zip(addresses[len(case.inputs) :], case.outputs, strict=True)
    return Result(tuple(memory.read(address, size) for address, (_, size) in places))
