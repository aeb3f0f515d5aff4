"""What clang prints for separate compilation (``-fgpu-rdc``), made fit for a device link of ours.

Device side: a ``static`` variable that host code names is renamed by clang, so that two files may have one of the same
name, but a use that came before stays with the old name, which nothing defines. Host side: the object registers
itself by calling ``__cudaRegisterLinkedBinary_<identity>``, which the device link defines.
"""

from __future__ import annotations

import re
from typing import Any

import llvmlite.binding as llvm

from anychip.cache.identity import digest
from anychip.diagnostics import InternalError
from anychip.frontend.command import Unit
from anychip.frontend.device_unit import REGISTER, SECTION, DeviceUnit, pack
from anychip.frontend.embed import raise_priority
from anychip.frontend.managed import share_relocatable

# The number is not padded with zeros.
_RENAMED = re.compile(r"^@((\S+?)__(?:static|intern)__[0-9a-f]{1,16}) = (?!external)", re.M)
_KEPT_FOR_HOST = re.compile(r"^@(?:__clang_gpu_used_external|llvm\.compiler\.used) = .*\n", re.M)
_DEFINES = re.compile(r"^define |^@\S+ = .*\bexternally_initialized\b", re.M)
_IDENTITY = re.compile(rf"@{REGISTER}(__nv_\w+)\(")


def unit_identity(unit: Unit) -> str:
    """A word for clang that differs for all objects one program may hold: by place, content and options."""
    content = unit.source.read_bytes()
    return digest(str(unit.source.absolute()), content, *unit.options.words())[:16]


def attach_unit(unit: Unit, triple: str, device: str, host: str) -> tuple[str, DeviceUnit | None]:
    """The host IR of an object that carries its device code, and that; None if there is none to carry.

    Raises InternalError if clang's registration or device IR does not look as expected.
    """
    found = _IDENTITY.search(host)
    if not found:
        raise InternalError("clang's host code of a relocatable object does not register itself")
    identity = found.group(1)
    if not _DEFINES.search(device):
        return _without_registration(host, identity), None
    made = DeviceUnit(str(unit.source), identity, triple, _bitcode(device))
    packed = pack(made)
    data = "".join(f"\\{byte:02X}" for byte in packed)
    kind = f"[{len(packed)} x i8]"
    # Excluded: programs do not keep the section, objects merged by the linker do.
    section = f'@anychip.device_unit = private constant {kind} c"{data}", section "{SECTION}", align 8, !exclude !{{}}'
    return f"{share_relocatable(raise_priority(host))}\n{section}\n", made


def _without_registration(host: str, identity: str) -> str:
    """A unit without device code needs no device link."""
    name = re.escape(f"@{REGISTER}{identity}")
    body = rf"define internal void @{REGISTER}{identity}(ptr, ptr, ptr, ptr) {{\n  ret void\n}}"
    return re.sub(rf"^declare void {name}\(.*$", body, host, flags=re.M)


def _bitcode(text: str) -> bytes:
    try:
        module: Any = llvm.parse_assembly(_tie_twins(_KEPT_FOR_HOST.sub("", text)), llvm.create_context())
    except RuntimeError as error:
        raise InternalError(f"LLVM cannot read clang's device IR: {error}") from error
    return bytes(module.as_bitcode())


def _tie_twins(text: str) -> str:
    """Uses of a renamed variable's old name get the new one."""
    for new, old in _RENAMED.findall(text):
        declaration = re.compile(rf"^@{re.escape(old)} = external .*\n", re.M)
        text, declared = declaration.subn("", text)
        if declared:
            text = re.sub(rf"@{re.escape(old)}(?![-\w$.])", f"@{new}", text)
    return text
