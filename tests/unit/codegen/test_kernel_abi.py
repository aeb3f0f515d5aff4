"""kernel_abi.py and kernel_abi.h say the same, field by field, as a C compiler lays it out."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import anychip
from anychip.codegen import kernel_abi as abi

HEADER = Path(anychip.__file__).parent / "native/include/anychip/kernel_abi.h"
COMPILER = next(filter(None, map(shutil.which, ("cc", "gcc", "clang", "clang-22"))), None)
C_NAMES = {"uint32_t": "uint32", "uint64_t": "uint64"}


def _header_structures() -> dict[str, list[tuple[str, str, int]]]:
    """Name, type and count of each member, by structure."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    found = {}
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", text, flags=re.S):
        members = []
        for declaration in filter(None, (part.strip() for part in body.split(";"))):
            match = re.fullmatch(r"(?:const )?(?:struct )?(\w+)\s*(\*?)\s*(\w+)(?:\[(\d+)\])?", declaration)
            assert match, declaration
            c_type, star, member, count = match.groups()
            kind = "pointer" if star or c_type.endswith("_function") else C_NAMES[c_type]
            members.append((member, kind, int(count or 1)))
        found[name] = members
    return found


def test_members_agree_with_the_header() -> None:
    header = _header_structures()
    twin = {item.name: [(field.name, field.c_type, field.count) for field in item.fields] for item in abi.STRUCTURES}
    assert twin == header


def test_numbers_agree_with_the_header() -> None:
    text = HEADER.read_text()
    requests = {name.lower(): int(value) for name, value in re.findall(r"ANYCHIP_REQUEST_(\w+) = (\d+)", text)}
    assert requests == abi.REQUESTS
    assert f"ANYCHIP_MODULE_MAGIC {abi.MODULE_MAGIC:#x}u" in text
    assert f"ANYCHIP_ABI_VERSION {abi.ABI_VERSION}u" in text
    assert f"ANYCHIP_VARIABLE_CONSTANT = {abi.VARIABLE_CONSTANT}" in text
    assert f"ANYCHIP_VARIABLE_MANAGED = {abi.VARIABLE_MANAGED}" in text


def test_services_are_those_of_the_header() -> None:
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    assert set(re.findall(r"^\w[\w *]*?(anychip_\w+)\(", text, flags=re.M)) == set(abi.SERVICES)


@pytest.mark.skipif(COMPILER is None, reason="no C compiler on PATH")
def test_offsets_are_those_of_the_c_compiler(tmp_path: Path) -> None:
    checks = ["#include <stddef.h>", '#include "anychip/kernel_abi.h"']
    for item in abi.STRUCTURES:
        checks.append(f'_Static_assert(sizeof({item.name}) == {item.size}, "{item.name}");')
        checks += [
            f'_Static_assert(offsetof({item.name}, {field.name}) == {field.offset}, "{item.name}.{field.name}");'
            for field in item.fields
        ]
    source = tmp_path / "layout.c"
    source.write_text("\n".join(checks) + "\n")
    command = [str(COMPILER), "-fsyntax-only", f"-I{HEADER.parent.parent}", str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
