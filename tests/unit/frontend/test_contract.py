"""fmul + fadd -> fma: when, in which form, and that no flag survives."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import verify
from anychip.diagnostics import InternalError
from anychip.frontend.contract import contract
from anychip.frontend.llvm_reader import read_module
from anychip.ir.printer import print_function


def contracted(body: str) -> list[str]:
    module = read_module(f"define float @f(float %a, float %b, float %c, float %d) {{\n{body}\n}}\n", "test")
    contract(module)
    verify(module)
    return [line.strip() for line in print_function(module.functions["f"]).split("\n")[2:-2]]


PRODUCT = "  %m = fmul contract float %a, %b\n"
LAST = "\n  ret float %r"


@pytest.mark.parametrize(
    ("operation", "ours"),
    [
        ("fadd contract float %m, %c", ["%r : float = fma float %a, float %b, float %c"]),
        ("fadd contract float %c, %m", ["%r : float = fma float %a, float %b, float %c"]),
        ("fsub contract float %m, %c", ["%..r.neg : float = fneg float %c",
                                        "%r : float = fma float %a, float %b, float %..r.neg"]),
        ("fsub contract float %m, 2.0", ["%r : float = fma float %a, float %b, float -2.0"]),
        ("fsub contract float %c, %m", ["%..r.neg : float = fneg float %a",
                                        "%r : float = fma float %..r.neg, float %b, float %c"]),
        ("fadd fast float %m, %c", ["%r : float = fma float %a, float %b, float %c"]),
    ],
)  # fmt: skip
def test_forms(operation: str, ours: list[str]) -> None:
    assert contracted(f"{PRODUCT}  %r = {operation}{LAST}") == [*ours, "ret float %r"]


@pytest.mark.parametrize(
    "body",
    [
        "  %m = fmul float %a, %b\n  %r = fadd contract float %m, %c",
        "  %m = fmul contract float %a, %b\n  %r = fadd float %m, %c",
        "  %m = call contract float @llvm.nvvm.mul.rn.f(float %a, float %b)\n  %r = fadd contract float %m, %c",
    ],
)
def test_both_operations_must_allow_it(body: str) -> None:
    text = contracted(body + LAST)
    assert [line.split(" = ")[-1].split()[0] for line in text] == ["fmul", "fadd", "ret"]
    assert "contract" not in " ".join(text)


def test_the_left_product_is_fused_and_the_other_stays() -> None:
    text = contracted(f"{PRODUCT}  %k = fmul contract float %c, %d\n  %r = fadd contract float %m, %k{LAST}")
    assert text[:2] == ["%k : float = fmul float %c, float %d", "%r : float = fma float %a, float %b, float %k"]


def test_a_product_with_other_uses_stays() -> None:
    text = contracted(f"{PRODUCT}  %s = fadd contract float %m, %c\n  %r = fdiv float %s, %m{LAST}")
    assert text[:2] == ["%m : float = fmul float %a, float %b", "%s : float = fma float %a, float %b, float %c"]


def test_a_square_of_sums_keeps_one_product() -> None:
    text = contracted(f"{PRODUCT}  %r = fadd contract float %m, %m{LAST}")
    assert text[:2] == ["%m : float = fmul float %a, float %b", "%r : float = fma float %a, float %b, float %m"]


def test_without_contraction_the_verifier_objects() -> None:
    module = read_module("define float @f(float %a) {\n  %m = fmul contract float %a, %a\n  ret float %m\n}\n", "t")
    with pytest.raises(InternalError, match=r"attributes.*contract"):
        verify(module)
