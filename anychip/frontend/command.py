"""From options to clang's command lines. Pure functions: no file is read, nothing is run.

Why each fixed flag is there stands beside it. CUDA's own toolkit is neither needed nor looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anychip.frontend.systems import find_system, is_native
from anychip.frontend.toolchain import Toolchain

PACKAGE = Path(__file__).resolve().parent.parent
INCLUDE = PACKAGE / "include"
PRELUDE = "cuda_runtime.h"
ARCHITECTURE = "80"

_CUDA = (
    "-x",
    "cuda",
    "-nocudainc",  # our headers replace the toolkit's, so that no toolkit is needed
    "-nocudalib",  # our device library replaces libdevice
    "--cuda-path=/nonexistent",  # a toolkit that happens to be installed must not be picked up
    f"--cuda-gpu-arch=sm_{ARCHITECTURE}",  # what the runtime reports; -arch of the user asks for code we do not run
    "-Xclang",
    "-target-sdk-version=12.9",
    "-Wno-unknown-cuda-version",
    "-D__NVCC__=1",
    "-D__CUDACC_VER_MAJOR__=12",
    "-D__CUDACC_VER_MINOR__=9",
    "-D__CUDACC_VER_BUILD__=86",
    "-D__ANYCHIP__=1",
)
# How device code is taken through clang, whatever else is asked for.
_PASSES = (
    "-fno-vectorize",  # our own passes decide how threads become lanes
    "-fno-slp-vectorize",
    # Loops of few rounds are unrolled in full, as CUDA programs expect: local arrays become registers by that. Others
    # stay as they are, since lanes already fill the vectors. The threshold takes an 8 x 8 register tile in.
    "-mllvm",
    "-unroll-threshold=400",
    "-mllvm",
    "-unroll-runtime=false",
    "-mllvm",
    "-unroll-allow-partial=false",
)
_DEVICE = ("--cuda-device-only", "--cuda-feature=+ptx87", *_PASSES)
_OPTIMIZED = (
    "-O2",
    "-gline-tables-only",  # source lines for faults and diagnostics
)
_DEBUGGED = ("-O0", "-g")  # every variable has a place in memory, every line its own instructions
# Device symbols may be defined in other files; host code registers by a call that the device link defines.
_RELOCATABLE = ("-fgpu-rdc", "--no-offload-new-driver", "-D__CUDACC_RDC__=1")
_QUIET = ("-Wno-unused-command-line-argument", "-Wno-unknown-warning-option")
# What clang makes an error by default and nvcc with GCC lets pass with a warning.
_LENIENT = ("-Wno-error=register", "-Wno-error=c++11-narrowing", "-Wno-error=reserved-user-defined-literal")
_LENIENT_C = (
    "-Wno-error=implicit-function-declaration",
    "-Wno-error=implicit-int",
    "-Wno-error=int-conversion",
    "-Wno-error=incompatible-pointer-types",
    "-Wno-error=incompatible-function-pointer-types",
    "-Wno-error=return-mismatch",
)

# Host code generation and host-only language switches that clang refuses or that mean nothing for device code.
_HOST_ONLY = ("-fPIC", "-fpic", "-fPIE", "-fpie", "-fno-pic", "-fno-pie")


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """How one translation unit is compiled. All flags are in clang's spelling.

    ``optimization`` is the digit or letter after ``-O`` for host code; device code is optimised
    unless ``device_debug`` asks for code that a debugger can follow; ``debug`` is of host code.
    ``preprocessor`` keeps the user's order of ``-I -D -U -isystem -include``; it and ``common`` go to both passes.
    ``target`` names a processor; empty means this machine. ``relocatable`` keeps the device code for a device link.
    """

    target: str = ""
    standard: str = ""
    optimization: str = "2"
    debug: bool = False
    device_debug: bool = False
    preprocessor: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    relocatable: bool = False

    def words(self) -> tuple[str, ...]:
        """The options as words, for the key of a cached artefact."""
        groups = (self.preprocessor, self.common, self.host, self.device)
        flat = (word for group in groups for word in (str(len(group)), *group))
        switches = (str(self.debug), str(self.device_debug), str(self.relocatable))
        return (self.target, self.standard, self.optimization, *switches, *flat)


@dataclass(frozen=True, slots=True)
class Unit:
    """One source file with the options it is compiled with. ``language``: ``cuda``, ``c++`` or ``c``.

    ``identity``, for relocatable device code, differs for all units of a program (``relocatable.unit_identity``).
    """

    source: Path
    language: str
    options: CompileOptions
    libstdcxx: bool = True  # else libc++
    color: bool = False
    identity: str = ""


def device_command(toolchain: Toolchain, unit: Unit, prelude: Path | None = None) -> list[str]:
    """The device pass: prints the device IR. ``prelude``: precompiled form of the preincluded header."""
    words = [str(toolchain.clangxx), *_CUDA, *_device(unit), *_common(unit), *_QUIET, *_identity(unit)]
    words += [*unit.options.device, "-S", "-emit-llvm"]
    return [*words, *_prelude(prelude), *_preprocessor(unit)]


def host_command(toolchain: Toolchain, unit: Unit, placeholder: Path, prelude: Path | None = None) -> list[str]:
    """The host pass: prints the host IR with registration hooks. ``placeholder``: an empty file to "embed"."""
    words = [str(toolchain.clangxx), *_CUDA, "--cuda-host-only", *_host(unit), *_identity(unit), "-S", "-emit-llvm"]
    words += ["-Xclang", "-fcuda-include-gpubinary", "-Xclang", str(placeholder)]
    return [*words, *_prelude(prelude), *_preprocessor(unit)]


def linked_command(toolchain: Toolchain, linked: Path) -> list[str]:
    """Optimise the device code of several units, linked to one file of IR, with the passes that one source gets."""
    words = [str(toolchain.clang), "-x", "ir", "--target=nvptx64-nvidia-cuda", "-march=sm_80", "-Xclang"]
    words += ["-target-feature", "-Xclang", "+ptx87", *_OPTIMIZED, *_PASSES, *_QUIET]
    words.append("-Wno-override-module")
    return [*words, "-S", "-emit-llvm", str(linked)]


def header_command(toolchain: Toolchain, unit: Unit, side: str) -> list[str]:
    """Precompile the preincluded header for one pass (``device`` or ``host``) with the unit's flags.

    The user's include folders are left out: they cannot change what our header includes.
    """
    words = [str(toolchain.clangxx), *_CUDA]
    if side == "device":
        words += [*_device(unit), *_common(unit), *_QUIET, *unit.options.device]
    else:
        words += ["--cuda-host-only", *_host(unit)]
    macros = [word for word in unit.options.preprocessor if word.startswith(("-D", "-U"))]
    return [
        *words,
        "-S",
        "-emit-llvm",
        "-Xclang",
        "-emit-pch",
        "-Xclang",
        "-fno-pch-timestamp",  # whether a header changed is the manifest's to say, by content
        *macros,
        "-isystem",
        str(INCLUDE),
        str(INCLUDE / PRELUDE),
    ]


def plain_command(toolchain: Toolchain, unit: Unit, *, emit_ir: bool) -> list[str]:
    """Compile plain C or C++, with the CUDA headers found last; to IR if clang has no code generator for the target."""
    driver = toolchain.clang if unit.language == "c" else toolchain.clangxx
    words = [str(driver), "-x", unit.language, *_host(unit)]
    words += ["-S", "-emit-llvm"] if emit_ir else ["-c"]
    return [*words, *_preprocessor(unit)]


def preprocess_command(toolchain: Toolchain, unit: Unit, action: str) -> list[str]:
    """``-E``, ``-M`` or ``-MM``: what the host pass sees."""
    if unit.language == "cuda":
        words = [str(toolchain.clangxx), *_CUDA, "--cuda-host-only", *_host(unit), *_prelude(None)]
    else:
        words = [str(toolchain.clangxx), "-x", unit.language, *_host(unit)]
    return [*words, action, *_preprocessor(unit)]


def target_flags(target: str) -> list[str]:
    """What names the target to clang; nothing for this machine's own system."""
    return [] if is_native(target) else [f"--target={find_system(target).triple}"]


def library_flag(*, libstdcxx: bool) -> str:
    """Which C++ standard library to use."""
    return "-stdlib=libstdc++" if libstdcxx else "-stdlib=libc++"


def _device(unit: Unit) -> tuple[str, ...]:
    return (*_DEVICE, *(_DEBUGGED if unit.options.device_debug else _OPTIMIZED))


def _common(unit: Unit) -> list[str]:
    """What both passes must agree on, or they would see different types."""
    options = unit.options
    words = target_flags(options.target)
    if unit.language != "c":
        words += [library_flag(libstdcxx=unit.libstdcxx), *_LENIENT]
    else:
        words += _LENIENT_C
    if options.standard and unit.language != "c":
        words.append(f"-std={options.standard}")
    if unit.color:
        words.append("-fcolor-diagnostics")
    if unit.language == "cuda" and options.relocatable:
        words += _RELOCATABLE
    return [*words, *options.common]


def _host(unit: Unit) -> list[str]:
    options = unit.options
    words = [*_common(unit), *_QUIET, f"-O{options.optimization}"]
    if not any(flag in _HOST_ONLY for flag in options.host):
        words.append("-fPIC")  # one object serves executables and shared objects
    return [*words, *(["-g"] if options.debug else []), *options.host]


def _identity(unit: Unit) -> list[str]:
    return [f"-cuid={unit.identity}"] if unit.identity else []


def _prelude(precompiled: Path | None) -> list[str]:
    if precompiled:
        return ["-Xclang", "-include-pch", "-Xclang", str(precompiled)]
    return ["-include", PRELUDE]


def _preprocessor(unit: Unit) -> list[str]:
    """The user's folders come first, so that a program's own header of the same name wins, as with nvcc."""
    return [*unit.options.preprocessor, "-isystem", str(INCLUDE)]
