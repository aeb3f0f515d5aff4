"""PTX text of device code, by LLVM's code generator for NVIDIA GPUs: for ``-ptx``, to be read or run elsewhere."""

from __future__ import annotations

import llvmlite.binding as llvm

from anychip.diagnostics import InternalError
from anychip.frontend.normalize import gpu_target_machine


def emit_ptx(text: str) -> str:
    """Device IR, normalised, as PTX. Raises InternalError if LLVM refuses the text."""
    llvm.initialize_all_asmprinters()
    try:
        return str(gpu_target_machine().emit_assembly(llvm.parse_assembly(text)))
    except RuntimeError as error:
        raise InternalError(f"LLVM cannot write PTX: {error}") from error
