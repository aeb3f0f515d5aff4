"""Small block copies and fills as loads and stores."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import verify
from anychip.ir.parser import parse_module
from anychip.vectorize.clone import name_values
from anychip.vectorize.expand_copies import expand_copies

CASES = {
    "memcpy ptr %a, ptr %b, i64 12": ["load 4 +0", "load 4 +4", "load 4 +8", "store 4 +0", "store 4 +4", "store 4 +8"],
    "memmove ptr %a, ptr %b, i64 16": ["load 8 +0", "load 8 +8", "store 8 +0", "store 8 +8"],
    "memcpy ptr %l, ptr %b, i64 8": ["load 4 +0", "load 4 +4", "store 4 +0", "store 4 +4"],
    "memcpy ptr %a, ptr %b, i64 3": ["load 1 +0", "load 1 +1", "load 1 +2", "store 1 +0", "store 1 +1", "store 1 +2"],
    "memset ptr %a, i8 -1, i64 16": ["store 8 +0", "store 8 +8"],
    "memcpy ptr %a, ptr %b, i64 0": [],
    "memcpy ptr %a, ptr %b, i64 128": ["memcpy"],
    "memcpy ptr %a, ptr %b, i64 8 [volatile]": ["memcpy"],
    "memset ptr %a, i8 %c, i64 8": ["memset"],
    "memcpy ptr %a, ptr %b, i64 %n": ["memcpy"],
}


@pytest.mark.parametrize("text", CASES)
def test_expansion(text: str) -> None:
    local = "%l : ptr = alloca [allocated=type [2 x {float, float}], alignment=4]"
    source = f"define kernel external void @k(ptr %a, ptr %b, i64 %n, i8 %c) {{\n^e:\n{local}\n{text}\nret\n}}\n"
    module = parse_module(source)
    function = module.functions["k"]
    origin = {item: item for item in function.instructions()}
    expand_copies(function, origin)
    name_values(function)
    verify(module)
    seen = []
    for item in function.entry.instructions[1:-1]:
        assert item in origin
        if item.opcode in ("load", "store"):
            value = item if item.opcode == "load" else item.operands[0]
            place = item.operands[-1]
            seen.append(f"{item.opcode} {value.type.bits // 8} +{place.number('offset')}")  # type: ignore[attr-defined]
        elif item.opcode != "gep":
            seen.append(item.opcode)
    assert seen == CASES[text]


def test_every_byte_is_filled() -> None:
    text = "define kernel external void @k(ptr %a) {\n^e:\nmemset ptr %a, i8 -128, i64 4\nret\n}\n"
    function = parse_module(text).functions["k"]
    expand_copies(function, {})
    stores = [item for item in function.instructions() if item.opcode == "store"]
    assert [store.operands[0].value for store in stores] == [0x80808080]  # type: ignore[attr-defined]
