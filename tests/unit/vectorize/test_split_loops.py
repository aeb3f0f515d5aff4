"""Loops that carry more than fits into registers become several."""

from __future__ import annotations

import pytest
from pass_support import kernel

from anychip.analysis.verifier import verify
from anychip.ir import Block, Function, Module
from anychip.vectorize.split_loops import split_loops

SUMS = 6
LOOP = """define kernel external void @k(ptr %out, i32 %n) {{
^e:
  br -> ^l
^l:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^l
{phis}
  %v0 : i32 = load ptr %out [alignment=4{volatile}]
{reads}
{sums}
  %k1 : i32 = add i32 %k, i32 1
  %c : i1 = icmp i32 %k1, i32 %n [predicate="slt"]
  condbr i1 %c -> ^l, ^z
^z:
{uses}
  ret
}}"""


def loop_of(step: str = "%s{i}, i32 %v", volatile: str = "", reads: int = 1) -> tuple[Module, Function]:
    return kernel(
        LOOP.format(
            phis="\n".join(f"  %s{i} : i32 = phi i32 {i}, i32 %n{i} -> ^e, ^l" for i in range(SUMS)),
            sums="\n".join(f"  %n{i} : i32 = add i32 " + step.format(i=i, j=(i + 1) % SUMS) for i in range(SUMS)),
            uses="\n".join(f"  store i32 %n{i}, ptr %out [alignment=4]" for i in range(SUMS)),
            volatile=volatile,
            reads="\n".join(
                f"  %r{i} : i32 = load ptr %out [alignment=4]\n  %v{i} : i32 = xor i32 %r{i}, i32 %v{i - 1}"
                for i in range(1, reads)
            )
            + f"\n  %v : i32 = add i32 %v{reads - 1}, i32 0",
        )
    )


def loops(function: Function) -> list[Block]:
    return [block for block in function.blocks if block in block.successors]


def test_each_part_carries_some_counts_anew_and_reads_anew() -> None:
    module, function = loop_of()
    split_loops(function, {}, 2)
    verify(module)
    parts = loops(function)
    assert [len(list(block.phis())) - 1 for block in parts] == [2, 2, 2]
    assert all([item.opcode for item in block.instructions].count("load") == 1 for block in parts)
    stored = [item.operands[0] for item in function.instructions() if item.opcode == "store"]
    homes = [getattr(value, "block", None) for value in stored]
    assert homes == [block for block in parts for _ in range(2)]


def test_a_loop_whose_parts_would_read_too_much_again_stays() -> None:
    module, function = loop_of(reads=3)
    split_loops(function, {}, 2)
    verify(module)
    assert len(loops(function)) == 1


def test_twice_as_many_are_left_together() -> None:
    _, function = loop_of()
    split_loops(function, {}, SUMS // 2)
    assert len(loops(function)) == 1


@pytest.mark.parametrize(
    ("step", "volatile"),
    [("%s{i}, i32 %s{j}", ""), ("%s{i}, i32 %v", ", volatile")],
    ids=["sums of each other", "a read that may not be repeated"],
)
def test_what_belongs_together_stays(step: str, volatile: str) -> None:
    module, function = loop_of(step, volatile)
    split_loops(function, {}, 2)
    verify(module)
    assert len(loops(function)) == 1
