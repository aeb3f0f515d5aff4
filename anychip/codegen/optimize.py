"""LLVM's optimiser on a module of ours, and the target machines it needs.

O2 with loop and SLP vectorisation: no instruction carries a fast-math flag, so no pass may change a bit. Two passes
whose time grows with the square of a block are kept from the long blocks that lanes make (docs/performance.md).
"""

from __future__ import annotations

from functools import cache

import llvmlite.binding as llvm

from anychip.diagnostics import InternalError
from anychip.targets import Target

_LARGE_TEXT = 4_000_000
"""Characters of a module from which on SLP vectorisation, which seldom finds anything in vector code, is left out."""


@cache
def _initialize() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    # Three quarters of the code generator's time in large kernels, and nothing gained: the processors that LLVM asks
    # it for reorder instructions themselves, and registers are scheduled before they are allocated anyway.
    llvm.set_option("", "-post-RA-scheduler=false")


def target_machine(target: Target, opt_level: int = 2) -> llvm.TargetMachine:
    """LLVM's code generator for a target: position-independent code, the machine's features if native."""
    _initialize()
    cpu, features = llvm.get_host_cpu_name() if target.native else target.cpu, target_features(target)
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=cpu, features=features, opt=opt_level, reloc="pic", codemodel="default", abiname=target.abi
    )
    machine.set_asm_verbosity(verbose=False)
    return machine


def target_features(target: Target) -> str:
    """The processor's features in LLVM's words, separated by commas; the machine's own if native."""
    return str(llvm.get_host_cpu_features().flatten()) if target.native else target.features


def parse_module(text: str, target: Target, machine: llvm.TargetMachine) -> llvm.ModuleRef:
    """Parse and verify LLVM text. Raises InternalError with LLVM's words if it is not valid."""
    _initialize()
    try:
        module = llvm.parse_assembly(text)
        module.triple = target.triple
        module.data_layout = str(machine.target_data)
        module.verify()
    except RuntimeError as error:
        raise InternalError(f"LLVM refuses the generated code: {error}") from error
    return module


def optimize(module: llvm.ModuleRef, machine: llvm.TargetMachine, opt_level: int = 2, *, size: int = 0) -> None:
    """Run LLVM's standard pipeline of this level in place. ``size``: the module's, in characters of text."""
    tuning = llvm.create_pipeline_tuning_options(speed_level=opt_level)
    tuning.loop_vectorization = opt_level >= 2
    tuning.slp_vectorization = opt_level >= 2 and size < _LARGE_TEXT
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
