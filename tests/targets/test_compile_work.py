"""The work of compiling grows with the kernel and no faster: what is written is counted, since clocks are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anychip.codegen.optimize import optimize, parse_module, target_machine
from anychip.ir import Module
from anychip.ir import parser as ir_parser
from anychip.targets import TARGETS
from anychip.vectorize.pipeline import write_module
from anychip.vectorize.report import Report

_HEAD = """module "k.cu"
define kernel external void @k(ptr %out, ptr %in, i64 %n) {
^b0:
  %t : i32 = sreg [register="tid.x"]
  %w : i64 = zext i32 %t
  %p : ptr = gep ptr %out, i64 %w [offset=0, scales=(4)]
  %q : ptr = gep ptr %in, i64 %w [offset=0, scales=(4)]
  %v0 : i32 = load ptr %q [alignment=4]
"""


def straight(steps: int) -> str:
    """Loads, arithmetic and stores in one block."""
    lines = [_HEAD]
    for step in range(1, steps + 1):
        lines.append(f"  %m{step} : i32 = mul i32 %v{step - 1}, i32 {2 * step + 1}")
        if step % 8:
            lines.append(f"  %v{step} : i32 = xor i32 %m{step}, i32 %t")
            continue
        lines.append(f"  %q{step} : ptr = gep ptr %q, i64 %n [offset={4 * step}, scales=(4)]")
        lines.append(f"  %l{step} : i32 = load ptr %q{step} [alignment=4]")
        lines.append(f"  %v{step} : i32 = add i32 %m{step}, i32 %l{step}")
    return "\n".join([*lines, f"  store i32 %v{steps}, ptr %p [alignment=4]", "  ret", "}"])


def branches(steps: int) -> str:
    """Branches that part lanes, one after another, with an access in each and values that live across them all."""
    lines = [_HEAD]
    for step in range(1, steps + 1):
        lines += [
            f'  %c{step} : i1 = icmp i32 %v{step - 1}, i32 {step} [predicate="slt"]',
            f"  condbr i1 %c{step} -> ^y{step}, ^b{step}",
            f"^y{step}:",
            f"  %d{step} : i32 = mul i32 %v{step - 1}, i32 %t",
            f"  store i32 %d{step}, ptr %p [alignment=4]",
            f"  br -> ^b{step}",
            f"^b{step}:",
            f"  %v{step} : i32 = phi i32 %v{step - 1}, i32 %d{step} -> ^b{step - 1}, ^y{step}",
        ]
    return "\n".join([*lines, f"  store i32 %v{steps}, ptr %p [alignment=4]", "  ret", "}"])


def written(text: str, name: str) -> tuple[str, Report]:
    """The LLVM text for a processor."""
    module: Module = ir_parser.parse_module(text)
    report = Report()
    return write_module(module, TARGETS[name], module_symbol="m", hidden=True, report=report), report


def emitted_instructions(text: str, name: str) -> int:
    """Instructions that LLVM's optimiser leaves."""
    target = TARGETS[name]
    machine = target_machine(target)
    module = parse_module(text, target, machine)
    optimize(module, machine)
    return sum(1 for function in module.functions for block in function.blocks for _ in block.instructions)


@pytest.fixture(autouse=True)
def _lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYCHIP_LANES", "auto")


@pytest.mark.parametrize("shape", [straight, branches])
@pytest.mark.parametrize("name", ["x86_64-v4", "x86_64-v3", "aarch64"])
def test_what_is_written_is_linear_in_the_kernel(shape: Callable[[int], str], name: str) -> None:
    small, large = (written(shape(steps), name)[0].count("\n") for steps in (30, 120))
    assert large < 5 * small


@pytest.mark.parametrize("name", ["x86_64-v4", "aarch64"])
def test_what_llvm_makes_of_large_kernels_is_bounded(name: str) -> None:
    """Per instruction of the kernel, whatever its control flow."""
    for text in (straight(600), branches(100)):
        result, _ = written(text, name)
        assert emitted_instructions(result, name) < 40 * text.count("\n")


def test_large_kernels_have_one_version_and_huge_ones_none() -> None:
    sizes = {steps: written(branches(steps), "x86_64-v4") for steps in (30, 250, 600)}
    assert '.full"' in sizes[30][0]
    assert '.part"' in sizes[30][0]
    assert '.full"' not in sizes[250][0]
    assert '.part"' in sizes[250][0]
    assert "so large" in sizes[600][1].refused["k"]


def test_masked_accesses_are_loops_where_the_processor_has_no_masks() -> None:
    masked = "llvm.masked.store"
    texts = {name: written(branches(2), name)[0] for name in TARGETS if name not in ("riscv64", "loongarch64")}
    with_masks = {name for name, text in texts.items() if masked in text}
    assert with_masks == {"x86_64-v3", "x86_64-v4", "aarch64-sve256", "riscv64-v", "riscv64-v256"}
