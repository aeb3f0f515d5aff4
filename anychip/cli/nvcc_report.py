"""What ``anychip nvcc`` tells of itself: the jobs of ``-v`` and ``--dryrun`` in the form that build systems read.

CMake learns from these lines where the toolkit is (TOP), which folders and libraries a link by the host compiler takes
(LIBRARIES and the last line), the default architecture, and what the first word of a link is.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from anychip import options
from anychip._version import __version__
from anychip.cli.driver import Builder, CompileJob, Plan
from anychip.cli.request import Request
from anychip.frontend.command import ARCHITECTURE, device_command, host_command, plain_command

# CMake before 3.26 knows the compiler only by the words of the second line; the third gives every version the release.
VERSION = f"""anychip {__version__}: a CUDA compiler driver with nvcc's options
stands in for nvcc: NVIDIA (R) Cuda compiler driver
Cuda compilation tools, release 12.9, V12.9.86"""

DEFAULT_OUTPUTS = {"link": "a.out", "device-link": "a_dlink.o", "library": "a.a"}
_RUNTIME_LIBRARIES = {
    "static": "-lcudadevrt -lcudart_static -lrt -lpthread -ldl",
    "shared": "-lcudadevrt -lcudart",
    "none": "",
}


def print_environment(toolkit: Path) -> None:
    """The settings of a build, one to a line."""
    library = toolkit / "lib64"
    settings = {
        "_HERE_": toolkit / "bin",
        "TOP": toolkit,
        "NVVMIR_LIBRARY_DIR": toolkit / "nvvm" / "libdevice",
        "PATH": f"{toolkit / 'bin'}:{options.search_path()}",
        "INCLUDES": f'"-I{toolkit / "include"}"',
        "LIBRARIES": f' "-L{library}"',
        "DEVICE_FLAGS": f"-arch compute_{ARCHITECTURE}",
    }
    for name, value in settings.items():
        _tell(f"{name}={value}")


def print_jobs(builder: Builder, request: Request, planned: Plan, toolkit: Path) -> None:
    """The commands of each compilation, and the link in words that the host compiler takes, too."""
    for job in planned.jobs:
        for command in _commands(builder, job):
            _tell(shlex.join([*command, str(job.unit.source)]))
    objects = [
        name if isinstance(name, str) else f"{planned.jobs[name].unit.source.stem}.o" for name in planned.link_inputs
    ]
    output = request.output or DEFAULT_OUTPUTS.get(request.phase, "")
    if request.phase == "link":
        kind = ["-shared"] if request.shared else []
        quoted = " ".join(f'"{word}"' for word in [*kind, *objects, *request.link])
        libraries = f'"-L{toolkit / "lib64"}" {_RUNTIME_LIBRARIES[request.cudart]}'
        _tell(f'"{_launcher(request, toolkit)}" -o "{output}" {quoted}  {libraries}')
    elif output:
        _tell(f"{request.phase} {shlex.join(objects)} -o {output}")


def _launcher(request: Request, toolkit: Path) -> str:
    """The host compiler that build systems link with: the one asked for, else GCC, else our clang as a linker."""
    named = shutil.which(request.host_compiler) if request.host_compiler else None
    return named or shutil.which("g++") or str(toolkit / "bin" / "host-c++")


def _commands(builder: Builder, job: CompileJob) -> list[list[str]]:
    if job.unit.language != "cuda":
        return [plain_command(builder.toolchain, job.unit, emit_ir=False)]
    return [device_command(builder.toolchain, job.unit), host_command(builder.toolchain, job.unit, Path("placeholder"))]


def _tell(line: str) -> None:
    print(f"#$ {line}", file=sys.stderr)
