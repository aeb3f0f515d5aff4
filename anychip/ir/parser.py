"""Reads the ``.wir`` text form that ``printer`` writes; its docstring shows the notation. ``#`` starts a comment."""

from __future__ import annotations

from anychip.diagnostics import SourceLocation, UserError
from anychip.ir.module import AttributeValue, Block, Function, Instruction, Module
from anychip.ir.opcodes import OPCODES
from anychip.ir.printer import float_bits
from anychip.ir.text_cursor import Cursor, unquote_bytes
from anychip.ir.types import VOID, AddressSpace, ArrayType, FloatType, FunctionType, IntType, StructType, Type
from anychip.ir.types import VectorType as _VectorType
from anychip.ir.values import (
    Argument,
    Constant,
    ConstantAddress,
    ConstantAggregate,
    ConstantBytes,
    ConstantFloat,
    ConstantInt,
    ConstantZero,
    FunctionRef,
    GlobalVariable,
    ParameterAttributes,
    Value,
)


def parse_module(text: str) -> Module:
    """The module a text describes. Raises UserError that names the line for anything malformed."""
    return _ModuleParser().parse(text)


class _Forward(Value):
    """Stands for a local value that is used before its line was read."""

    __slots__ = ("line",)

    def __init__(self, type_: Type, name: str, line: Cursor) -> None:
        super().__init__(type_, name)
        self.line = line


class _ModuleParser:
    """Two rounds: first every header, so that names are known; then initialisers and bodies."""

    def __init__(self) -> None:
        self.result = Module()
        self.files: dict[int, str] = {}
        self.initializers: list[tuple[GlobalVariable, Cursor]] = []
        self.bodies: list[tuple[Function, list[Cursor]]] = []
        self.locations: dict[str, SourceLocation] = {}

    def parse(self, text: str) -> Module:
        body: list[Cursor] | None = None
        for number, line in enumerate(text.split("\n"), 1):
            cursor = Cursor(line, number)
            if not cursor.tokens:
                continue
            if body is None:
                body = self.header(cursor)
            elif cursor.tokens == ["}"]:
                body = None
            else:
                body.append(cursor)
        if body is not None:
            raise UserError(f"function {self.bodies[-1][0].name} has no closing brace")
        for variable, cursor in self.initializers:
            variable.initializer = self.constant(cursor, variable.value_type)
            cursor.finish()
        for function, lines in self.bodies:
            _FunctionParser(self, function).parse(lines)
        return self.result

    def header(self, cursor: Cursor) -> list[Cursor] | None:
        """Reads a line outside functions; the list for the body's lines if it opens one."""
        word = cursor.take()
        if word == "module":
            self.result.name = cursor.string()
        elif word == "file":
            number = cursor.integer()
            self.files[number] = cursor.string()
        elif word == "global":
            self.global_variable(cursor)
            return None
        elif word in ("define", "declare"):
            return self.function(cursor, has_body=word == "define")
        else:
            raise cursor.error(f"expected module, file, global, define or declare, found {word!r}")
        cursor.finish()
        return None

    def global_variable(self, cursor: Cursor) -> None:
        name = cursor.name("@")
        cursor.expect(":")
        value_type = cursor.value_type()
        space = cursor.take().upper()
        if space not in AddressSpace.__members__:
            raise cursor.error(f"there is no state space {space.lower()!r}")
        linkage = cursor.take()
        cursor.expect("align")
        alignment = cursor.integer()
        constant, managed = cursor.accept("constant"), cursor.accept("managed")
        variable = GlobalVariable(
            name,
            value_type,
            AddressSpace[space],
            None,
            constant=constant,
            alignment=alignment,
            linkage=linkage,
            managed=managed,
        )
        self.declare(cursor, name)
        self.result.globals[name] = variable
        if cursor.accept("="):
            self.initializers.append((variable, cursor))
        else:
            cursor.finish()

    def declare(self, cursor: Cursor, name: str) -> None:
        """Raises UserError if the name is taken."""
        if name in self.result.globals or name in self.result.functions:
            raise cursor.error(f"@{name} is defined twice")

    def function(self, cursor: Cursor, *, has_body: bool) -> list[Cursor] | None:
        kernel = cursor.accept("kernel")
        linkage = cursor.take()
        result = cursor.value_type()
        name = cursor.name("@")
        self.declare(cursor, name)
        arguments, variadic = self.parameters(cursor)
        signature = FunctionType(result, tuple(argument.type for argument in arguments), variadic)
        function = Function(
            name,
            signature,
            arguments,
            kernel=kernel,
            linkage=linkage,
            attributes=cursor.attributes(),
            location=self.location(cursor),
        )
        self.result.functions[name] = function
        lines: list[Cursor] | None = None
        if has_body:
            cursor.expect("{")
            lines = []
            self.bodies.append((function, lines))
        cursor.finish()
        return lines

    def parameters(self, cursor: Cursor) -> tuple[list[Argument], bool]:
        arguments: list[Argument] = []
        variadic = False
        cursor.expect("(")
        while not cursor.accept(")"):
            if arguments:
                cursor.expect(",")
            if cursor.accept("..."):
                variadic = True
                continue
            type_, name = cursor.value_type(), cursor.name("%")
            arguments.append(Argument(type_, name, len(arguments), _parameter_attributes(cursor.attributes())))
        return arguments, variadic

    def location(self, cursor: Cursor) -> SourceLocation | None:
        """The position behind ``@``, if one stands here."""
        token = cursor.peek()
        if not token.startswith("@ "):
            return None
        cursor.take()
        found: SourceLocation | None = None
        for part in reversed(token[2:].split(" < ")):
            found = self.location_part(cursor, part, found)
        return found

    def location_part(self, cursor: Cursor, part: str, outer: SourceLocation | None) -> SourceLocation:
        file, line, column = map(int, part.split(":"))
        if file not in self.files:
            raise cursor.error(f"there is no file {file} in the file table")
        return SourceLocation(self.files[file], line, column, outer)

    def symbol(self, cursor: Cursor, name: str) -> GlobalVariable | FunctionRef:
        """The global or function of this name."""
        found = self.result.globals.get(name) or self.result.functions.get(name)
        if found is None:
            raise cursor.error(f"there is no global or function @{name}")
        return found

    def constant(self, cursor: Cursor, type_: Type) -> Constant:
        """A constant of a known type."""
        token = cursor.take()
        if token == "zero":
            return ConstantZero(type_)
        if token == "address":
            return self.address(cursor, type_)
        if token == "[":
            return self.aggregate(cursor, type_)
        if token.startswith('c"') and isinstance(type_, ArrayType):
            return ConstantBytes(type_, unquote_bytes(token[1:]))
        try:
            return _number(token, type_)
        except (ValueError, OverflowError, TypeError):
            raise cursor.error(f"{token!r} is no constant of type {type_}") from None

    def address(self, cursor: Cursor, type_: Type) -> Constant:
        cursor.expect("(")
        base = self.symbol(cursor, cursor.name("@"))
        cursor.expect(",")
        offset = cursor.integer()
        cursor.expect(")")
        return ConstantAddress(base, offset, type_)

    def aggregate(self, cursor: Cursor, type_: Type) -> Constant:
        elements: list[Constant] = []
        while not cursor.accept("]"):
            if elements:
                cursor.expect(",")
            elements.append(self.constant(cursor, cursor.value_type()))
        count = len(type_.fields) if isinstance(type_, StructType) else getattr(type_, "count", -1)
        if not isinstance(type_, (StructType, ArrayType, _VectorType)) or count != len(elements):
            raise cursor.error(f"{len(elements)} elements do not make a {type_}")
        return ConstantAggregate(type_, elements)


class _FunctionParser:
    """Reads one body."""

    def __init__(self, module: _ModuleParser, function: Function) -> None:
        self.module = module
        self.function = function
        self.values: dict[str, Value] = {argument.name: argument for argument in function.arguments}
        self.blocks: dict[str, Block] = {}
        self.forward = False

    def parse(self, lines: list[Cursor]) -> None:
        for line in lines:
            if line.peek().startswith("^"):
                self.open_block(line)
        block: Block | None = None
        for line in lines:
            if line.peek().startswith("^"):
                block = self.blocks[line.name("^")]
            elif block is None:
                raise line.error("an instruction stands before the first block")
            else:
                block.append(self.instruction(line))
        if not self.function.blocks:
            raise UserError(f"function {self.function.name} has a body without blocks")
        if self.forward:
            self.resolve()

    def open_block(self, line: Cursor) -> None:
        name = line.name("^")
        line.expect(":")
        line.finish()
        line.position = 0
        if name in self.blocks:
            raise line.error(f"block ^{name} is defined twice")
        self.blocks[name] = self.function.add_block(name)

    def instruction(self, line: Cursor) -> Instruction:
        name = ""
        type_: Type = VOID
        named = line.peek().startswith("%")
        if named:
            name = line.name("%")
            line.expect(":")
            type_ = line.value_type()
            line.expect("=")
        opcode = line.take()
        if opcode not in OPCODES:
            raise line.error(f"there is no opcode {opcode!r}")
        operands = self.operands(line)
        attributes = line.attributes()
        targets = self.targets(line)
        location = self.module.location(line)
        line.finish()
        instruction = Instruction(
            opcode, type_, operands, name=name, attributes=attributes, targets=targets, location=location
        )
        if named:
            self.define(line, instruction)
        return instruction

    def define(self, line: Cursor, instruction: Instruction) -> None:
        if instruction.name in self.values:
            raise line.error(f"%{instruction.name} is defined twice")
        self.values[instruction.name] = instruction

    def operands(self, line: Cursor) -> list[Value]:
        operands: list[Value] = []
        token = line.peek()
        if not token or token == "->" or token.startswith("@ ") or (token == "[" and _opens_attributes(line)):
            return operands
        operands.append(self.operand(line))
        while line.accept(","):
            operands.append(self.operand(line))
        return operands

    def operand(self, line: Cursor) -> Value:
        type_ = line.value_type()
        token = line.peek()
        if token.startswith("%"):
            return self.local(line, type_)
        if token.startswith("@"):
            symbol = self.module.symbol(line, line.name("@"))
            if symbol.type != type_:
                raise line.error(f"@{symbol.name} is of type {symbol.type}, not {type_}")
            return symbol
        return self.module.constant(line, type_)

    def local(self, line: Cursor, type_: Type) -> Value:
        name = line.name("%")
        value = self.values.get(name)
        if value is None:
            self.forward = True
            return _Forward(type_, name, line)
        if value.type != type_:
            raise line.error(f"%{name} is of type {value.type}, not {type_}")
        return value

    def targets(self, line: Cursor) -> list[Block]:
        targets: list[Block] = []
        if not line.accept("->"):
            return targets
        while True:
            name = line.name("^")
            if name not in self.blocks:
                raise line.error(f"there is no block ^{name}")
            targets.append(self.blocks[name])
            if not line.accept(","):
                return targets

    def resolve(self) -> None:
        """Put the definitions in the place of forward references."""
        for instruction in self.function.instructions():
            instruction.operands = [self.resolved(operand) for operand in instruction.operands]

    def resolved(self, value: Value) -> Value:
        if not isinstance(value, _Forward):
            return value
        found = self.values.get(value.name)
        if found is None:
            raise value.line.error(f"%{value.name} is not defined in @{self.function.name}")
        if found.type != value.type:
            raise value.line.error(f"%{value.name} is of type {found.type}, not {value.type}")
        return found


def _opens_attributes(line: Cursor) -> bool:
    """Whether a bracket opens attributes: an operand's array type would go on with ``number x``."""
    return line.tokens[line.position + 2 : line.position + 3] != ["x"]


def _number(token: str, type_: Type) -> Constant:
    if isinstance(type_, IntType):
        return ConstantInt(type_, int(token))
    if not isinstance(type_, FloatType):
        raise TypeError
    if token.startswith("0x"):
        return ConstantFloat(type_, int(token, 16))
    return ConstantFloat(type_, float_bits(type_, float(token)))


def _parameter_attributes(attributes: dict[str, AttributeValue]) -> ParameterAttributes:
    by_value = attributes.pop("by_value", None)
    struct_return = attributes.pop("struct_return", None)
    alignment = attributes.pop("alignment", 0)
    assert not isinstance(by_value, (int, str, tuple))
    assert not isinstance(struct_return, (int, str, tuple))
    assert isinstance(alignment, int)
    return ParameterAttributes(by_value, struct_return, alignment, frozenset(attributes))
