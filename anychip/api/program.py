"""``anychip.compile``: CUDA source to kernels that Python can launch."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from anychip.api import session
from anychip.api.kernel import Kernel
from anychip.api.signature import Signature, from_json, signature_of, to_json
from anychip.cache import manifest
from anychip.cache.identity import digest, machine_identity, package_identity
from anychip.cache.store import Cache
from anychip.cli.arguments import read_arguments
from anychip.cli.driver import ToolGuard, check_file, check_text
from anychip.diagnostics import UserError
from anychip.frontend.command import Unit
from anychip.frontend.requirements import has_libstdcxx
from anychip.frontend.systems import find_system
from anychip.frontend.toolchain import find_toolchain
from anychip.options import tool_environment

_SUFFIX, _SIGNATURES = ".so", ".signatures"
_TEXT_NAME = "<source>"  # the file in messages about source text


class Program:
    """The kernels of one source: a mapping from names to kernels."""

    def __init__(self, path: Path, signatures: list[Signature]) -> None:
        library = session.runtime()
        self._module = library.load_module(path)
        typed = [signature.with_types(library.demangle(signature.symbol)) for signature in signatures]
        self._signatures = {signature.symbol: signature for signature in typed}

    def __getitem__(self, name: str) -> Kernel:
        """A kernel by its name (``scale``, ``ns::scale``, ``scale<float>``, ``scale(int*)``) or its mangled name.

        Raises KeyError, which lists the kernels, if there is none or the name means several.
        """
        found = [s for s in self._signatures.values() if name in (s.symbol, s.name, str(s))]
        if not found:
            raise KeyError(f"no kernel {name!r}; there are: {', '.join(self) or 'none'}")
        if len(found) > 1:
            raise KeyError(f"kernel {name!r} is overloaded; ask for one of: {', '.join(map(str, found))}")
        handle = session.runtime().find_kernel(self._module, found[0].symbol)
        return Kernel(handle, found[0], self)

    def __iter__(self) -> Iterator[str]:
        names = [signature.name for signature in self._signatures.values()]
        return iter([s.name if names.count(s.name) == 1 else str(s) for s in self._signatures.values()])

    def __len__(self) -> int:
        return len(self._signatures)

    def __repr__(self) -> str:
        return f"<Program {', '.join(map(str, self._signatures.values()))}>"


def compile(source: str | os.PathLike[str], options: Sequence[str] = ()) -> Program:
    """Compile CUDA source text, or a file, for this machine, and load it.

    ``source`` is taken as text if it has a line break or ``__global__`` in it, otherwise as a path. ``options`` are
    those of ``anychip nvcc``: ``("-I", "include", "-DN=4", "-std=c++20")``. Host code in it is not compiled.
    Raises UserError (no such file, wrong option), ToolError (clang's diagnostics), Unsupported.
    """
    path = _source_file(source)
    request = read_arguments(options)
    unit = Unit(path, "cuda", request.compile_options(), has_libstdcxx(find_system("")), False)
    cache, toolchain = Cache(), find_toolchain()
    common = (*toolchain.identity(), package_identity(), machine_identity(), *tool_environment())
    key = digest("python module", str(path), str(unit.libstdcxx), *unit.options.words(), os.getcwd(), *common)
    found = _find(cache, key)
    if found:
        return Program(*found)
    # Of processes that compile the same file at once, one does the work and the others wait for it.
    with cache.lock(f"{key}-compile"), ToolGuard(toolchain, ""):
        return Program(*(_find(cache, key) or _build(unit, cache, key)))


def _find(cache: Cache, key: str) -> tuple[Path, list[Signature]] | None:
    """The shared object and its kernels if nothing it was made from has changed."""
    found = manifest.lookup(cache, key, _SUFFIX)
    signatures = _read_signatures(found[0]) if found else None
    return (found[0], signatures) if found and signatures is not None else None


def _build(unit: Unit, cache: Cache, key: str) -> tuple[Path, list[Signature]]:
    """Compile to a shared object in the cache."""
    from anychip import compiler  # loads LLVM, which a cached program does not need
    from anychip.runtime.build import device_library, runtime_library
    from anychip.runtime.link import link_shared

    toolchain = find_toolchain()
    started = time.time_ns()
    library = device_library(toolchain, cache, session.quiet)
    with tempfile.TemporaryDirectory(prefix="anychip-") as folder:
        made, output = Path(folder, "device.o"), Path(folder, "module.so")
        compiled, module = compiler.compile_module(toolchain, unit, library, cache, made)
        # Naming the runtime here lets the module find it without making its symbols global in the process.
        link_shared(toolchain, [made, runtime_library(toolchain, cache, session.quiet)], output)
        stored = manifest.record(cache, key, _SUFFIX, compiled.dependencies, output, started)
    signatures = [signature_of(kernel) for kernel in module.kernels()]
    stored.with_suffix(_SIGNATURES).write_text(to_json(signatures))
    return stored, signatures


def _read_signatures(artefact: Path) -> list[Signature] | None:
    try:
        return from_json(artefact.with_suffix(_SIGNATURES).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _source_file(source: str | os.PathLike[str]) -> Path:
    """The file to compile; source text is put into the cache under its own hash."""
    if isinstance(source, str) and ("\n" in source or "__global__" in source):
        cache = Cache()
        text = f'#line 1 "{_TEXT_NAME}"\n{source}'  # the cache's file names would tell the reader of a message nothing
        key = digest("python source", text)
        # Rewriting an unchanged file would make the manifest take it for changed.
        return cache.find(key, ".cu") or cache.write(key, ".cu", text.encode())
    path = Path(source)
    if not path.exists():
        raise UserError(f"{path}: no such file", hint="source text must contain a line break or __global__")
    check_file(str(path))
    check_text(str(path))
    return path.absolute()
