"""The CUDA headers compile alone and together, on the device and on the host, as C, C++11 and CUDA."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import anychip

INCLUDE = Path(anychip.__file__).parent / "include"
CASES = Path(__file__).parent / "cases"

# Usable by any C or C++ compiler; the rest is for CUDA or C++.
C_HEADERS = [
    "builtin_types.h",
    "crt/host_defines.h",
    "cuComplex.h",
    "cuda.h",
    "cudaProfiler.h",
    "cuda_profiler_api.h",
    "cuda_runtime.h",
    "cuda_runtime_api.h",
    "device_types.h",
    "driver_types.h",
    "host_defines.h",
    "library_types.h",
    "math_constants.h",
    "nvToolsExt.h",
    "nvtx3/nvToolsExtCudaRt.h",
    "surface_types.h",
    "texture_types.h",
    "vector_functions.h",
    "vector_types.h",
]
CUDA_FLAGS = [
    "-x", "cuda", "-nocudainc", "-nocudalib", "--cuda-path=/nonexistent", "--cuda-gpu-arch=sm_80",
    "-Xclang", "-target-sdk-version=12.9", "-D__NVCC__=1", "-D__CUDACC__=1", "-isystem", str(INCLUDE), "-std=c++17",
    "-Wno-unused-command-line-argument",
]  # fmt: skip
DEVICE = ["--cuda-device-only", "--cuda-feature=+ptx87", "-O1", "-fno-vectorize", "-fno-slp-vectorize"]
PASSES = {"device": [*DEVICE, "-S", "-emit-llvm"], "host": ["--cuda-host-only", "-fsyntax-only"]}
# What device code may leave undefined besides __nv_* (the device library) and LLVM's intrinsics.
SYSTEM_CALLS = {"vprintf", "malloc", "free", "__assertfail"}


def tool(name: str) -> str:
    """Path of a compiler that the project depends on: beside the interpreter, else on PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is needed to test the headers"
    return found


def compile_text(command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command, "-"], input=text, capture_output=True, text=True, check=False)


def compile_cuda(side: str, text: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return compile_text([tool("clang++"), *CUDA_FLAGS, *PASSES[side], "-o", "-", *flags], text)


def public_headers() -> list[str]:
    """Names that programs include."""
    found = (path.relative_to(INCLUDE) for path in sorted(INCLUDE.rglob("*.h")))
    return [str(name) for name in found if name.parts[0] != "anychip_cuda"]


def is_forward(name: str) -> bool:
    """Whether the header holds nothing but the inclusion of cuda_runtime.h."""
    text = (INCLUDE / name).read_text()
    lines = [line for line in text.splitlines() if not line.startswith(("/*", "#ifndef", "#define", "#endif"))]
    return len(lines) == 1 and lines[0].endswith('cuda_runtime.h"')


@pytest.mark.parametrize("side", PASSES)
@pytest.mark.parametrize("name", [name for name in public_headers() if not is_forward(name)])
def test_header_compiles_alone_as_cuda(name: str, side: str) -> None:
    done = compile_cuda(side, f"#include <{name}>\n", "-fsyntax-only", "-Wall", "-Wextra")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("side", PASSES)
def test_all_headers_compile_together(side: str) -> None:
    text = "".join(f"#include <{name}>\n" for name in public_headers())
    done = compile_cuda(side, text, "-include", "cuda_runtime.h", "-fsyntax-only", "-Wall", "-Wextra")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", C_HEADERS)
@pytest.mark.parametrize("language", ["c", "c++"])
def test_header_compiles_without_cuda(name: str, language: str) -> None:
    standard = {"c": "-std=c99", "c++": "-std=c++11"}[language]
    command = [tool("clang"), "-x", language, standard, "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    done = compile_text([*command, "-I", str(INCLUDE)], f"#include <{name}>\n#include <{name}>\n")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("compiler", "flags"), [("gcc", "-xc -std=c11"), ("g++", "-xc++ -std=c++11")])
def test_headers_compile_with_the_system_compiler(compiler: str, flags: str) -> None:
    """The linker driver needs a system compiler's files anyway; programs mix .cu with .c and .cpp of that compiler."""
    text = "".join(f"#include <{name}>\n" for name in C_HEADERS) + f'#include "{CASES / "layout.h"}"\n'
    command = [tool(compiler), *flags.split(), "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", str(INCLUDE)]
    done = compile_text(command, text)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("side", PASSES)
def test_layout_and_numbers_are_the_manuals(side: str) -> None:
    done = compile_cuda(side, f'#include "{CASES / "layout.h"}"\n', "-include", "cuda_runtime.h", "-fsyntax-only")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("case", sorted(CASES.glob("*.cu")), ids=lambda path: path.stem)
def test_program_compiles_on_the_host(case: Path) -> None:
    done = compile_cuda("host", case.read_text(), "-include", "cuda_runtime.h")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("case", sorted(CASES.glob("*.cu")), ids=lambda path: path.stem)
def test_program_needs_only_the_device_library(case: Path) -> None:
    """Every function is defined, down to __nv_* and LLVM's intrinsics, and none hides in PTX assembler."""
    done = compile_cuda("device", case.read_text(), "-include", "cuda_runtime.h")
    assert done.returncode == 0, done.stderr
    declared = set(re.findall(r"^declare .*?@([\w.]+)\(", done.stdout, re.MULTILINE))
    missing = {name for name in declared if not name.startswith(("__nv_", "llvm."))}
    assert missing <= SYSTEM_CALLS
    assert not re.search(r"call .* asm ", done.stdout)


def test_functions_give_the_values_of_plain_loops(tmp_path: Path) -> None:
    program = tmp_path / "arithmetic"
    # Templates only are used of the C++ library, so that it does not matter which one there is.
    command = [tool("clang++"), "-std=c++17", "-nostdlib++", "-I", str(INCLUDE), str(CASES / "arithmetic.cpp")]
    command += ["-o", str(program), "-lm"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("texture<float, 2> image;\n", 1, "texture references are not supported"),
        (
            "\n__global__ void k(cudaTextureObject_t t, float *p) { *p = tex2D<float>(t, 0.5f, 0.5f); }\n",
            2,
            "tex2D is not supported",
        ),
        (
            "__global__ void k(cudaSurfaceObject_t s) { surf2Dwrite(1.0f, s, 0, 0); }\n",
            1,
            "surf2Dwrite is not supported",
        ),
    ],
)
def test_texture_access_is_an_error_at_its_line(text: str, line: int, message: str) -> None:
    done = compile_cuda("device", text, "-include", "cuda_runtime.h", "-fsyntax-only")
    assert done.returncode != 0
    assert message in done.stderr
    assert f"<stdin>:{line}:" in done.stderr


def test_guard_macros_that_other_headers_test() -> None:
    guards = ["__DRIVER_TYPES_H__", "__CUDA_RUNTIME_H__", "__CUDA_RUNTIME_API_H__", "__VECTOR_TYPES_H__", "__CUDACC__"]
    text = "".join(f"#ifndef {guard}\n#error {guard}\n#endif\n" for guard in guards)
    done = compile_cuda("host", text, "-include", "cuda_runtime.h")
    assert done.returncode == 0, done.stderr
