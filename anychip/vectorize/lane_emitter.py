"""The text of one LLVM function that runs a group of threads, as it grows.

A value is held as the scalar that lane 0 has (uniform and strided values), as a vector of all lanes, or both. Values
used in other blocks than their own lie in stack slots; LLVM's SROA makes registers of these. What lanes take along
from a loop that they leave one by one lies in a slot of its own, the latch. Lazy values lie nowhere: they are computed
where their vector is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from anychip.analysis.users import users_of
from anychip.codegen.emitter import INVARIANT, Emitter, Kind
from anychip.codegen.frame import Frame
from anychip.codegen.kernel_abi import BLOCK
from anychip.codegen.llvm_types import constant_text, mangled, type_text
from anychip.codegen.module_context import ModuleContext
from anychip.codegen.parameters import layout_parameters
from anychip.ir import (
    I1,
    I64,
    Block,
    Constant,
    ConstantInt,
    FloatType,
    Function,
    Instruction,
    IntType,
    PointerType,
    Type,
    Value,
    VoidType,
)
from anychip.vectorize.group_accesses import AccessGroup
from anychip.vectorize.interleave import LocalArray
from anychip.vectorize.shapes import Grouping, LaneShapes


@dataclass(frozen=True, slots=True)
class LaneValue:
    """``scalar``: lane 0's value, if the stride says the rest; ``vector``: all lanes' values, once they are wanted."""

    stride: int | None
    scalar: str = ""
    vector: str = ""


def fits_vector(type_: Type) -> bool:
    """Whether lanes of this type make an LLVM vector; of others they make an array."""
    return isinstance(type_, (IntType, FloatType, PointerType))


class LaneEmitter(Emitter):
    """``mask`` is the vector of active lanes, empty while all are; ``width`` the number of lanes; ``block`` the block
    that is written, None outside of all.
    """

    def __init__(
        self,
        context: ModuleContext,
        function: Function,
        origin: dict[Instruction, Instruction],
        shapes: LaneShapes,
        grouping: Grouping,
        width: int,
    ) -> None:
        super().__init__(context, function, Kind.LANE, Frame())
        self.parameters, self.parameter_bytes = layout_parameters(function)
        self.origin = origin
        self.shapes = shapes
        self.grouping = grouping
        self.width = width
        self.mask = ""
        self.block: Block | None = None
        self.write_vector: Callable[[LaneEmitter, Instruction], str] = _no_writer
        self.latches: dict[Instruction, str] = {}
        self.known: dict[Value, LaneValue] = {}
        self.slots: dict[Instruction, str] = {}
        self.lane_texts: dict[Value, str] = {}
        self.locals: dict[Instruction, str] = {}
        self.groups: dict[Instruction, AccessGroup] | None = None
        self.arrays: dict[Instruction, LocalArray] | None = None
        self.used = users_of(function).keys()

    def site(self, instruction: Instruction) -> int:
        """Its number is that of the instruction it was copied from."""
        return super().site(self.origin[instruction])

    def block_field(self, field: str, type_: str, index: int = 0) -> str:
        """As for one thread; whatever the conditions around it, LLVM may read it earlier, once for many groups."""
        block = self.op(f"load ptr, ptr {self.thread_field('block')}, align 8{INVARIANT}{_readable(BLOCK.size)}")
        place = self.address(block, BLOCK.offset(field, index))
        size = self.parameter_bytes if field == "parameters" else 0
        return self.op(f"load {type_}, ptr {place}, align {4 if type_ == 'i32' else 8}{INVARIANT}{_readable(size)}")

    # -- values ------------------------------------------------------------------------------------------------

    def operand(self, value: Value) -> str:
        """Lane 0's value, or that of the lane at hand while lanes are taken one by one."""
        return self.lane_texts.get(value) or self.value(value).scalar

    def value(self, value: Value) -> LaneValue:
        """What is known of an operand in this block."""
        if value not in self.known:
            self.known[value] = self._fetch(value)
        return self.known[value]

    def vector(self, value: Value) -> str:
        """All lanes' values."""
        found = self.value(value)
        if not found.vector:
            found = replace(found, vector=self._spread(value.type, found))
            self.known[value] = found
        return found.vector

    def define(self, instruction: Instruction, scalar: str = "", vector: str = "") -> None:
        """Take the result of an instruction, to its slot too if it has one."""
        stride = self.shapes.stride(instruction)
        if stride is None and not vector:
            vector = self.splat(instruction.type, scalar)
        if stride is not None and not scalar:
            scalar = self.first(instruction.type, vector)
        self.known[instruction] = LaneValue(stride, scalar, vector)
        if instruction in self.slots:
            self.store_slot(instruction, self.slot_text(instruction, instruction), "")

    def slot_text(self, owner: Instruction, value: Value) -> str:
        """A value in the form ``owner``'s slot has."""
        return self.vector(value) if self.shapes.stride(owner) is None else self.value(value).scalar

    def store_slot(self, owner: Instruction, text: str, mask: str) -> None:
        """Write a slot, of which the lanes outside the mask keep what they have."""
        type_, slot = self.slot_type(owner), self.slots[owner]
        if mask and self.shapes.stride(owner) is None:
            text = self.blend(owner.type, mask, text, self.op(f"load {type_}, ptr {slot}"))
        self.emit(f"store {type_} {text}, ptr {slot}")

    def slot_type(self, owner: Instruction) -> str:
        """The LLVM type of a slot."""
        return self.wide(owner.type) if self.shapes.stride(owner) is None else type_text(owner.type)

    def blend(self, type_: Type, mask: str, chosen: str, other: str) -> str:
        """Per lane: ``chosen`` where the mask is set."""
        wide = self.wide(type_)
        if fits_vector(type_):
            return self.op(f"select {self.wide(I1)} {mask}, {wide} {chosen}, {wide} {other}")
        element, result = type_text(type_), other
        for lane in range(self.width):
            bit = self.op(f"extractelement {self.wide(I1)} {mask}, i64 {lane}")
            ours, theirs = (self.op(f"extractvalue {wide} {text}, {lane}") for text in (chosen, other))
            part = self.op(f"select i1 {bit}, {element} {ours}, {element} {theirs}")
            result = self.op(f"insertvalue {wide} {result}, {element} {part}, {lane}")
        return result

    # -- lanes -------------------------------------------------------------------------------------------------

    def wide(self, type_: Type) -> str:
        """The type of all lanes' values."""
        text = type_text(type_)
        return f"<{self.width} x {text}>" if fits_vector(type_) else f"[{self.width} x {text}]"

    def extract(self, type_: Type, vector: str, lane: int) -> str:
        """One lane's value."""
        if fits_vector(type_):
            return self.op(f"extractelement {self.wide(type_)} {vector}, i64 {lane}")
        return self.op(f"extractvalue {self.wide(type_)} {vector}, {lane}")

    def first(self, type_: Type, vector: str) -> str:
        """The value of the first active lane."""
        if not self.mask or not fits_vector(type_):
            return self.extract(type_, vector, 0)
        lane = self.lowest(self.bits(self.mask))
        return self.op(f"extractelement {self.wide(type_)} {vector}, i{self.width} {lane}")

    def insert(self, type_: Type, vector: str, text: str, lane: int) -> str:
        """All lanes' values with one replaced."""
        if fits_vector(type_):
            return self.op(f"insertelement {self.wide(type_)} {vector}, {type_text(type_)} {text}, i64 {lane}")
        return self.op(f"insertvalue {self.wide(type_)} {vector}, {type_text(type_)} {text}, {lane}")

    def splat(self, type_: Type, text: str, *, constant: bool = False) -> str:
        """The same value for all lanes."""
        if text in ("null", "zeroinitializer"):
            return "zeroinitializer"
        element, wide = type_text(type_), self.wide(type_)
        if constant and fits_vector(type_):
            return f"splat ({element} {text})"
        if not fits_vector(type_):
            result = "zeroinitializer"
            for lane in range(self.width):
                result = self.insert(type_, result, text, lane)
            return result
        first = self.op(f"insertelement {wide} poison, {element} {text}, i64 0")
        return self.op(f"shufflevector {wide} {first}, {wide} poison, <{self.width} x i32> zeroinitializer")

    def iota(self, type_: Type, stride: int) -> str:
        """The constant vector 0, stride, 2*stride..."""
        assert isinstance(type_, IntType)
        text = type_text(type_)
        return f"<{', '.join(f'{text} {type_.signed(lane * stride)}' for lane in range(self.width))}>"

    def active(self) -> str:
        """The mask, also where all lanes are active."""
        return self.mask or "splat (i1 true)"

    def any(self, mask: str) -> str:
        """Whether some lane is set."""
        return self.reduce("or", I1, mask)

    def all(self, mask: str) -> str:
        """Whether all lanes are set."""
        return self.reduce("and", I1, mask)

    def all_active(self, truth: str) -> str:
        """Whether something is true of all active lanes."""
        wide = self.wide(I1)
        if self.mask:
            truth = self.op(f"select {wide} {self.mask}, {wide} {truth}, {wide} splat (i1 true)")
        return self.all(truth)

    def bits(self, mask: str) -> str:
        """A mask as an integer of ``width`` bits."""
        return self.op(f"bitcast {self.wide(I1)} {mask} to i{self.width}")

    def lowest(self, bits: str) -> str:
        """The number of the first lane in an integer made of a mask, as such an integer; there must be one."""
        number = f"i{self.width}"
        return self.call(f"llvm.cttz.{number}", number, (number, bits), ("i1", "true"))

    def reduce(self, operation: str, type_: Type, vector: str) -> str:
        """All lanes' values joined by an operation of LLVM's reductions."""
        name = f"llvm.vector.reduce.{operation}.{self.vector_suffix(type_)}"
        return self.call(name, type_text(type_), (self.wide(type_), vector))

    def call(self, name: str, result: str, *arguments: tuple[str, str]) -> str:
        """Call an LLVM intrinsic with (type, text) arguments; returns its result, if any."""
        callee = self.context.intrinsic(name, result, [type_ for type_, _ in arguments])
        text = f"call {callee}({', '.join(f'{type_} {text}' for type_, text in arguments)})"
        if result != "void":
            return self.op(text)
        self.emit(text)
        return ""

    def vector_suffix(self, type_: Type) -> str:
        """How an intrinsic over all lanes spells a type."""
        return mangled(type_text(type_), self.width)

    def stack(self, type_: str, alignment: int) -> str:
        """Native stack memory of an LLVM type, allocated once at entry."""
        name = self.fresh("a")
        self.entry_lines.append(f"  {name} = alloca {type_}, align {alignment}")
        return name

    def _fetch(self, value: Value) -> LaneValue:
        if not isinstance(value, Instruction):
            return LaneValue(0, super().operand(value))
        if self.block and self.shapes.is_past(value, self.block):
            return LaneValue(None, vector=self.op(f"load {self.wide(value.type)}, ptr {self.latches[value]}"))
        stride, type_ = self.shapes.stride(value), self.slot_type(value)
        if value in self.locals:
            return LaneValue(stride, self.locals[value])
        number = self.shapes.facts.constant_of(value)
        if number is not None and isinstance(value.type, IntType):
            return LaneValue(0, constant_text(ConstantInt(value.type, number)))
        if value in self.shapes.lazy:
            return LaneValue(None, vector=self.write_vector(self, value))
        text = self.op(f"load {type_}, ptr {self.slots[value]}")
        return LaneValue(stride, vector=text) if stride is None else LaneValue(stride, text)

    def _spread(self, type_: Type, value: LaneValue) -> str:
        """The vector of a uniform or strided value."""
        assert value.stride is not None
        if isinstance(type_, VoidType):
            return ""
        constant = not value.scalar.startswith("%")
        if value.stride == 0:
            return self.splat(type_, value.scalar, constant=constant)
        if isinstance(type_, PointerType):
            return self.op(f"getelementptr i8, ptr {value.scalar}, {self.wide(I64)} {self.iota(I64, value.stride)}")
        base = self.splat(type_, value.scalar, constant=constant)
        return self.op(f"add {self.wide(type_)} {base}, {self.iota(type_, value.stride)}")


def _readable(bytes_: int) -> str:
    """What is told of a pointer to a record that is there and readable throughout."""
    return f", !dereferenceable !{{i64 {bytes_}}}, !align !{{i64 8}}" if bytes_ else ""


def _no_writer(emitter: LaneEmitter, instruction: Instruction) -> str:
    raise AssertionError(f"nothing writes {instruction.opcode} anew")


__all__ = ["Constant", "LaneEmitter", "LaneValue", "fits_vector"]
