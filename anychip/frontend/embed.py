"""Tie the host IR of a translation unit to its compiled device code.

clang's host pass registers a "fat binary" by the structure ``__cuda_fatbin_wrapper``, whose data pointer it sets to the
embedded bytes. We point it at the module's tables instead, which the device object defines: nothing is left to load at
run time. See docs/design/kernel_abi.md.
"""

from __future__ import annotations

import re

from anychip.cache.identity import digest
from anychip.diagnostics import InternalError
from anychip.frontend.managed import share_managed

# Static constructors of the program have 65535 and may launch kernels; 0 to 100 are the implementation's.
CONSTRUCTOR_PRIORITY = 101

_WRAPPER = re.compile(r"^(@__cuda_fatbin_wrapper = .*?\{ i32 \d+, i32 \d+, ptr )@[-\w.$\"]+(, ptr null \}.*)$", re.M)
_CONSTRUCTOR = re.compile(r"\{ i32 65535, ptr @__cuda_module_ctor, ptr null \}")


def module_symbol(*words: str) -> str:
    """The name of a translation unit's tables: different for all units that may be linked into one program."""
    return f"anychip_module_{digest(*words)[:16]}"


def has_device_code(host: str) -> bool:
    """Whether the host IR registers device code; plain C++ in a .cu file does not."""
    return "@__cuda_fatbin_wrapper = " in host


def attach_module(host: str, symbol: str) -> str:
    """The host IR with its registration pointed at ``symbol`` and moved before all static constructors.

    Its managed variables become the device object's.

    Raises InternalError if clang's registration does not look as expected.
    """
    text, wrappers = _WRAPPER.subn(rf"\g<1>@{symbol}\g<2>\n@{symbol} = external hidden global i8", host)
    if wrappers != 1:
        raise InternalError(f"clang's fat binary has an unknown form ({wrappers} wrappers)")
    return share_managed(raise_priority(text), symbol)


def raise_priority(host: str) -> str:
    """The host IR with its registration before all static constructors. Raises InternalError for an unknown form."""
    first = f"{{ i32 {CONSTRUCTOR_PRIORITY}, ptr @__cuda_module_ctor, ptr null }}"
    text, constructors = _CONSTRUCTOR.subn(first, host)
    if constructors != 1:
        raise InternalError(f"clang's kernel registration has an unknown form ({constructors} constructors)")
    return text
