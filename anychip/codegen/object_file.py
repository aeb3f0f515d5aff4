"""LLVM text to object files and assembly for a target."""

from __future__ import annotations

from anychip.codegen.optimize import optimize, parse_module, target_machine
from anychip.targets import Target


def emit_object(text: str, target: Target, opt_level: int = 2) -> bytes:
    """Optimise device code and return a relocatable ELF object. Raises InternalError if the text is invalid."""
    machine = target_machine(target, opt_level)
    module = parse_module(text, target, machine)
    optimize(module, machine, opt_level, size=len(text))
    return bytes(machine.emit_object(module))


def emit_assembly(text: str, target: Target, opt_level: int = 2) -> str:
    """The same as assembly text."""
    machine = target_machine(target, opt_level)
    module = parse_module(text, target, machine)
    optimize(module, machine, opt_level, size=len(text))
    return str(machine.emit_assembly(module))


def emit_optimized(text: str, target: Target, opt_level: int = 2) -> str:
    """The LLVM text after optimisation."""
    machine = target_machine(target, opt_level)
    module = parse_module(text, target, machine)
    optimize(module, machine, opt_level, size=len(text))
    return str(module)


def emit_host_object(text: str, target: Target, opt_level: int = 2) -> bytes:
    """Generate code for host IR that clang has optimised already; its per-function CPU features hold."""
    machine = target_machine(target, opt_level)
    return bytes(machine.emit_object(parse_module(text, target, machine)))
