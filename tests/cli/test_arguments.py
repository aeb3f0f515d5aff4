"""The command lines that build files really use, as data; and the messages for those that cannot be."""

from __future__ import annotations

import shlex

import pytest

from anychip.cli.arguments import Request, read_arguments
from anychip.cli.option_table import OPTIONS
from anychip.diagnostics import AnychipError, Unsupported, UserError


def read(line: str) -> Request:
    return read_arguments(shlex.split(line))


# command line, and the fields of the request that it must set
CORPUS: list[tuple[str, dict[str, object]]] = [
    ("-O3 -o main main.cu", {"optimization": "3", "output": "main", "inputs": ["main.cu"], "phase": "link"}),
    ("-c a.cu -o a.o", {"phase": "compile", "output": "a.o"}),
    ("--compile a.cu --output-file a.o", {"phase": "compile", "output": "a.o"}),
    ("-std=c++14 a.cu", {"standard": "c++14"}),
    ("--std c++17 a.cu", {"standard": "c++17"}),
    ("-Iinc -I inc2 -I=inc3 --include-path=inc4 a.cu", {"preprocessor": ["-Iinc", "-Iinc2", "-Iinc3", "-Iinc4"]}),
    ("-I a,b x.cu", {"preprocessor": ["-Ia", "-Ib"]}),
    ("-DN=10 -D M -UX --define-macro=K=1,2 a.cu", {"preprocessor": ["-DN=10", "-DM", "-UX", "-DK=1,2"]}),
    ("-isystem /s -include x.h a.cu", {"preprocessor": ["-isystem", "/s", "-include", "x.h"]}),
    ("-arch=sm_70 a.cu", {"inputs": ["a.cu"]}),
    ("-arch sm_70 a.cu", {"inputs": ["a.cu"]}),
    ("--gpu-architecture=compute_80 -code=sm_80 a.cu", {"inputs": ["a.cu"]}),
    ("-gencode arch=compute_60,code=sm_60 -gencode=arch=compute_70,code=[sm_70] a.cu", {"inputs": ["a.cu"]}),
    ("-Xcompiler -fopenmp a.cu -lgomp", {"openmp": True, "link": ["-lgomp"]}),
    ("-Xcompiler=-Wall,-Wextra a.cu", {"host": ["-Wall", "-Wextra"]}),
    ('--compiler-options "-fPIC,-march=native" a.cu', {"host": ["-fPIC", "-march=native"]}),
    (r"-Xcompiler '-DL=1\,2' a.cu", {"host": ["-DL=1,2"]}),
    ("-Xcompiler -O1 a.cu", {"optimization": "1"}),
    ("-Xlinker -rpath,/x a.cu", {"link": ["-Xlinker", "-rpath", "-Xlinker", "/x"]}),
    ("a.cu -L/x -L /y -lm -lcudart,curand", {"link": ["-L/x", "-L/y", "-lm", "-lcudart", "-lcurand"]}),
    ("-use_fast_math --use_fast_math a.cu", {"common": [], "device": []}),
    ("--fmad=false a.cu", {"device": ["-ffp-contract=off"]}),
    ("-fmad=true a.cu", {"device": ["-ffp-contract=fast"]}),
    ("-g a.cu", {"debug": True}),
    ("-G a.cu", {"debug": True, "common": ["-D__CUDACC_DEBUG__=1"]}),
    ("-lineinfo -Xptxas -v,-O3 --maxrregcount=32 -m64 -ccbin g++ -t 4 a.cu", {"inputs": ["a.cu"], "link": []}),
    ("--expt-relaxed-constexpr --extended-lambda -Wno-deprecated-gpu-targets -w a.cu", {"common": ["-w"]}),
    ("--default-stream per-thread a.cu", {"common": ["-DCUDA_API_PER_THREAD_DEFAULT_STREAM=1"]}),
    ("-MMD -MF x.d -MT x.o -c a.cu", {"depfile": ["-MMD", "-MF", "x.d", "-MT", "x.o"]}),
    ("-x cu a.cpp -c", {"language": "cuda"}),
    ("-x=c++ a.cu", {"language": "c++"}),
    ("-shared -fPIC a.cu", {"shared": True, "host": ["-fPIC"]}),
    ("-rdc=true a.cu", {"inputs": ["a.cu"], "relocatable": True}),
    ("--relocatable-device-code=false a.cu", {"relocatable": False}),
    ("-dc a.cu -o a.o", {"phase": "compile", "output": "a.o", "relocatable": True}),
    ("-dw a.cu", {"phase": "compile", "relocatable": False}),
    ("-shared -dlink a.o -o b.o", {"phase": "device-link", "inputs": ["a.o"], "output": "b.o"}),
    ("-lib a.o b.cu -o c.a", {"phase": "library", "inputs": ["a.o", "b.cu"]}),
    ("-ptx a.cu", {"phase": "ptx"}),
    ("-nodlink a.o", {"phase": "link", "device_link": False}),
    ("--target riscv64 a.cu", {"target": "riscv64"}),
    ("-forward-unknown-to-host-compiler -ffast-math a.cu", {"host": ["-ffast-math"]}),
    ("-O a.cu", {"optimization": "1", "inputs": ["a.cu"]}),
    ("a.cu b.cpp c.o libd.a", {"inputs": ["a.cu", "b.cpp", "c.o", "libd.a"]}),
]


@pytest.mark.parametrize(("line", "fields"), CORPUS, ids=[line for line, _ in CORPUS])
def test_corpus(line: str, fields: dict[str, object]) -> None:
    request = read(line)
    assert {name: getattr(request, name) for name in fields} == fields


MISTAKES: list[tuple[str, type[AnychipError], str, str]] = [
    ("--use_fastmath a.cu", UserError, "unknown option --use_fastmath", "did you mean --use_fast_math?"),
    ("-Wall a.cu", UserError, "unknown option -Wall", "-Xcompiler -Wall"),
    ("a.cu -o", UserError, "option -o needs a value", ""),
    ("-x fortran a.f", UserError, "unknown language 'fortran'", "cuda"),
    ("-m32 a.cu", Unsupported, "32-bit programs", ""),
    ("--options-file nowhere.txt", UserError, "the options file nowhere.txt cannot be read", ""),
    ("-G=1 a.cu", UserError, "unknown option -G=1", ""),
]


@pytest.mark.parametrize(("line", "kind", "message", "hint"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_mistakes(line: str, kind: type[AnychipError], message: str, hint: str) -> None:
    with pytest.raises(kind) as caught:
        read(line)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


def test_options_file_is_read_in_place(tmp_path: object) -> None:
    path = f"{tmp_path}/options"
    with open(path, "w") as file:
        file.write("-DA='x y' -c\n-O1")
    request = read(f"-O2 --options-file {path} a.cu")
    assert request.preprocessor == ["-DA=x y"]
    assert (request.optimization, request.phase, request.inputs) == ("1", "compile", ["a.cu"])


def test_debug_without_optimisation_compiles_host_code_unoptimised() -> None:
    assert read("-g a.cu").compile_options().optimization == "0"
    assert read("-g -O2 a.cu").compile_options().optimization == "2"
    assert read("a.cu").compile_options().optimization == "2"


def test_no_spelling_stands_twice_in_the_table() -> None:
    names = [name for option in OPTIONS for name in option.names]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(("name", "language"), [("a.cu", "cuda"), ("a.cc", "c++"), ("a.c", "c"), ("liba.so.1", "")])
def test_language_by_suffix(name: str, language: str) -> None:
    assert Request().language_of(name) == language


def test_unknown_suffix_is_named() -> None:
    with pytest.raises(UserError, match=r"picture\.png: not a source file"):
        Request().language_of("picture.png")
