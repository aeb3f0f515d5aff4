"""What an instruction may have as operand: constants, globals, functions' arguments, other instructions.

A value has a type and a name; names are unique in a function and carry no sigil. Constants compare by identity
of content where that is cheap (integers, floats) and otherwise by object.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from anychip.ir.types import PTR, AddressSpace, FloatType, IntType, PointerType, Type


class Value:
    """Base of everything that can be an operand."""

    __slots__ = ("name", "type")

    def __init__(self, type_: Type, name: str = "") -> None:
        self.type = type_
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {self.type} {self.name}>"


class Constant(Value):
    """Base of values known before the program runs."""

    __slots__ = ()


class ConstantInt(Constant):
    """An integer; ``value`` is kept unsigned, reduced to the width."""

    __slots__ = ("value",)

    def __init__(self, type_: IntType, value: int) -> None:
        super().__init__(type_)
        self.value = value & type_.mask

    @property
    def signed(self) -> int:
        """The value read as two's complement."""
        assert isinstance(self.type, IntType)
        return self.type.signed(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConstantInt) and (other.type, other.value) == (self.type, self.value)

    def __hash__(self) -> int:
        return hash((self.type, self.value))


class ConstantFloat(Constant):
    """A floating-point number as the bits of its own format, so that NaN and -0 are exact."""

    __slots__ = ("bits",)

    def __init__(self, type_: FloatType, bits: int) -> None:
        super().__init__(type_)
        self.bits = bits

    @property
    def number(self) -> float:
        """The value as a Python float (exact for all four formats)."""
        assert isinstance(self.type, FloatType)
        if self.type.name == "bfloat":
            return float(struct.unpack("<f", struct.pack("<I", self.bits << 16))[0])
        code, raw = {"half": ("<e", "<H"), "float": ("<f", "<I"), "double": ("<d", "<Q")}[self.type.name]
        return float(struct.unpack(code, struct.pack(raw, self.bits))[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConstantFloat) and (other.type, other.bits) == (self.type, self.bits)

    def __hash__(self) -> int:
        return hash((self.type, self.bits))


class ConstantZero(Constant):
    """All bytes zero: null pointers and ``zeroinitializer``. LLVM's undef and poison are read as this."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConstantZero) and other.type == self.type

    def __hash__(self) -> int:
        return hash(("zero", self.type))


class ConstantAggregate(Constant):
    """An array, structure or vector of constants, one for each element."""

    __slots__ = ("elements",)

    def __init__(self, type_: Type, elements: list[Constant]) -> None:
        super().__init__(type_)
        self.elements = elements


class ConstantBytes(Constant):
    """An array of i8 given as bytes (string literals)."""

    __slots__ = ("data",)

    def __init__(self, type_: Type, data: bytes) -> None:
        super().__init__(type_)
        self.data = data


class ConstantAddress(Constant):
    """Address of a global or function plus ``offset`` bytes; the only constant expression there is.

    The reader folds clang's constant getelementptr and addrspacecast into it. With an IntType it is the address
    as an integer (``ptrtoint``).
    """

    __slots__ = ("base", "offset")

    def __init__(self, base: GlobalVariable | FunctionRef, offset: int = 0, type_: Type = PTR) -> None:
        super().__init__(type_)
        self.base = base
        self.offset = offset


class GlobalVariable(Value):
    """A module-level variable; as an operand it is its own address (type: pointer in its state space).

    ``initializer`` is None for a variable defined elsewhere (``extern __shared__`` arrays among them).
    ``constant`` holds only for what nobody may write: ``__constant__`` variables are not constant, the host sets them.
    ``managed`` marks a ``__managed__`` variable, which host code names directly.
    """

    __slots__ = ("alignment", "constant", "initializer", "linkage", "managed", "value_type")

    def __init__(
        self,
        name: str,
        value_type: Type,
        space: AddressSpace,
        initializer: Constant | None,
        *,
        constant: bool = False,
        alignment: int = 1,
        linkage: str = "internal",
        managed: bool = False,
    ) -> None:
        super().__init__(PointerType(space), name)
        self.value_type = value_type
        self.initializer = initializer
        self.constant = constant
        self.alignment = alignment
        self.linkage = linkage
        self.managed = managed

    @property
    def space(self) -> AddressSpace:
        """State space the variable lives in."""
        assert isinstance(self.type, PointerType)
        return self.type.space


class FunctionRef(Value):
    """Base of ``module.Function``: as an operand a function is its own address."""

    __slots__ = ()


@dataclass(slots=True)
class ParameterAttributes:
    """What clang says of a parameter. ``by_value`` is the pointee of a ``byval`` pointer, else None."""

    by_value: Type | None = None
    struct_return: Type | None = None
    alignment: int = 0
    extra: frozenset[str] = field(default_factory=frozenset)  # noalias, readonly, nonnull, noundef ...


class Argument(Value):
    """A parameter of a function."""

    __slots__ = ("attributes", "index")

    def __init__(self, type_: Type, name: str, index: int, attributes: ParameterAttributes | None = None) -> None:
        super().__init__(type_, name)
        self.index = index
        self.attributes = attributes or ParameterAttributes()
