"""Operations without effects on vectors of all lanes."""

from __future__ import annotations

from anychip.codegen.arithmetic_ops import ELEMENT_WRITERS
from anychip.codegen.kernel_abi import WARP_SIZE
from anychip.codegen.llvm_types import is_narrow, type_text
from anychip.ir import I1, I32, I64, AddressSpace, Instruction, PointerType, Type
from anychip.vectorize.each_lane import unrolled
from anychip.vectorize.lane_emitter import LaneEmitter, fits_vector
from anychip.vectorize.uniform_division import is_uniform_division, write_uniform_division


def write_wide(emitter: LaneEmitter, instruction: Instruction) -> str:
    """The results of all lanes, active or not: no such operation can fault."""
    types = [operand.type for operand in instruction.operands]
    opcode = instruction.opcode
    if opcode == "gep":
        return _address(emitter, instruction)
    if opcode == "sreg":
        return _register(emitter, instruction)
    if opcode == "bitcast" and all(map(fits_vector, (*types, instruction.type))):
        return _bitcast(emitter, instruction)
    if opcode not in ELEMENT_WRITERS or not all(map(_is_plain, (*types, instruction.type))):
        return unrolled(emitter, instruction)
    if is_uniform_division(emitter, instruction):
        return write_uniform_division(emitter, instruction)
    texts = [emitter.vector(operand) for operand in instruction.operands]
    emitter.lanes = emitter.width
    try:
        return ELEMENT_WRITERS[opcode](emitter, instruction, instruction.type, types, texts)
    finally:
        emitter.lanes = 0


def _is_plain(type_: Type) -> bool:
    """Whether the writers of elements take vectors of it: half is computed by functions, shared addresses rebased."""
    return fits_vector(type_) and not is_narrow(type_) and type_ != PointerType(AddressSpace.SHARED)


def _address(emitter: LaneEmitter, instruction: Instruction) -> str:
    scales = instruction.attributes["scales"]
    assert isinstance(scales, tuple)
    base, *indices = instruction.operands
    place, is_vector = "", emitter.shapes.stride(base) is None
    place = emitter.vector(base) if is_vector else emitter.operand(base)
    # Uniform parts first: they stay scalar as long as the base is.
    pairs = sorted(zip(indices, scales, strict=True), key=lambda pair: emitter.shapes.stride(pair[0]) != 0)
    if not is_vector and emitter.shapes.stride(base) != 0:
        place, is_vector = emitter.vector(base), True
    for index, scale in pairs:
        uniform = emitter.shapes.stride(index) == 0
        pointer = f"{emitter.wide(PointerType())} {place}" if is_vector else f"ptr {place}"
        text = f"i64 {emitter.operand(index)}" if uniform else f"{emitter.wide(I64)} {emitter.vector(index)}"
        place = emitter.op(f"getelementptr [{scale} x i8], {pointer}, {text}")
        is_vector = is_vector or not uniform
    offset = instruction.number("offset")
    if not offset:
        return place
    return emitter.op(f"getelementptr i8, {emitter.wide(PointerType())} {place}, i64 {offset}")


def _bitcast(emitter: LaneEmitter, instruction: Instruction) -> str:
    source = instruction.operands[0]
    if type_text(source.type) == type_text(instruction.type):
        return emitter.vector(source)
    return emitter.op(
        f"bitcast {emitter.wide(source.type)} {emitter.vector(source)} to {emitter.wide(instruction.type)}"
    )


def linear_index(emitter: LaneEmitter) -> str:
    """The linear indices of all lanes."""
    base = emitter.splat(I32, "%linear")
    return emitter.op(f"add {emitter.wide(I32)} {base}, {emitter.iota(I32, 1)}")


def _register(emitter: LaneEmitter, instruction: Instruction) -> str:
    """A special register that differs irregularly."""
    register = instruction.text("register")
    value = _thread_index(emitter, register[-1]) if register.startswith("tid.") else _warp_register(emitter, register)
    if instruction.type == I32:
        return value
    return emitter.op(f"zext {emitter.wide(I32)} {value} to {emitter.wide(instruction.type)}")


def _thread_index(emitter: LaneEmitter, axis: str) -> str:
    wide = emitter.wide(I32)
    extents = [emitter.splat(I32, emitter.block_field("block_dim", "i32", number)) for number in (0, 1)]
    rest = linear_index(emitter)
    for extent in extents[: "xyz".index(axis)]:
        rest = emitter.op(f"udiv {wide} {rest}, {extent}")
    return rest if axis == "z" else emitter.op(f"urem {wide} {rest}, {extents['xyz'.index(axis)]}")


def _warp_register(emitter: LaneEmitter, register: str) -> str:
    wide, op = emitter.wide(I32), emitter.op
    linear = linear_index(emitter)
    if register == "warpid":
        return op(f"lshr {wide} {linear}, splat (i32 {WARP_SIZE.bit_length() - 1})")
    lane = op(f"and {wide} {linear}, splat (i32 {WARP_SIZE - 1})")
    if register == "laneid":
        return lane
    equal = op(f"shl {wide} splat (i32 1), {lane}")
    less = op(f"add {wide} {equal}, splat (i32 -1)")
    at_most = op(f"or {wide} {less}, {equal}")
    masks = {
        "lanemask_eq": lambda: equal,
        "lanemask_lt": lambda: less,
        "lanemask_le": lambda: at_most,
        "lanemask_gt": lambda: op(f"xor {wide} {at_most}, splat (i32 -1)"),
        "lanemask_ge": lambda: op(f"xor {wide} {less}, splat (i32 -1)"),
    }
    return masks[register]()


__all__ = ["I1", "linear_index", "write_wide"]
