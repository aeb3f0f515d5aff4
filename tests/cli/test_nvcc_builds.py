"""Builds as make files do them, with the toolkit's folder: libraries, runtimes, dependency files, what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FILL = """#include <cuda_runtime.h>
__global__ void fill_kernel(int *x, int value) { x[threadIdx.x] = value + threadIdx.x; }
extern "C" void fill(int *x, int value) { fill_kernel<<<1, 32>>>(x, value); }
"""
MAIN = """#include <cstdio>
#include <cuda_runtime.h>
extern "C" void fill(int *, int);
int main(int count, char **words) {
  int *x = nullptr, last = 0;
  cudaMalloc(&x, 32 * sizeof(int));
  fill(x, 10);
  cudaError_t error = cudaMemcpy(&last, x + 31, sizeof(int), cudaMemcpyDeviceToHost);
  printf("%d %s %s\\n", last, cudaGetErrorName(error), count > 1 ? words[1] : "-");
  return cudaFree(x);
}
"""


@pytest.fixture(scope="session")
def toolkit(shared_cache: Path) -> Path:
    """The toolkit's folder, as a user gets it."""
    environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(shared_cache), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "anychip", "toolkit-path"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=True)
    return Path(done.stdout.strip())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "fill.cu").write_text(FILL)
    (tmp_path / "main.cpp").write_text(MAIN)
    return tmp_path


def sh(toolkit: Path, folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command with CUDA_HOME set, and nothing of Python's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ANYCHIP"))}
    environment |= {"CUDA_HOME": str(toolkit), "NVCC": str(toolkit / "bin" / "nvcc")}
    environment["ANYCHIP_CACHE_DIR"] = str(toolkit.parent.parent)
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=500, check=False
    )


def check(toolkit: Path, folder: Path, command: str, output: str) -> None:
    done = sh(toolkit, folder, command)
    assert (done.returncode, done.stdout) == (0, output), done.stderr


RIGHT = "41 cudaSuccess -\n"
GXX = "g++ -c main.cpp -I$CUDA_HOME/include -o main.o"
BUILDS = {
    "one step": "$NVCC -o prog fill.cu main.cpp && ./prog",
    "run": "$NVCC -o prog fill.cu main.cpp -run",
    "host code by g++, link by nvcc": f"$NVCC -c fill.cu && {GXX} && $NVCC fill.o main.o -o prog && ./prog",
    "all by g++, static runtime": f"$NVCC -c fill.cu && {GXX} && g++ fill.o main.o -o prog -L$CUDA_HOME/lib64"
    " -lcudadevrt -lcudart_static -lrt -lpthread -ldl && ./prog",
    "all by g++, shared runtime": f"$NVCC -c fill.cu && {GXX} && g++ fill.o main.o -o prog -L$CUDA_HOME/lib64"
    " -lcudart -lcuda && ./prog && readelf -d prog | grep -q NEEDED.*libcudart",
    "shared runtime by nvcc": "$NVCC -cudart shared fill.cu main.cpp -o prog && ./prog"
    " && readelf -d prog | grep -q NEEDED.*libcudart",
    "static library": "$NVCC -lib fill.cu -o libfill.a && $NVCC main.cpp -L. -lfill -o prog && ./prog",
    "static library by ar": "$NVCC -c fill.cu && ar rc libfill.a fill.o && $NVCC main.cpp libfill.a -o prog && ./prog",
    "shared library": "$NVCC -shared -Xcompiler -fPIC fill.cu -o libfill.so"
    " && $NVCC main.cpp -L. -lfill -Xlinker -rpath,$PWD -o prog && ./prog",
    "folder of objects": "mkdir o && $NVCC -odir o -c fill.cu main.cpp && $NVCC o/fill.o o/main.o -o prog && ./prog",
    "nothing of Python at run time": "$NVCC -o prog fill.cu main.cpp && env -i ./prog",
    "as C++ by -x": "cp fill.cu fill.cpp && $NVCC -x cu fill.cpp main.cpp -o prog && ./prog",
    "from a link": "ln -s $NVCC mynvcc && ./mynvcc -o prog fill.cu main.cpp && ./prog",
    "arguments": "$NVCC -o prog fill.cu main.cpp -run -run-args - && touch done",
}


@pytest.mark.parametrize("name", BUILDS)
def test_build(toolkit: Path, project: Path, name: str) -> None:
    check(toolkit, project, BUILDS[name], RIGHT)


def test_a_library_loaded_at_run_time_shares_the_programs_memory(toolkit: Path, project: Path) -> None:
    loader = """#include <dlfcn.h>
    extern "C" void fill(int *x, int value) {
      void *library = dlopen("./libfill.so", RTLD_NOW | RTLD_LOCAL);
      ((void (*)(int *, int))dlsym(library, "fill"))(x, value);
    }"""
    (project / "load.cu").write_text(loader)
    check(
        toolkit,
        project,
        "$NVCC -shared fill.cu -o libfill.so && $NVCC load.cu main.cpp -ldl -o prog && ./prog",
        RIGHT,
    )


def test_a_make_file_with_cuda_home(toolkit: Path, project: Path) -> None:
    rules = """NVCC = $(CUDA_HOME)/bin/nvcc
FLAGS = -O3 -arch=sm_70 -gencode arch=compute_80,code=sm_80 -lineinfo --ptxas-options=-v -Xcompiler -Wall
prog: fill.o main.o
\t$(NVCC) $(FLAGS) -o $@ $^ -L$(CUDA_HOME)/lib64 -lcudart
%.o: %.cu
\t$(NVCC) $(FLAGS) -MD -MP -c $< -o $@
%.o: %.cpp
\tg++ -O2 -I$(CUDA_HOME)/include -c $< -o $@
-include fill.d
"""
    (project / "Makefile").write_text(rules)
    check(toolkit, project, "make -s && ./prog", RIGHT)
    assert sh(toolkit, project, "make -q").returncode == 0
    assert (project / "fill.d").read_text().startswith("fill.o: fill.cu")


def test_the_python_of_the_toolkit_ignores_modules_of_the_build_folder(toolkit: Path, project: Path) -> None:
    (project / "anychip.py").write_text("raise SystemExit('wrong module')\n")
    (project / "types.py").write_text("raise SystemExit('wrong module')\n")
    check(toolkit, project, "$NVCC -o prog fill.cu main.cpp && ./prog", RIGHT)


def test_keep_leaves_every_stage(toolkit: Path, project: Path) -> None:
    check(toolkit, project, "$NVCC -c --keep --keep-dir kept fill.cu", "")
    assert "fill_kernel" in (project / "kept" / "fill.wir").read_text()
    assert (project / "kept" / "fill.device.o").read_bytes().startswith(b"\x7fELF")


def test_what_build_systems_ask(toolkit: Path, project: Path) -> None:
    done = sh(toolkit, project, "$NVCC -v __cmake_determine_cuda")
    assert f"#$ TOP={toolkit}\n" in done.stderr
    done = sh(toolkit, project, "$NVCC --dryrun fill.cu main.cpp")
    assert f'"-L{toolkit}/lib64" -lcudadevrt -lcudart_static' in done.stderr.splitlines()[-1]
    assert "-arch compute_80" in done.stderr
    assert not (project / "a.out").exists()
    assert sh(toolkit, project, "$NVCC --list-gpu-arch").stdout == "compute_80\n"


REFUSED = [
    ("$NVCC main.cpp -lcublas", "cuBLAS (-lcublas) is not provided"),
    ("$NVCC main.cpp fill.cu -lcufft_static -o prog", "cuFFT (-lcufft_static) is not provided"),
    ("echo '#include <cublas_v2.h>' > b.cu; $NVCC -c b.cu", "hint: cublas_v2.h belongs to cuBLAS"),
    ("echo 'extern \"C\" int cuFoo(); int main() { cuFoo(); }' > d.cu; $NVCC d.cu -lcuda", "CUDA driver API: cuFoo"),
    ("$NVCC -cudart none fill.cu main.cpp", "cudaMalloc"),
    ("$NVCC -lib main.cpp Makefile.a -o x.a", "Makefile.a: no such file"),
    ("$NVCC -lib fill.cu main.cpp -o no/x.a", "its folder does not exist"),
]


@pytest.mark.parametrize(("command", "message"), REFUSED, ids=[command for command, _ in REFUSED])
def test_refused(toolkit: Path, project: Path, command: str, message: str) -> None:
    done = sh(toolkit, project, command)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_of_the_users_own_may_stand_for_one_of_nvidias(toolkit: Path, project: Path) -> None:
    (project / "blas.cpp").write_text("int blas() { return 3; }\n")
    link = "$NVCC fill.cu main.cpp -L. -lcublas -o prog"
    check(toolkit, project, f"$NVCC -shared blas.cpp -o libcublas.so && {link} && LD_LIBRARY_PATH=. ./prog", RIGHT)
