"""The reference executor: our IR, thread by thread, slow and obvious; the oracle every optimisation must agree with.

Path of a launch: ``launch.execute`` lays out parameters and shared memory, ``decode`` turns functions into closures
(``steps``, ``evaluate``), ``thread`` runs one thread until it waits (``waits``), ``warp`` and ``block`` answer the
waits by the rule of docs/design/convergence.md. ``environment`` is what surrounds the launch. Uses no NumPy, no LLVM.
"""

from anychip.reference.environment import Environment, function_addresses, load_variables, standalone_environment
from anychip.reference.errors import DeviceFault, LaunchError
from anychip.reference.launch import execute
from anychip.reference.layout import parameter_offsets, parameter_type
from anychip.reference.memory import BytesMemory, Memory, ProcessMemory
from anychip.reference.printf import format_output

__all__ = [
    "BytesMemory",
    "DeviceFault",
    "Environment",
    "LaunchError",
    "Memory",
    "ProcessMemory",
    "execute",
    "format_output",
    "function_addresses",
    "load_variables",
    "parameter_offsets",
    "parameter_type",
    "standalone_environment",
]
