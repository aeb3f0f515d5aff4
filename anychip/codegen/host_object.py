"""Host IR to an object: what clang's code generator would do, for targets that the installed clang has none for.

LLVM needs a target's assembly parser to put inline assembly into an object, and llvmlite brings only this machine's.
For other targets such code is printed as assembly and goes through the assembler of the cross compiler's package.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import llvmlite.binding as llvm

from anychip.codegen.init_array import use_init_array
from anychip.codegen.object_file import emit_host_object
from anychip.codegen.optimize import parse_module, target_machine
from anychip.diagnostics import ToolError, UserError
from anychip.frontend.systems import find_system, is_native
from anychip.targets import Target

# Empty assembly, a compiler barrier, needs no parser.
_INLINE_ASSEMBLY = re.compile(r"^module asm |^\s.*\bcall(?:br)? [^\"\n]*\basm [^\"\n]*\"[^\"]", re.M)


def host_object(text: str, target: Target) -> bytes:
    """The object of host IR that clang has optimised. Raises UserError if a needed assembler is missing."""
    text = use_init_array(text)
    if is_native(target.triple):
        llvm.initialize_native_asmparser()
        return emit_host_object(text, target)
    if not _INLINE_ASSEMBLY.search(text):
        return emit_host_object(text, target)
    machine = target_machine(target)
    return _assemble(str(machine.emit_assembly(parse_module(text, target, machine))), target)


def _assemble(assembly: str, target: Target) -> bytes:
    system = find_system(target.triple)
    name = f"{system.multiarch}-as"
    assembler = shutil.which(name)
    if assembler is None:
        package = f"binutils-{system.multiarch.replace('_', '-')}"
        hint = f"install with: apt-get install -y --no-install-recommends {package}"
        raise UserError(f"inline assembly for {system.name} needs the assembler {name}", hint=hint)
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        output = Path(folder, "o")
        command = [assembler, "-o", str(output), "-"]
        done = subprocess.run(command, input=assembly, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ToolError(f"{name} refuses the inline assembly", done.stderr, done.returncode)
        return output.read_bytes()
