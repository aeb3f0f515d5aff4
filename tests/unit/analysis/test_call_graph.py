"""Resumable functions, reachability, liveness and the layout of shared memory."""

from __future__ import annotations

from anychip.analysis.call_graph import build_call_graph
from anychip.analysis.cfg import control_flow
from anychip.analysis.liveness import live_after
from anychip.analysis.shared_layout import layout_shared
from anychip.ir.parser import parse_module

CALLS = """
global @table : [1 x ptr] constant external align 8 constant = [ptr address(@target, 0)]
define internal void @waits() {
^e:
  barrier i32 0
  ret
}
define internal void @above() {
^e:
  call ptr @waits [signature=type void ()]
  ret
}
define internal i32 @target(i32 %x) {
^e:
  ret i32 %x
}
define internal i32 @peer(i32 %x) {
^e:
  call ptr @above [signature=type void ()]
  ret i32 %x
}
define internal i64 @other(i64 %x) {
^e:
  ret i64 %x
}
define kernel external void @indirect(ptr %p) {
^e:
  store ptr @peer, ptr %p [alignment=8]
  store ptr @other, ptr %p [alignment=8]
  %f : ptr = load ptr<constant> @table [alignment=8]
  %r : i32 = call ptr %f, i32 1 [signature=type i32 (i32)]
  ret
}
define kernel external void @free(ptr %p) {
^e:
  %f : ptr = load ptr %p [alignment=8]
  %r : i64 = call ptr %f, i64 1 [signature=type i64 (i64)]
  ret
}
"""


def names(functions: object) -> set[str]:
    return {function.name for function in functions}  # type: ignore[attr-defined]


def test_resumable_is_a_fixpoint_over_callers_and_peers_of_a_signature() -> None:
    graph = build_call_graph(parse_module(CALLS))
    assert names(graph.resumable) == {"waits", "above", "peer", "target", "indirect"}


def test_reachable_follows_tables_of_function_pointers() -> None:
    module = parse_module(CALLS)
    graph = build_call_graph(module)
    assert names(graph.reachable[module.functions["indirect"]]) == {
        "indirect",
        "target",
        "peer",
        "above",
        "waits",
        "other",
    }
    assert names(graph.reachable[module.functions["free"]]) == {"free", "other"}
    assert names(graph.globals_of[module.functions["indirect"]]) == {"table"}
    assert names(graph.callers[module.functions["waits"]]) == {"above"}


def test_recursion_ends() -> None:
    text = "define internal void @f() {\n^e:\n  call ptr @f [signature=type void ()]\n  ret\n}\n"
    assert not build_call_graph(parse_module(text)).resumable


SHARED = """
global @common : [8 x i32] shared internal align 4 = zero
global @first : [100 x i8] shared internal align 1 = zero
global @second : i64 shared internal align 16 = zero
global @unused : [1000 x i8] shared internal align 1 = zero
global @dyn : [0 x i32] shared external align 4
define internal void @f() {
^e:
  store i32 1, ptr<shared> @common [alignment=4]
  ret
}
define kernel external void @a() {
^e:
  call ptr @f [signature=type void ()]
  store i8 1, ptr<shared> @first [alignment=1]
  store i32 1, ptr<shared> @dyn [alignment=4]
  ret
}
define kernel external void @b() {
^e:
  call ptr @f [signature=type void ()]
  store i64 1, ptr<shared> @second [alignment=16]
  ret
}
"""


def test_variables_of_different_kernels_overlap_but_never_those_of_one() -> None:
    module = parse_module(SHARED)
    layout = layout_shared(build_call_graph(module))
    offsets = {variable.name: offset for variable, offset in layout.offsets.items()}
    assert offsets == {"second": 0, "common": 8, "first": 40}
    sizes = {kernel.name: size for kernel, size in layout.kernel_bytes.items()}
    assert sizes == {"a": 140, "b": 40}


LOOP = """
define internal i32 @f(i32 %n) {
^e:
  %k : i32 = mul i32 %n, i32 3
  br -> ^head
^dead:
  br -> ^head
^head:
  %i : i32 = phi i32 0, i32 %next, i32 9 -> ^e, ^body, ^dead
  %c : i1 = icmp i32 %i, i32 %n [predicate="ult"]
  condbr i1 %c -> ^body, ^done
^body:
  barrier i32 0
  %next : i32 = add i32 %i, i32 %k
  br -> ^head
^done:
  ret i32 %i
}
"""


def test_live_across_a_barrier_in_a_loop() -> None:
    function = parse_module(LOOP).functions["f"]
    barrier = next(item for item in function.instructions() if item.opcode == "barrier")
    assert names(live_after(function, [barrier])[barrier]) == {"i", "k"}


def test_order_puts_dominators_first_and_drops_dead_blocks() -> None:
    order = [block.name for block in control_flow(parse_module(LOOP).functions["f"]).reverse_postorder]
    assert order[:2] == ["e", "head"]
    assert set(order) == {"e", "head", "body", "done"}
