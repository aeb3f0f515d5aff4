"""What the writers of one module share: analyses, sites, debug information, and the declarations in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from anychip.analysis.call_graph import CallGraph, build_call_graph
from anychip.analysis.shared_layout import SharedLayout, layout_shared
from anychip.codegen.atomic_helpers import atomic_helper
from anychip.codegen.debug_info import DebugInfo
from anychip.codegen.kernel_abi import SERVICES
from anychip.codegen.llvm_types import symbol
from anychip.codegen.narrow_floats import narrow_helpers
from anychip.codegen.stack_helpers import STACK_HELPERS
from anychip.ir import AddressSpace, Function, Instruction, Module, size_of
from anychip.targets import Target

_HELPER_NAME = re.compile(r"@(anychip\.[\w.]+)\(")
_SERVICE_NAME = re.compile(r"@(anychip_\w+)\(")
_INTRINSIC_NAME = re.compile(r"@(llvm\.fabs\.f(32|64))\(")


@dataclass(frozen=True, slots=True)
class KernelEntry:
    """How the runtime runs a kernel other than thread by thread: symbols of its functions, ``null`` for none.

    ``rows_only``: only blocks whose rows are whole numbers of strands, or that are a single row.
    """

    lanes: int
    run_block: str = "null"
    run_strand: str = "null"
    frame_bytes: int = 0
    rows_only: bool = False


class ModuleContext:
    """State of writing one module; writers of functions add the declarations and helpers that they use."""

    def __init__(self, module: Module, target: Target) -> None:
        self.module = module
        self.target = target
        self.graph: CallGraph = build_call_graph(module)
        self.shared: SharedLayout = layout_shared(self.graph)
        self.debug = DebugInfo(module)
        self.functions = self._emitted_functions()
        self.sites = self._number_sites()
        self.frame_bytes: dict[Function, int] = {}
        self.entries: dict[Function, KernelEntry] = {}
        self._declarations: dict[str, str] = {}
        self._helpers: dict[str, str] = {}
        self._narrow = narrow_helpers(half_conversion=target.half_conversion)

    def intrinsic(self, name: str, result: str, parameters: list[str]) -> str:
        """Declare an LLVM intrinsic; returns how to name it in a call."""
        self._declarations[name] = f"declare {result} @{name}({', '.join(parameters)})"
        return f"{result} @{name}"

    def service(self, name: str) -> str:
        """Declare a function of the runtime; returns its symbol."""
        self._declarations[name] = SERVICES[name]
        return f"@{name}"

    def helper(self, name: str) -> str:
        """Add one of our helper functions, and those it calls, to the module; returns its symbol."""
        if name not in self._helpers:
            text = self._helper_text(name)
            self._helpers[name] = text
            for used in _HELPER_NAME.findall(text):
                self.helper(used)
            for service in _SERVICE_NAME.findall(text):
                self.service(service)
            for intrinsic, bits in _INTRINSIC_NAME.findall(text):
                type_ = {"32": "float", "64": "double"}[bits]
                self.intrinsic(intrinsic, type_, [type_])
        return f"@{name}"

    def constant_ranges(self) -> list[tuple[str, str]]:
        """Address and size of each ``__constant__`` variable of the module."""
        variables = [item for item in self.module.globals.values() if item.space == AddressSpace.CONSTANT]
        return [(symbol(item), str(size_of(item.value_type))) for item in variables if item.initializer is not None]

    def support_text(self) -> str:
        """Definitions of the helpers and declarations in use."""
        return "\n".join([*self._helpers.values(), *sorted(self._declarations.values())])

    def _helper_text(self, name: str) -> str:
        makers: tuple[Callable[[str], str | None], ...] = (self._narrow.get, STACK_HELPERS.get, atomic_helper)
        return next(text for maker in makers if (text := maker(name)))

    def _emitted_functions(self) -> list[Function]:
        """Functions that a kernel or a variable of the module reaches, in the module's order."""
        wanted = {function for group in self.graph.reachable.values() for function in group}
        return [item for item in self.module.functions.values() if item in wanted and not item.is_declaration]

    def _number_sites(self) -> dict[Instruction, int]:
        """Static order of the instructions where a thread may wait or trap (docs/design/convergence.md, rule 3)."""
        stops = (
            instruction
            for function in self.functions
            for instruction in function.instructions()
            if instruction.opcode in ("trap", "unreachable")
            or (instruction.opcode != "call" and self.graph.yields(instruction))
        )
        return {instruction: index for index, instruction in enumerate(stops)}
