"""A folder shaped like a CUDA toolkit, for build files that want one: CUDA_HOME of Makefiles, CMake's toolkit root.

    bin/nvcc                    starts anychip nvcc with the Python it was made by
    include                     our CUDA headers
    lib64/libcudart_static.a    the runtime; libcudart.so the same as a shared library
    lib64/libcuda.so            a linker script that names the runtime (so does stubs/libcuda.so)
    lib64/lib*.a                empty: what they stand for is in the runtime
    nvvm/libdevice              the device library's bitcode
    version.json

It lies in the cache folder under the package's version and a hash of what it is made of, complete or not at all.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from anychip._version import __version__
from anychip.cache.identity import digest, package_identity
from anychip.cache.store import TOOLKITS, Cache
from anychip.frontend.command import INCLUDE, PACKAGE
from anychip.frontend.toolchain import Toolchain
from anychip.runtime.build import device_library, runtime_object
from anychip.runtime.link import host_linker, link_shared
from anychip.runtime.static_library import write_archive

CUDA_RELEASE = "12.9"
CUDA_VERSION = "12.9.86"
"""What build systems compare; the release whose interface the headers have."""

SHARED_RUNTIME = "libcudart.so.12"
_EMPTY_LIBRARIES = ("libcudadevrt.a", "libculibos.a", "libnvToolsExt.a")
_COMPONENTS = {"cuda": "CUDA interface of anychip", "cuda_nvcc": "CUDA compiler", "cuda_cudart": "CUDA runtime"}

_LAUNCHER = '''"""Starts anychip nvcc from the package this toolkit was made from, in whatever folder a build runs."""

import importlib.util
import os
import sys

PACKAGE = {package!r}

if sys.path and sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
    del sys.path[0]
spec = importlib.util.spec_from_file_location(
    "anychip", os.path.join(PACKAGE, "__init__.py"), submodule_search_locations=[PACKAGE]
)
if spec is None or not os.path.isdir(PACKAGE):
    sys.exit("nvcc: anychip is no longer installed in " + PACKAGE + "; run: anychip toolkit-path")
sys.modules["anychip"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["anychip"])

from anychip.cli.main import main

sys.exit(main(["nvcc", *sys.argv[1:]]))
'''


def toolkit(toolchain: Toolchain, cache: Cache, report: Callable[[str], None]) -> Path:
    """The toolkit's folder, made if it is not there. Raises ToolError if the runtime does not compile, UserError."""
    words = (__version__, package_identity(), sys.executable, *toolchain.identity())
    key = digest("toolkit", *words)
    folder = cache.root / TOOLKITS / f"{__version__}-{key[:12]}"
    if folder.is_dir():
        return folder
    runtime = runtime_object(toolchain, cache, "", report)
    bitcode = device_library(toolchain, cache, report)
    with cache.lock(key):
        if not folder.is_dir():
            cache.make_folder(folder, lambda made: _fill(made, folder, toolchain, runtime, bitcode))
    return folder


def _fill(made: Path, folder: Path, toolchain: Toolchain, runtime: Path, bitcode: Path) -> None:
    """Write everything to ``made``, which will be renamed to ``folder``."""
    for name in ("bin", "lib64/stubs", "nvvm/libdevice"):
        (made / name).mkdir(parents=True)
    (made / "include").symlink_to(INCLUDE)
    (made / "lib").symlink_to("lib64")
    _write_programs(made / "bin", folder / "bin", toolchain)
    _write_libraries(made / "lib64", folder / "lib64", toolchain, runtime)
    shutil.copyfile(bitcode, made / "nvvm" / "libdevice" / "anychip.bc")
    version = {key: {"name": name, "version": CUDA_VERSION} for key, name in _COMPONENTS.items()}
    (made / "version.json").write_text(json.dumps(version, indent=2) + "\n")


def _write_programs(made: Path, place: Path, toolchain: Toolchain) -> None:
    (made / "nvcc.py").write_text(_LAUNCHER.format(package=str(PACKAGE)))
    _script(made / "nvcc", [sys.executable, str(place / "nvcc.py")])
    _script(made / "host-c++", host_linker(toolchain))


def _write_libraries(made: Path, place: Path, toolchain: Toolchain, runtime: Path) -> None:
    write_archive({"anychip_runtime.o": runtime}, made / "libcudart_static.a")
    # The absolute name is what programs record, so they find the library without LD_LIBRARY_PATH.
    link_shared(toolchain, [runtime], made / SHARED_RUNTIME, str(place / SHARED_RUNTIME))
    (made / "libcudart.so").symlink_to(SHARED_RUNTIME)
    for name in _EMPTY_LIBRARIES:
        write_archive({}, made / name)
    for name in ("libcuda.so", "stubs/libcuda.so"):
        (made / name).write_text(
            f"/* anychip's runtime has the driver API. */\nINPUT({place / 'libcudart_static.a'})\n"
        )


def _script(path: Path, command: list[str]) -> None:
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    os.chmod(path, 0o755)
