"""The tables a compiled module exports (kernel_abi.h): anychip_module and what it points at, as LLVM constants."""

from __future__ import annotations

from anychip.codegen.emitter import Kind
from anychip.codegen.frame import array_shape
from anychip.codegen.function_writer import function_kind
from anychip.codegen.kernel_abi import (
    ABI_VERSION,
    C_TYPES,
    KERNEL,
    MAX_THREADS,
    MODULE,
    MODULE_MAGIC,
    PARAMETER,
    SITE,
    VARIABLE,
    VARIABLE_CONSTANT,
    VARIABLE_MANAGED,
    Structure,
)
from anychip.codegen.llvm_types import bytes_text, symbol
from anychip.codegen.module_context import KernelEntry, ModuleContext
from anychip.codegen.parameters import layout_parameters
from anychip.diagnostics import SourceLocation
from anychip.ir import AddressSpace, Function, GlobalVariable, size_of


class TableWriter:
    """Collects constants; equal strings are written once."""

    def __init__(self, context: ModuleContext) -> None:
        self._context = context
        self._strings: dict[str, str] = {}
        self._lines: list[str] = []

    def write(self, module_symbol: str, *, hidden: bool) -> str:
        """The text of all tables, the exported one named ``module_symbol``."""
        module = self._context.module
        kernels = [self._kernel(index, kernel) for index, kernel in enumerate(module.kernels())]
        variables = [self._variable(item) for item in module.globals.values() if is_host_visible(item)]
        sites = [self._site(place.location) for place in self._context.sites]
        fields = {
            "magic": str(MODULE_MAGIC),
            "abi_version": str(ABI_VERSION),
            "name": self._string(module.name),
            "kernel_count": str(len(kernels)),
            "variable_count": str(len(variables)),
            "site_count": str(len(sites)),
            "kernels": self._table("kernels", KERNEL, kernels),
            "variables": self._table("variables", VARIABLE, variables),
            "sites": self._table("sites", SITE, sites),
        }
        visibility = "hidden " if hidden else ""
        self._lines.append(f"@{module_symbol} = {visibility}constant {_record(MODULE, fields)}, align 8")
        return "\n".join(self._lines) + "\n"

    def _kernel(self, index: int, kernel: Function) -> str:
        context = self._context
        parameters, size = layout_parameters(kernel)
        rows = [_record(PARAMETER, {"offset": str(row.offset), "size": str(row.size)}) for row in parameters.values()]
        place = kernel.location or SourceLocation(context.module.name, 0)
        scalar = _scalar_entry(context, kernel)
        fields = {
            "name": self._string(kernel.name),
            "file": self._string(place.file),
            "line": str(place.line),
            "parameter_count": str(len(rows)),
            "parameters": self._table(f"parameters.{index}", PARAMETER, rows),
            "parameter_bytes": str(size),
            "static_shared_bytes": str(context.shared.kernel_bytes[kernel]),
            "local_bytes": str(self._local_bytes(kernel)),
            "max_threads": str(kernel.attributes.get("max_threads", MAX_THREADS)),
        }
        entry = context.entries.get(kernel, scalar)
        if entry.lanes == 1:
            return _record(KERNEL, {**fields, **_entry_fields(entry), "by_thread": "null"})
        record = _record(KERNEL, {**fields, **_entry_fields(scalar), "by_thread": "null"})
        self._lines.append(f'@"t.kernel.{index}" = internal constant {record}, align 8')
        return _record(KERNEL, {**fields, **_entry_fields(entry), "by_thread": f'@"t.kernel.{index}"'})

    def _local_bytes(self, kernel: Function) -> int:
        """Local arrays of everything the kernel may run."""
        functions = self._context.graph.reachable[kernel]
        allocas = (item for function in functions for item in function.instructions() if item.opcode == "alloca")
        return sum(array_shape(item)[0] for item in allocas)

    def _variable(self, variable: GlobalVariable) -> str:
        constant = VARIABLE_CONSTANT if variable.space == AddressSpace.CONSTANT else 0
        fields = {
            "name": self._string(variable.name),
            "address": symbol(variable),
            "size": str(size_of(variable.value_type)),
            "flags": str(VARIABLE_MANAGED if variable.managed else constant),
        }
        return _record(VARIABLE, fields)

    def _site(self, place: SourceLocation | None) -> str:
        place = place or SourceLocation(self._context.module.name, 0)
        fields = {"file": self._string(place.file), "line": str(place.line), "column": str(place.column)}
        return _record(SITE, fields)

    def _table(self, name: str, row: Structure, rows: list[str]) -> str:
        """A constant array of records; null if it is empty."""
        if not rows:
            return "null"
        text = f"[{len(rows)} x {_record_type(row)}] [{', '.join(rows)}]"
        self._lines.append(f'@"t.{name}" = internal constant {text}, align 8')
        return f'@"t.{name}"'

    def _string(self, text: str) -> str:
        if text not in self._strings:
            name = f'@"t.string.{len(self._strings)}"'
            data = text.encode() + b"\0"
            self._lines.append(f"{name} = private unnamed_addr constant [{len(data)} x i8] {bytes_text(data)}")
            self._strings[text] = name
        return self._strings[text]


def is_host_visible(variable: GlobalVariable) -> bool:
    """Whether the host may name it: a ``__device__`` or ``__constant__`` variable defined here."""
    named = variable.space in (AddressSpace.GLOBAL, AddressSpace.CONSTANT) and not variable.constant
    return named and variable.initializer is not None and variable.linkage != "private"


def block_symbol(kernel: Function) -> str:
    """The LLVM name of a kernel's run_block."""
    return symbol(kernel)[:-1] + '.block"'


def _entry_fields(entry: KernelEntry) -> dict[str, str]:
    return {
        "lanes": str(entry.lanes),
        "frame_bytes": str(entry.frame_bytes),
        "run_block": entry.run_block,
        "run_strand": entry.run_strand,
        "rows_only": str(int(entry.rows_only)),
    }


def _scalar_entry(context: ModuleContext, kernel: Function) -> KernelEntry:
    """One thread per call."""
    if function_kind(context, kernel) == Kind.LANE:
        return KernelEntry(1, run_block=block_symbol(kernel))
    return KernelEntry(1, run_strand=symbol(kernel), frame_bytes=context.frame_bytes[kernel])


def _record_type(structure: Structure) -> str:
    parts = (
        f"[{field.count} x {C_TYPES[field.c_type][1]}]" if field.count > 1 else C_TYPES[field.c_type][1]
        for field in structure.fields
    )
    return f"{{ {', '.join(parts)} }}"


def _record(structure: Structure, fields: dict[str, str]) -> str:
    """A typed constant; fields not named are zero."""
    inner = ", ".join(f"{C_TYPES[field.c_type][1]} {fields.get(field.name, '0')}" for field in structure.fields)
    return f"{_record_type(structure)} {{ {inner} }}"
