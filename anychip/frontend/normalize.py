"""LLVM passes over clang's device IR before it is read: few on purpose, a reason beside each.

Every pass may use freedoms that LLVM gives (undef, poison) before the reader fixes the GPU's meaning, so only what
the reader needs, or what makes the device library melt into its callers, runs here. Nothing unrolls or vectorises.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from anychip.diagnostics import InternalError
from anychip.frontend.debug_headers import inline_headers, is_for_debugger
from anychip.frontend.llvm_lexer import bare_name

TRIPLE = "nvptx64-nvidia-cuda"
_KERNEL = re.compile(r'^define [^@\n]*ptx_kernel [^@\n]*(@(?:"[^"]*"|[-\w$.]+))\(', re.MULTILINE)
_LOCAL_LINKAGES = frozenset({"internal", "private"})


def normalize(text: str, libraries: list[bytes], *, relocatable: bool = False) -> str:
    """The text of a device module, cleaned up for the reader. Code for a debugger keeps its variables in memory.

    ``libraries`` are bitcode files that define functions the module may call; they are linked only if a function is
    undefined. ``relocatable`` keeps functions visible for a later device link (``-rdc=true``). Raises InternalError
    if LLVM does not accept the text or a library.
    """
    debugged = is_for_debugger(text)
    context = llvm.create_context()
    module = _parsed(llvm.parse_assembly, inline_headers(text) if debugged else text, context, "clang's device IR")
    linked = _link(module, libraries, context)
    _internalize(module, _kernels(text), linked, relocatable=relocatable)
    _run_passes(module, with_library=bool(linked), debugged=debugged)
    return str(module)


def hide_functions(module: Any) -> None:
    """Hide all functions but kernels: what no other module can name may be inlined or left out."""
    _internalize(module, _kernels(str(module)), set(), relocatable=False)


def _parsed(parse: Any, source: str | bytes, context: Any, what: str) -> Any:
    try:
        return parse(source, context)
    except RuntimeError as error:
        raise InternalError(f"LLVM {'.'.join(map(str, llvm.llvm_version_info))} cannot read {what}: {error}") from error


def _undefined(module: Any) -> set[str]:
    """Functions used but not defined, without intrinsics."""
    return {f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")}


def _link(module: Any, libraries: list[bytes], context: Any) -> set[str]:
    """Link each library that defines something undefined; the names of all functions that came from libraries."""
    linked: set[str] = set()
    for bitcode in libraries:
        missing = _undefined(module)
        if not missing:
            break
        library = _parsed(llvm.parse_bitcode, bitcode, context, "a device library")
        defined = {f.name for f in library.functions if not f.is_declaration}
        if not missing & defined:
            continue
        # What the module defines itself wins: the library's twin would be a duplicate symbol.
        own = {f.name for f in module.functions if not f.is_declaration}
        for function in library.functions:
            if function.name in own and not function.is_declaration:
                function.linkage = "available_externally"
        library.triple, library.data_layout = module.triple, module.data_layout
        try:
            module.link_in(library)
        except RuntimeError as error:
            raise InternalError(f"LLVM cannot link a device library: {error}") from error
        linked |= defined - own
    return linked


def _internalize(module: Any, kernels: set[str], linked: set[str], *, relocatable: bool) -> None:
    """Hide functions nobody outside can name, so that unused ones go: the library's, and all but kernels."""
    for function in module.functions:
        if function.is_declaration or function.name in kernels or function.linkage.name in _LOCAL_LINKAGES:
            continue
        if function.name in linked or not relocatable:
            function.linkage = "internal"


def _kernels(text: str) -> set[str]:
    """Functions of the kernel calling convention; llvmlite does not show it, the text does."""
    return {bare_name(name) for name in _KERNEL.findall(text)}


def _run_passes(module: Any, *, with_library: bool, debugged: bool) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(gpu_target_machine(), options)
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()  # the part of the library, and of headers, that nobody calls
    if debugged:
        passes.add_always_inliner_pass()  # CUDA's headers and the library; what follows would take variables apart
        passes.add_global_dead_code_eliminate_pass()
    elif with_library:
        passes.add_always_inliner_pass()  # the library's small functions
        passes.add_global_dead_code_eliminate_pass()  # whose bodies are then unused
        passes.add_sroa_pass()  # results that they return through memory
        passes.add_instruction_combine_pass()  # their constant arguments
        passes.add_simplify_cfg_pass()  # branches these decided
    passes.add_strip_dead_prototype_pass()  # declarations would otherwise count as undefined functions
    passes.add_instruction_namer_pass()  # names that the reader, and people who read .wir text, can rely on
    passes.run(module, builder)


@cache
def gpu_target_machine() -> Any:
    """The GPU's code generator, so that costs and intrinsics are the GPU's whatever processor is compiled for."""
    llvm.initialize_all_targets()
    return llvm.Target.from_triple(TRIPLE).create_target_machine(cpu="sm_80", features="+ptx87", opt=2)
