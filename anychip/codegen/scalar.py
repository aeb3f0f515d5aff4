"""The scalar compiled path: our IR to LLVM IR in which one call runs one thread (docs/design/kernel_abi.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from anychip.analysis.shared_layout import alignment_of
from anychip.codegen.emitter import Kind
from anychip.codegen.function_writer import function_kind, write_function
from anychip.codegen.llvm_types import constant_text, escape, symbol, type_text
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.module_tables import TableWriter, is_host_visible
from anychip.codegen.run_block import write_run_block
from anychip.codegen.spin_yields import yield_in_spin_loops
from anychip.diagnostics import ONE_UNIT_HINT, UserError
from anychip.frontend.managed import shared_name
from anychip.ir import AddressSpace, Function, GlobalVariable, Module
from anychip.targets import Target

MANAGED_ALIGNMENT = 256
"""Of managed variables, like that of managed memory."""

KernelWriter: TypeAlias = Callable[[ModuleContext, Function], str]


def write_scalar(
    module: Module,
    target: Target,
    *,
    module_symbol: str,
    hidden: bool,
    write_kernel: KernelWriter | None = None,
) -> str:
    """LLVM text of a module for a target.

    ``module_symbol`` names the exported anychip_module; ``hidden`` keeps it inside the program it is linked into.
    Loops that spin get a yield, in the module itself. Only what the module's kernels and the host can reach is
    written. ``write_kernel`` may give a kernel further functions and, in the context, an entry of its own. Raises
    Unsupported for a construct this path does not take and UserError for a device function or variable that is not
    defined.
    """
    yield_in_spin_loops(module)
    context = ModuleContext(module, target)
    functions = [write_function(context, function) for function in context.functions]
    loops = [
        write_run_block(context, kernel) for kernel in module.kernels() if function_kind(context, kernel) == Kind.LANE
    ]
    extra = [write_kernel(context, kernel) for kernel in module.kernels()] if write_kernel else []
    variables = "\n".join(_variable(item, module_symbol) for item in _emitted_variables(context))
    tables = TableWriter(context).write(module_symbol, hidden=hidden)
    flags = ['i32 8, !"PIC Level", i32 2']
    if target.abi:
        flags.append(f'i32 1, !"target-abi", !"{target.abi}"')
    head = f'target triple = "{target.triple}"\n'
    parts = [head, variables, tables, *functions, *loops, *extra, context.support_text(), context.debug.text(flags)]
    return "\n".join(parts)


def _emitted_variables(context: ModuleContext) -> list[GlobalVariable]:
    """Variables with a place of their own: those the host sees and those kernels reach."""
    reached = frozenset[GlobalVariable]().union(*context.graph.globals_of.values())
    return [
        item
        for item in context.module.globals.values()
        if item.space != AddressSpace.SHARED and (item in reached or is_host_visible(item))
    ]


def _variable(variable: GlobalVariable, module_symbol: str) -> str:
    if variable.initializer is None:
        raise UserError(f"device variable '{variable.name}' is used but not defined", hint=ONE_UNIT_HINT)
    kind = "constant" if variable.constant else "externally_initialized global"
    value = f"{type_text(variable.value_type)} {constant_text(variable.initializer)}"
    text = f"{symbol(variable)} = internal {kind} {value}, align "
    if not variable.managed:
        return text + str(alignment_of(variable))
    # Host code names it too, and may count on the host's alignment, which for arrays is greater than the device's.
    host_name = shared_name(module_symbol, escape(variable.name))
    alias = f'@"{host_name}" = hidden alias {type_text(variable.value_type)}, ptr {symbol(variable)}'
    return f"{text}{max(alignment_of(variable), MANAGED_ALIGNMENT)}\n{alias}"
