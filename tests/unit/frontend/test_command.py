"""Command lines of the two passes: what goes to both, what to one, in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from anychip.diagnostics import UserError
from anychip.frontend.command import (
    INCLUDE,
    CompileOptions,
    Unit,
    device_command,
    header_command,
    host_command,
    plain_command,
)
from anychip.frontend.systems import find_system, is_native
from anychip.frontend.toolchain import Toolchain

TOOLS = Toolchain(Path("/t/bin/clang"), Path("/t/bin/clang++"), Path("/t/bin/ld.lld"), from_wheel=True)


def unit(language: str = "cuda", libstdcxx: bool = True, **fields: object) -> Unit:
    return Unit(Path("a.cu"), language, CompileOptions(**fields), libstdcxx)  # type: ignore[arg-type]


def both(given: Unit) -> tuple[list[str], list[str]]:
    return device_command(TOOLS, given), host_command(TOOLS, given, Path("blob"))


def test_preprocessor_options_reach_both_passes_in_order_and_before_our_headers() -> None:
    for words in both(unit(preprocessor=("-DX=1", "-Iinc", "-UX"))):
        at = words.index("-DX=1")
        assert words[at : at + 3] == ["-DX=1", "-Iinc", "-UX"]
        assert words.index(str(INCLUDE)) > at


def test_host_options_stay_off_the_device_pass() -> None:
    device, host = both(unit(host=("-fopenmp", "-march=native"), optimization="0", debug=True))
    assert {"-fopenmp", "-march=native", "-O0", "-g"} <= set(host)
    assert not {"-fopenmp", "-march=native", "-O0", "-g"} & set(device)
    assert "-O2" in device


def test_device_options_stay_off_the_host_pass() -> None:
    device, host = both(unit(device=("-ffp-contract=off",)))
    assert "-ffp-contract=off" in device
    assert "-ffp-contract=off" not in host


def test_no_vector_or_partly_unrolled_code_reaches_the_reader() -> None:
    device, host = both(unit())
    unrolling = {"-unroll-runtime=false", "-unroll-allow-partial=false"}
    assert {"-fno-vectorize", "-fno-slp-vectorize", *unrolling} <= set(device)
    assert not unrolling & set(host)


def test_the_header_is_preincluded_or_its_precompiled_form() -> None:
    device, _ = both(unit())
    assert device[device.index("-include") + 1] == "cuda_runtime.h"
    words = device_command(TOOLS, unit(), Path("x.pch"))
    assert "-include" not in words
    assert words[words.index("-include-pch") + 2] == "x.pch"


def test_a_precompiled_header_depends_on_macros_but_not_on_include_folders() -> None:
    plain = header_command(TOOLS, unit(), "host")
    assert header_command(TOOLS, unit(preprocessor=("-Iinc", "-isystem", "sys")), "host") == plain
    assert header_command(TOOLS, unit(preprocessor=("-DNDEBUG",)), "host") != plain


def test_a_target_is_named_to_both_passes_by_its_triple() -> None:
    other = "riscv64" if is_native("aarch64") else "aarch64"
    for words in both(unit(target=other)):
        assert f"--target={other}-unknown-linux-gnu" in words
    assert not any(word.startswith("--target") for word in both(unit())[0])


def test_the_library_is_the_systems_if_there() -> None:
    assert "-stdlib=libstdc++" in both(unit())[0]
    assert "-stdlib=libc++" in both(unit(libstdcxx=False))[0]


def test_plain_c_gets_no_cxx_options() -> None:
    words = plain_command(TOOLS, unit("c", standard="c++17"), emit_ir=False)
    assert words[0].endswith("clang")
    assert not any(word.startswith(("-std", "-stdlib")) for word in words)
    assert "-c" in words


def test_unknown_target_is_a_user_error() -> None:
    with pytest.raises(UserError, match="unknown target 'vax'"):
        find_system("vax")


def test_target_without_host_system_is_a_user_error() -> None:
    with pytest.raises(UserError, match="loongarch64"):
        find_system("loongarch64")
