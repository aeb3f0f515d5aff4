"""What one command line of ``anychip nvcc`` or ``anychip run`` asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from anychip.diagnostics import UserError
from anychip.frontend.command import CompileOptions
from anychip.frontend.openmp import LIBRARIES as OPENMP_LIBRARIES
from anychip.frontend.openmp import find_openmp, header_flags
from anychip.runtime.link import LinkOptions

LANGUAGES = {".cu": "cuda", ".cpp": "c++", ".cc": "c++", ".cxx": "c++", ".C": "c++", ".c": "c"}
OBJECTS = frozenset({".o", ".a", ".so", ".lo", ".obj"})


@dataclass(slots=True)
class Request:
    """What a command line asks for. ``inputs`` keep the order given.

    ``phase`` is link, library, compile, device-link, ptx, cubin, fatbin, -E, -M or -MM; ``cudart`` (static, shared,
    none) is how the runtime is linked.
    """

    inputs: list[str] = field(default_factory=list)
    phase: str = "link"
    output: str = ""
    output_directory: str = ""
    language: str = ""
    target: str = ""
    executor: str = "compiled"
    stage: str = ""
    prepare: bool = False
    standard: str = ""
    optimization: str = ""
    debug: bool = False
    device_debug: bool = False
    shared: bool = False
    relocatable: bool = False
    device_link: bool = True
    cudart: str = "static"
    verbose: bool = False
    dryrun: bool = False
    version: bool = False
    help: bool = False
    architectures: str = ""
    keep: bool = False
    keep_dir: str = ""
    run_after: bool = False
    run_arguments: list[str] = field(default_factory=list)
    host_compiler: str = ""
    forward_unknown: bool = False
    forward_linker: bool = False
    openmp: bool = False
    depfile: list[str] = field(default_factory=list)
    preprocessor: list[str] = field(default_factory=list)
    common: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)
    device: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)

    def compile_options(self) -> CompileOptions:
        """The options of each compilation. Like gcc, -g without -O compiles host code unoptimised."""
        return CompileOptions(
            target=self.target,
            standard=self.standard,
            optimization=self.optimization or ("0" if self.debug else "2"),
            debug=self.debug,
            device_debug=self.device_debug,
            preprocessor=(*self.preprocessor, *self._openmp_header()),
            common=tuple(self.common),
            host=(*self.host, *(("-fopenmp",) if self.openmp else ())),
            device=tuple(self.device),
            relocatable=self.relocatable,
        )

    def _openmp_header(self) -> list[str]:
        return find_openmp(self.target).compile_flags() if self.openmp else header_flags(self.target)

    def link_options(self) -> LinkOptions:
        """The options of the link."""
        words = self.link
        if self.openmp or not OPENMP_LIBRARIES.isdisjoint(words):
            own = [word for word in words if word not in OPENMP_LIBRARIES]
            words = [*own, *find_openmp(self.target).link_flags()]
        return LinkOptions(self.target, tuple(words), self.shared, self.device_link, self.cudart)

    def language_of(self, source: str) -> str:
        """``cuda``, ``c++`` or ``c``; empty for an object or library. Raises UserError for any other suffix."""
        suffix = Path(source).suffix
        if suffix in OBJECTS or ".so." in Path(source).name:
            return ""
        language = self.language or LANGUAGES.get(suffix, "")
        if not language:
            known = ", ".join([*LANGUAGES, *sorted(OBJECTS)])
            raise UserError(
                f"{source}: not a source file or object that can be told by its suffix",
                hint=f"known suffixes: {known}; -x cu says that it is CUDA",
            )
        return language
