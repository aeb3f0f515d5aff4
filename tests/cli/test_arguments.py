"""The command lines that build files really use, as data; and the messages for those that cannot be."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from anychip.cli.arguments import read_arguments
from anychip.cli.option_actions import ACTIONS
from anychip.cli.option_table import OPTIONS
from anychip.cli.request import Request
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
    (r"-Xcompiler '-DL=1\,2' a.cu", {"preprocessor": ["-DL=1,2"], "host": []}),
    ("-Xcompiler -O1 a.cu", {"optimization": "1"}),
    ("-Xlinker -rpath,/x a.cu", {"link": ["-Xlinker", "-rpath", "-Xlinker", "/x"]}),
    ("a.cu -L/x -L /y -lm -lcudart,curand", {"link": ["-L/x", "-L/y", "-lm", "-lcudart", "-lcurand"]}),
    ("-use_fast_math --use_fast_math a.cu", {"common": [], "device": []}),
    ("--fmad=false a.cu", {"device": ["-ffp-contract=off"]}),
    ("-fmad=true a.cu", {"device": ["-ffp-contract=fast"]}),
    ("-g a.cu", {"debug": True}),
    ("-G a.cu", {"debug": True, "device_debug": True, "common": ["-D__CUDACC_DEBUG__=1"]}),
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
    ("-arch=native -arch=all-major -arch=sm_90a -code=sm_70,compute_70 a.cu", {"inputs": ["a.cu"]}),
    ("-gencode=arch=compute_60,code=[compute_60,sm_60] a.cu", {"inputs": ["a.cu"]}),
    ('--generate-code=arch=compute_52,code=\\"sm_52,compute_52\\" a.cu', {"inputs": ["a.cu"]}),
    ("-Xcompiler '-O3 -Wall' a.cu", {"optimization": "3", "host": ["-Wall"]}),
    ("-Xcompiler -Ofast,-pipe,-fmax-errors=1 a.cu", {"optimization": "3", "host": ["-ffast-math"]}),
    (r"-Xcompiler '-pthread,-rdynamic,-Wl\,-z\,now' a.cu", {"link": ["-pthread", "-rdynamic", "-Wl,-z,now"]}),
    ("-Xcompiler -std=c++20 a.cu", {"standard": "c++20"}),
    ("-std=c++14 -Xcompiler -std=c++20 a.cu", {"standard": "c++14"}),
    ("-pg a.cu", {"host": ["-pg"], "link": ["-pg"]}),
    ("-Werror all-warnings,reorder a.cu", {"common": ["-Werror", "-Werror=reorder"]}),
    ("-cudart shared a.cu", {"cudart": "shared"}),
    ("--cudart=none a.cu", {"cudart": "none"}),
    ("-lib a.cu b.o -o libx.a", {"phase": "library", "output": "libx.a", "inputs": ["a.cu", "b.o"]}),
    ("-run -run-args '1 \"two words\"' a.cu", {"run_after": True, "run_arguments": ["1", "two words"]}),
    ("--keep --keep-dir tmp -v a.cu", {"keep": True, "keep_dir": "tmp", "verbose": True}),
    ("-odir obj -c a.cu", {"output_directory": "obj"}),
    ("-ccbin=/usr/bin/g++ -t4 --threads 2 a.cu", {"host_compiler": "/usr/bin/g++", "inputs": ["a.cu"]}),
    ("a.cu -ffast-math -Wall -forward-unknown-to-host-compiler", {"host": ["-ffast-math", "-Wall"]}),
    ("-forward-unknown-to-host-linker -Wl,-z,now a.o", {"link": ["-Wl,-z,now"]}),
    ("-forward-unknown-to-host-compiler -fopenmp -Wl,-z,now a.cu", {"openmp": True, "link": ["-Wl,-z,now"]}),
    ("--list-gpu-arch", {"architectures": "compute"}),
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
    ("-optix-ir a.cu", Unsupported, "writing OptiX IR", "-ptx"),
    ("--options-file nowhere.txt", UserError, "the options file nowhere.txt cannot be read", ""),
    ("-arch=sm70 a.cu", UserError, "'sm70' is not a GPU architecture", "sm_80"),
    ("-gencode sm_70 a.cu", UserError, "-gencode sm_70: not understood", "arch=compute_80,code=sm_80"),
    ("-m32 a.cu", Unsupported, "32-bit programs", ""),
    ("-O9 a.cu", UserError, "-O9: there is no such level", "-O3"),
    ("-cudart dynamic a.cu", UserError, "'dynamic' is not a value of -cudart", "static, shared, none"),
    ("--default-stream=new a.cu", UserError, "'new' is not a value of --default-stream", "per-thread"),
    ("-fmad=maybe a.cu", UserError, "'maybe' is not a value of -fmad", "true"),
    ("-Werror everything a.cu", UserError, "-Werror everything", "all-warnings"),
    ("-Wl,-z,now a.cu", UserError, "unknown option -Wl,-z,now", r"-Xcompiler -Wl\,-z\,now"),
    ("-rpath=/x a.cu", UserError, "unknown option -rpath=/x", "-Xlinker -rpath,FOLDER"),
    ("--zzzz a.cu", UserError, "unknown option --zzzz", "--help lists the options"),
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


def test_several_options_files_and_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("-DA")
    (tmp_path / "b").write_text("-DB 'c d.cu'")
    request = read(f"-optf {tmp_path}/a,{tmp_path}/b")
    assert (request.preprocessor, request.inputs) == (["-DA", "-DB"], ["c d.cu"])
    (tmp_path / "c").write_text("-D'A")
    with pytest.raises(UserError, match="cannot be understood"):
        read(f"-optf {tmp_path}/c")


def test_every_action_of_the_table_exists_and_every_option_says_what_it_does() -> None:
    assert {option.action for option in OPTIONS} - {"options-file"} <= set(ACTIONS)
    assert [option.names for option in OPTIONS if not option.text] == []


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
