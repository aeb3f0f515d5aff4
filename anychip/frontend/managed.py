"""``__managed__`` variables: one place in memory for host and device code.

clang knows them for HIP only. Our headers make them ``__device__`` variables with an annotation, which both of clang's
passes carry into the IR. The device object defines such a variable under a name that the host's IR then uses in the
place of its own copy: what either side writes, the other sees, also before the first kernel.
"""

from __future__ import annotations

import re

_ANNOTATION = "cuda_managed"  # as in crt/host_defines.h
_NAME = r'@(?:"[^"]*"|[-\w$.]+)'
_TABLE = re.compile(r"^@llvm\.global\.annotations = .*$", re.M)
_MARK = re.compile(rf'^({_NAME}) = .* c"{_ANNOTATION}\\00"', re.M)
_ENTRY = re.compile(rf"\{{ ptr (?:addrspacecast \(ptr addrspace\(\d+\) )?({_NAME})(?: to ptr\))?, ptr ({_NAME}), ptr ")
_DEFINITION = re.compile(
    rf"^({_NAME}) = (?:[a-z_]+ )*?global (.*?) (?:undef|poison|zeroinitializer), (?:comdat, )?(align \d+).*$", re.M
)
_STRING = re.compile(rf'^({_NAME}) = private .*constant \[\d+ x i8\] c"([^"]*)\\00"', re.M)
_REGISTRATION = re.compile(rf"@__cudaRegisterVar\(ptr %\w+, ptr (?:nonnull )?({_NAME}), ptr (?:nonnull )?({_NAME}),")
# Strings come first: what looks like a name inside one is none.
_STRING_OR_NAME = re.compile(rf'[c!]"[^"]*"|{_NAME}')


def managed_variables(text: str) -> frozenset[str]:
    """The LLVM names, with ``@``, of the variables of a module (host or device) that are annotated as managed."""
    table = _TABLE.search(text)
    if not table:
        return frozenset()
    marks = frozenset(_MARK.findall(text))
    return frozenset(name for name, mark in _ENTRY.findall(table[0]) if mark in marks)


def shared_name(module_symbol: str, variable: str) -> str:
    """What host and device call a managed variable of the unit whose tables are ``module_symbol``."""
    return f"{module_symbol}.managed.{variable}"


def share_managed(host: str, module_symbol: str) -> str:
    """The host IR with its own copies of managed variables replaced by the device object's."""
    names = managed_variables(host)
    return _declare_all(host, {name: f'@"{shared_name(module_symbol, _plain(name))}"' for name in names})


def share_relocatable(host: str) -> str:
    """The same for relocatable device code, whose link defines the variables under the names they are registered by."""
    names = managed_variables(host)
    strings = dict(_STRING.findall(host)) if names else {}
    registered = {variable: strings[text] for variable, text in _REGISTRATION.findall(host) if text in strings}
    return _declare_all(host, {name: f'@"{registered.get(name, _plain(name))}"' for name in names})


def _plain(name: str) -> str:
    return name[1:].strip('"')


def _declare_all(host: str, shared: dict[str, str]) -> str:
    """Make definitions of the variables declarations, and give them their new names."""
    if not shared:
        return host

    def declare(match: re.Match[str]) -> str:
        name, value_type, alignment = match.groups()
        return f"{name} = external hidden global {value_type}, {alignment}" if name in shared else match[0]

    declared = _DEFINITION.sub(declare, host)
    return _STRING_OR_NAME.sub(lambda match: shared.get(match[0], match[0]), declared)
