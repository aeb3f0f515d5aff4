"""One device function or kernel as LLVM text: block by block in dominance order, one table from opcode to writer."""

from __future__ import annotations

from collections.abc import Callable

from anychip.analysis.by_value import written_by_values
from anychip.analysis.cfg import control_flow
from anychip.codegen import arithmetic_ops, control_ops, memory_ops, thread_ops
from anychip.codegen.debug_variables import declare_variables
from anychip.codegen.emitter import Emitter, Kind
from anychip.codegen.frame import Frame, plan_frame
from anychip.codegen.kernel_abi import FRAME_ALIGNMENT
from anychip.codegen.llvm_types import symbol, type_text
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.parameters import layout_parameters
from anychip.codegen.suspend import REQUEST_OPCODES, write_prologue, write_request
from anychip.ir import Argument, Block, Function, Instruction, align_of, size_of

# null may be mapped for all LLVM knows: a wild access must fault at run time, not vanish at compile time.
ATTRIBUTES = "nounwind null_pointer_is_valid"

OpWriter = Callable[[Emitter, Instruction], str]

WRITERS: dict[str, OpWriter] = {
    **dict.fromkeys(arithmetic_ops.ELEMENT_WRITERS, arithmetic_ops.write_elements),
    "bitcast": arithmetic_ops.write_bitcast,
    "extract": arithmetic_ops.write_extract,
    "insert": arithmetic_ops.write_insert,
    "alloca": memory_ops.write_alloca,
    "load": memory_ops.write_load,
    "store": memory_ops.write_store,
    "gep": memory_ops.write_gep,
    "memcpy": memory_ops.write_copy,
    "memmove": memory_ops.write_copy,
    "memset": memory_ops.write_set,
    "atomic": memory_ops.write_atomic,
    "cmpxchg": memory_ops.write_cmpxchg,
    "fence": memory_ops.write_fence,
    "space.is": memory_ops.write_space_is,
    "br": control_ops.write_branch,
    "condbr": control_ops.write_conditional,
    "switch": control_ops.write_switch,
    "ret": control_ops.write_return,
    "exit": control_ops.write_exit,
    "unreachable": control_ops.write_unreachable,
    "call": control_ops.write_call,
    "sreg": thread_ops.write_sreg,
    "clock": thread_ops.write_clock,
    "trap": thread_ops.write_trap,
    **dict.fromkeys(REQUEST_OPCODES, write_request),
}


def write_function(context: ModuleContext, function: Function) -> str:
    """LLVM text of a function with a body."""
    emitter = _prepare(context, function)
    blocks = control_flow(function).reverse_postorder
    emitter.labels = {block: f"b{index}" for index, block in enumerate(blocks)}
    emitter.at(None)
    _copy_by_values(emitter)
    start, emitter.lines = emitter.lines, []
    incoming: dict[tuple[Instruction, Block], str] = {}
    exits: dict[Block, str] = {}
    parts: list[tuple[Block, list[str]]] = []
    for block in blocks:
        _write_block(emitter, block, incoming)
        exits[block] = emitter.label
        parts.append((block, emitter.lines))
        emitter.lines = []
    declare_variables(emitter)
    body = [line for block, lines in parts for line in _with_phis(emitter, block, lines, incoming, exits)]
    return "\n".join([_header(emitter), *_entry(emitter, start), *body, "}", ""])


def function_kind(context: ModuleContext, function: Function) -> Kind:
    """Which of the four forms a function takes."""
    if function in context.graph.resumable:
        return Kind.STRAND if function.kernel else Kind.RESUMABLE
    return Kind.LANE if function.kernel else Kind.PLAIN


def _prepare(context: ModuleContext, function: Function) -> Emitter:
    kind = function_kind(context, function)
    by_values = [argument for argument in function.arguments if argument.attributes.by_value]
    written = written_by_values(function) if function.kernel else frozenset(by_values)
    copies = [argument for argument in by_values if argument in written]
    resumable = kind in (Kind.RESUMABLE, Kind.STRAND)
    recomputed = frozenset(item for item in function.instructions() if item.opcode == "sreg")
    yields = [item for item in function.instructions() if context.graph.yields(item)]
    emitter = Emitter(
        context, function, kind, plan_frame(function, yields, copies, recomputed) if resumable else Frame()
    )
    if resumable:
        emitter.rematerialized = {
            **dict.fromkeys(recomputed, thread_ops.write_sreg),
            **dict.fromkeys(emitter.frame.arrays, memory_ops.write_alloca),
        }
    if function.kernel:
        emitter.parameters, _ = layout_parameters(function)
    if kind == Kind.PLAIN:
        emitter.values = {argument: f"%v{argument.index}" for argument in function.arguments}
    context.frame_bytes[function] = emitter.frame.size
    emitter.by_values = tuple(copies)
    return emitter


def _copy_by_values(emitter: Emitter) -> None:
    """Give the callee its own copy of by-value arguments (kernels: of those it writes)."""
    if emitter.resumable:
        write_prologue(emitter)
    for argument in emitter.by_values:
        pointee = argument.attributes.by_value
        assert pointee is not None
        place = emitter.frame.copies.pop(argument, None)
        source = emitter.operand(argument)
        alignment = max(align_of(pointee), argument.attributes.alignment)
        if place is None:
            destination = emitter.alloca(size_of(pointee), alignment)
            emitter.values[argument] = destination
        else:
            destination = emitter.address("%frame", place)
            emitter.frame.copies[argument] = place
        memory_ops.copy_by_value(emitter, source, pointee, min(alignment, FRAME_ALIGNMENT), destination)


def _write_block(emitter: Emitter, block: Block, incoming: dict[tuple[Instruction, Block], str]) -> None:
    emitter.start_block(emitter.labels[block])
    phis = list(block.phis())
    for phi in phis:
        emitter.values[phi] = emitter.fresh("phi")
    emitter.at(None)
    for phi in phis:
        _keep(emitter, phi, emitter.values[phi])
    for instruction in block.instructions[len(phis) :]:
        if instruction is block.terminator:
            _phi_operands(emitter, block, incoming)
        emitter.at(instruction)
        if instruction in emitter.rematerialized:
            continue
        text = WRITERS[instruction.opcode](emitter, instruction)
        if text:
            emitter.values[instruction] = text
            _keep(emitter, instruction, text)


def _keep(emitter: Emitter, instruction: Instruction, text: str) -> None:
    """A value that lives across a yield is read from its slot from now on."""
    slot = emitter.frame.slots.get(instruction)
    if slot:
        emitter.store_typed(instruction.type, text, slot)


def _phi_operands(emitter: Emitter, block: Block, incoming: dict[tuple[Instruction, Block], str]) -> None:
    """What the successors' phis take from this block, fetched at its end."""
    for successor in dict.fromkeys(block.successors):
        for phi in successor.phis():
            value = phi.operands[phi.targets.index(block)]
            incoming[phi, block] = emitter.operand(value)


def _with_phis(
    emitter: Emitter,
    block: Block,
    lines: list[str],
    incoming: dict[tuple[Instruction, Block], str],
    exits: dict[Block, str],
) -> list[str]:
    """The block's text with its phis, one arm per edge (a switch may have several); labels are known only now."""
    phis = []
    for phi in block.phis():
        sources = [
            source
            for source in dict.fromkeys(phi.targets)
            if source in exits
            for _ in range(source.successors.count(block))
        ]
        arms = ", ".join(f"[ {incoming[phi, source]}, %{exits[source]} ]" for source in sources)
        phis.append(f"  {emitter.values[phi]} = phi {type_text(phi.type)} {arms}")
    return [lines[0], *phis, *lines[1:]]


def _header(emitter: Emitter) -> str:
    function = emitter.function
    match emitter.kind:
        case Kind.LANE:
            head = f"void {symbol(function)}(ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear)"
        case Kind.PLAIN:
            parameters = ["ptr %thread", *(f"{type_text(item.type)} {_register(item)}" for item in function.arguments)]
            head = f"{type_text(function.function_type.result)} {symbol(function)}({', '.join(parameters)})"
        case _:
            head = f"signext i32 {symbol(function)}(ptr %thread, ptr %frame, i32 signext %state)"
    # clang marks every kernel noinline; its only caller is the loop over the threads, where it belongs.
    noinline = " noinline" if function.attributes.get("noinline") and not function.kernel else ""
    return f"define internal {head} {ATTRIBUTES}{noinline} !dbg {emitter.context.debug.subprogram(function)} {{"


def _register(argument: Argument) -> str:
    return f"%v{argument.index}"


def _entry(emitter: Emitter, start: list[str]) -> list[str]:
    """Stack slots, then the jump to the start or to where the function waited."""
    slots = [
        f"  {name} = alloca {type_text(value.type)}, align {align_of(value.type)}"
        for value, name in emitter.frame.slots.items()
    ]
    lines = ["entry:", *emitter.entry_lines, *slots]
    if not emitter.resumable:
        return [*lines, *start, "  br label %b0"]
    arms = " ".join(f"i32 {state}, label %{label}" for state, label in enumerate(emitter.resume_labels, 1))
    switch = f"  switch i32 %state, label %bad [ i32 0, label %start {arms} ]"
    return [*lines, switch, "bad:", "  unreachable", "start:", *start, "  br label %b0"]
