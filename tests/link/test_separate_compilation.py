"""Device code of several files: compiled apart, linked in every way build files do it, and the mistakes of linking."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = Path(__file__).resolve().parent / "parts"
OUTPUT = """all 1003 103 4 -5 10
area 9
changed 1003 150 7 -5 10
own 50 10
library's 1001 20 8
chosen 0 -1 6 -3 12 -5
sums 9 8 7 6 10 9 8 7
counter 100, no error
"""
SECTION = ".anychip_device"


@dataclass(frozen=True)
class Workshop:
    """A folder with the parts' sources, and the cache its commands use."""

    folder: Path
    cache: Path

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(self.cache), "PYTHONPATH": str(ROOT), **variables}
        done = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=500)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def anychip(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "anychip", *words, **variables)

    def nvcc(self, *words: str) -> None:
        done = self.anychip("nvcc", *words)
        assert done.returncode == 0, done.stderr

    def tool(self, *words: str) -> None:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr

    def refused(self, *words: str) -> str:
        done = self.anychip("nvcc", *words)
        assert done.returncode == 1, done.stdout
        return done.stderr

    def write(self, **sources: str) -> None:
        for name, text in sources.items():
            (self.folder / f"{name}.cu").write_text(text)

    def output(self, program: str, *words: str) -> str:
        done = self.run(f"./{program}", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def runtime(self) -> str:
        """The runtime as the object that a host linker takes."""
        from anychip.cache.store import Cache
        from anychip.frontend.toolchain import find_toolchain
        from anychip.runtime.build import runtime_object

        return str(runtime_object(find_toolchain(), Cache(self.cache), "", lambda text: None))


@pytest.fixture
def shop(tmp_path: Path, shared_cache: Path) -> Workshop:
    """A folder with the sources of the program in parts/."""
    for source in PARTS.iterdir():
        shutil.copy(source, tmp_path)
    return Workshop(tmp_path, shared_cache)


@pytest.fixture
def objects(shop: Workshop) -> Workshop:
    """The same with main.o and library.o, compiled apart."""
    shop.nvcc("-dc", "main.cu", "library.cu")
    return shop


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def test_objects_are_linked_by_nvcc(objects: Workshop) -> None:
    objects.nvcc("main.o", "library.o", "-o", "prog")
    assert objects.output("prog") == OUTPUT
    assert SECTION.encode() not in (objects.folder / "prog").read_bytes()


def test_one_command_compiles_and_links(shop: Workshop) -> None:
    shop.nvcc("--relocatable-device-code=true", "main.cu", "library.cu", "-o", "prog")
    assert shop.output("prog") == OUTPUT


@pytest.mark.parametrize("lanes", ["1", "32"])
def test_run_links_device_code_without_being_told(shop: Workshop, lanes: str) -> None:
    done = shop.anychip("run", "main.cu", "library.cu", ANYCHIP_LANES=lanes)
    assert done.stdout == OUTPUT, done.stderr


def test_the_reference_executor_runs_linked_code(shop: Workshop) -> None:
    done = shop.anychip("run", "--executor", "reference", "main.cu", "library.cu")
    assert done.stdout == OUTPUT, done.stderr


@needs("qemu-riscv64")
def test_code_for_another_processor(shop: Workshop) -> None:
    done = shop.anychip("run", "--target", "riscv64", "main.cu", "library.cu")
    assert done.stdout == OUTPUT, done.stderr


@needs("g++")
def test_a_host_linker_takes_what_dlink_makes(objects: Workshop) -> None:
    objects.nvcc("-shared", "-dlink", "main.o", "library.o", "-o", "device.o", "-lcudadevrt", "-lpthread")
    objects.tool("g++", "main.o", "library.o", "device.o", objects.runtime(), "-lpthread", "-ldl", "-o", "prog")
    assert objects.output("prog") == OUTPUT


def test_dlink_takes_sources_and_has_a_default_name(shop: Workshop) -> None:
    shop.nvcc("-rdc=true", "-dlink", "main.cu", "library.cu")
    assert (shop.folder / "a_dlink.o").read_bytes()[:4] == b"\x7fELF"


def test_code_that_is_linked_already_is_not_linked_again(objects: Workshop) -> None:
    objects.nvcc("-dlink", "main.o", "library.o", "-o", "device.o")
    for flags in ([], ["-nodlink"]):
        objects.nvcc(*flags, "main.o", "library.o", "device.o", "-o", "prog")
        assert objects.output("prog") == OUTPUT


def test_a_link_without_its_device_link_says_so(objects: Workshop) -> None:
    errors = objects.refused("-nodlink", "main.o", "library.o", "-o", "prog")
    assert "hint: an object's relocatable device code has not been linked" in errors


@needs("ar")
@pytest.mark.parametrize("words", [["libparts.a"], ["-L.", "-lparts"], ["-L", ".", "-l", "parts"]], ids=" ".join)
def test_static_libraries_hold_device_code(objects: Workshop, words: list[str]) -> None:
    objects.nvcc("-lib", "library.o", "-o", "libparts.a")
    objects.nvcc("main.o", *words, "-o", "prog")
    assert objects.output("prog") == OUTPUT


@needs("ar")
def test_thin_libraries_name_their_objects(objects: Workshop) -> None:
    objects.tool("ar", "crsT", "libthin.a", "library.o")
    objects.nvcc("main.o", "libthin.a", "-o", "prog")
    assert objects.output("prog") == OUTPUT


@needs("ar")
def test_run_links_device_code_of_a_library(objects: Workshop) -> None:
    objects.nvcc("-lib", "library.o", "-o", "libparts.a")
    done = objects.anychip("run", "main.cu", "libparts.a")
    assert done.stdout == OUTPUT, done.stderr


@needs("ar")
def test_a_programs_own_definition_stands_for_a_librarys(shop: Workshop) -> None:
    shop.write(
        main='#include <cstdio>\n__device__ int f() { return 1; }\n__global__ void k() { printf("%d\\n", f()); }\n'
        "int main() { k<<<1, 1>>>(); cudaDeviceSynchronize(); }\n",
        other="__device__ int f() { return 2; }\n",
    )
    shop.nvcc("-dc", "main.cu", "other.cu")
    shop.nvcc("-lib", "other.o", "-o", "libother.a")
    shop.nvcc("main.o", "libother.a", "-o", "prog")
    assert shop.output("prog") == "1\n"


@needs("ld")
def test_merged_objects_keep_the_device_code_of_each(objects: Workshop) -> None:
    objects.tool("ld", "-r", "main.o", "library.o", "-o", "both.o")
    objects.nvcc("both.o", "-o", "prog")
    assert objects.output("prog") == OUTPUT


LOADER = """#include <cuda_runtime.h>
#include <dlfcn.h>
#include <cstdio>
int main(int count, char **) {
  int devices;
  cudaGetDeviceCount(&devices);
  for (int round = 0; round < count; ++round) {
    void *library = dlopen("./libparts.so", RTLD_NOW);
    if (!library) return puts(dlerror()), 1;
    ((int (*)())dlsym(library, "run_all"))();
    dlclose(library);
  }
}
"""


def test_a_shared_library_is_linked_for_itself(shop: Workshop) -> None:
    shop.nvcc("-shared", "-rdc=true", "-DAS_LIBRARY", "main.cu", "library.cu", "-o", "libparts.so")
    (shop.folder / "loader.cpp").write_text(LOADER)
    shop.nvcc("loader.cpp", "-Xcompiler", "-rdynamic", "-o", "loader")
    assert shop.output("loader") == OUTPUT


@needs("g++")
def test_linked_code_leaves_with_its_shared_library(shop: Workshop) -> None:
    """Loaded a second time it starts with fresh variables."""
    shop.nvcc("-dc", "-DAS_LIBRARY", "main.cu", "library.cu")
    shop.nvcc("-dlink", "main.o", "library.o", "-o", "device.o")
    shop.tool("g++", "-shared", "main.o", "library.o", "device.o", "-o", "libparts.so")
    (shop.folder / "loader.cpp").write_text(LOADER)
    shop.nvcc("loader.cpp", "-Xcompiler", "-rdynamic", "-o", "loader")
    assert shop.output("loader", "twice") == OUTPUT * 2


def test_whole_program_objects_link_with_relocatable_ones(objects: Workshop) -> None:
    objects.write(
        whole="#include <cstdio>\n__device__ int counter = 77;\n"
        'static __global__ void k() { printf("%d\\n", counter); }\n'
        "static int ran = (k<<<1, 1>>>(), cudaDeviceSynchronize());\n"
    )
    objects.nvcc("-c", "whole.cu")
    objects.nvcc("main.o", "whole.o", "library.o", "-o", "prog")
    assert objects.output("prog") == "77\n" + OUTPUT


def test_an_object_without_device_code_needs_no_device_link(shop: Workshop) -> None:
    shop.write(host='#include <cstdio>\nint main() { puts("host"); }\n')
    shop.nvcc("-dc", "host.cu")
    shop.nvcc("-nodlink", "host.o", "-o", "prog")
    assert shop.output("prog") == "host\n"


def test_run_keeps_apart_what_need_not_be_linked(shop: Workshop) -> None:
    """Complete files may each have a device function of one name; relocatable they could not be linked."""
    kernel = "#include <cstdio>\n__device__ int f() {{ return {0}; }}\n"
    kernel += '__global__ void k{0}() {{ printf("%d\\n", f()); }}\nvoid run{0}() {{ k{0}<<<1, 1>>>(); }}\n'
    shop.write(one=kernel.format(1), two=kernel.format(2))
    shop.write(main="void run1(); void run2();\nint main() { run1(); run2(); return cudaDeviceSynchronize(); }\n")
    done = shop.anychip("run", "main.cu", "one.cu", "two.cu")
    assert done.stdout == "1\n2\n", done.stderr


def test_run_links_for_a_variable_that_only_host_code_names(shop: Workshop) -> None:
    shop.write(
        main="#include <cstdio>\nextern __device__ int there;\n"
        'int main() { int v; cudaMemcpyFromSymbol(&v, there, 4); printf("%d\\n", v); }\n',
        other="__device__ int there = 12;\n",
    )
    done = shop.anychip("run", "main.cu", "other.cu")
    assert done.stdout == "12\n", done.stderr


MANAGED_MAIN = """#include <cstdio>
extern __managed__ int shared_value;
extern __managed__ float list[3];
static __managed__ int own = 1;
void other();
__global__ void k() { shared_value += 1; list[1] *= 2; own += 10; }
int main() {
  shared_value += 5;
  k<<<1, 1>>>();
  cudaDeviceSynchronize();
  printf("%d %g %d\\n", shared_value, list[1], own);
  other();
  cudaMemcpyFromSymbol(&own, shared_value, sizeof own);
  printf("%d %d\\n", shared_value, own);
}
"""
MANAGED_OTHER = """#include <cstdio>
__managed__ int shared_value = 3;
__managed__ float list[3] = {1, 2, 3};
static __managed__ int own = 100;
__global__ void k_of_other() { shared_value *= 2; own += 1; }
void other() {
  own++;
  k_of_other<<<1, 1>>>();
  cudaDeviceSynchronize();
  printf("%d\\n", own);
}
"""


@pytest.mark.parametrize("executor", ["compiled", "reference"])
def test_managed_variables_of_other_files(shop: Workshop, executor: str) -> None:
    shop.write(main=MANAGED_MAIN, other=MANAGED_OTHER)
    done = shop.anychip("run", "--executor", executor, "main.cu", "other.cu")
    assert done.stdout == "9 4 11\n102\n18 18\n", done.stderr


def test_a_changed_file_is_linked_again(shop: Workshop) -> None:
    assert shop.anychip("run", "main.cu", "library.cu").stdout == OUTPUT
    source = shop.folder / "library.cu"
    source.write_text(source.read_text().replace("side * side", "side + side"))
    assert shop.anychip("run", "main.cu", "library.cu").stdout == OUTPUT.replace("area 9", "area 6")


def test_a_fault_in_another_file_is_told_by_its_line(shop: Workshop) -> None:
    shop.write(
        main="__device__ void poke(int *p);\n__global__ void k(int *p) { poke(p); }\n"
        "int main() { k<<<1, 1>>>(nullptr); return cudaDeviceSynchronize() != cudaSuccess; }\n",
        other="__device__ void poke(int *p) {\n  *p = 1;\n}\n",
    )
    done = shop.anychip("run", "main.cu", "other.cu")
    assert done.returncode == 1
    assert "other.cu:2" in done.stderr


def test_all_undefined_symbols_are_named_with_their_lines(objects: Workshop) -> None:
    errors = objects.refused("main.o", "-o", "prog")
    assert re.search(r"also not defined: device function 'add_hidden\(int\)', used at \S*main.cu:14:", errors)
    assert "device variable 'counter'" in errors
    assert "device variable 'vtable for Square'" in errors
    assert "hint: none of the linked objects defines it" in errors


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("__device__ int f(int x) { return x; }", "f(int)"),
        ("__device__ int v = 1;", "v"),
        ("__constant__ float c[3];", "c"),
        ("__global__ void k() {}", "k()"),
    ],
    ids=["function", "variable", "constant", "kernel"],
)
def test_a_symbol_defined_twice_is_named_with_both_places(shop: Workshop, line: str, name: str) -> None:
    shop.write(one=f"\n{line}\nint main() {{}}\n", two=f"\n\n{line}\n")
    errors = shop.refused("-rdc=true", "one.cu", "two.cu", "-o", "prog")
    assert f"error: device symbol '{name}' is defined in one.cu and in two.cu" in errors
    assert errors.startswith("two.cu:3")
    assert "the other definition is at one.cu:2" in errors


def test_objects_for_another_processor_are_refused(objects: Workshop) -> None:
    errors = objects.refused("--target", "aarch64", "-dlink", "main.o", "library.o", "-o", "device.o")
    assert "is for x86_64" in errors
    assert "hint: compile and link with the same --target" in errors


def test_ptx_is_written_and_modules_stand_for_cubins(shop: Workshop) -> None:
    shop.write(kernel='extern "C" __global__ void scale(float *x) { x[threadIdx.x] = sinf(x[threadIdx.x]); }\n')
    shop.nvcc("-ptx", "kernel.cu")
    assert ".visible .entry scale(" in (shop.folder / "kernel.ptx").read_text()
    done = shop.anychip("nvcc", "-cubin", "kernel.cu", "-o", "k.bin")
    assert "note: k.bin is a module for this machine's processors" in done.stderr
    assert (shop.folder / "k.bin").read_bytes()[:4] == b"\x7fELF"


def test_any_source_may_be_cuda_if_said_so(shop: Workshop) -> None:
    kernel = "__global__ void k{0}() {{}}\nvoid run{0}() {{ k{0}<<<1, 1>>>(); }}\n"
    (shop.folder / "one.c").write_text(kernel.format(1))
    (shop.folder / "two.cpp").write_text(kernel.format(2))
    shop.nvcc("-x", "cu", "-c", "one.c", "two.cpp")
    shop.write(start="void run1(); void run2();\nint main() { run1(); run2(); return cudaDeviceSynchronize(); }\n")
    shop.nvcc("start.cu", "one.o", "two.o", "-o", "prog")
    assert shop.output("prog") == ""
