"""What a kernel's parameters are: kind, size and place from the IR, C++ types from the mangled name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from anychip.codegen.parameters import layout_parameters
from anychip.ir import FloatType, Function, IntType, PointerType, Type


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``kind`` is pointer, integer, float or structure, ``c_type`` its C++ type if known, else empty."""

    kind: str
    offset: int
    size: int
    c_type: str = ""

    def __str__(self) -> str:
        return self.c_type or f"{self.size * 8}-bit {self.kind}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A kernel: ``symbol`` is the mangled name, ``name`` what a user writes, without parameters."""

    symbol: str
    name: str
    parameters: tuple[Parameter, ...]

    @property
    def parameter_bytes(self) -> int:
        """Size of the parameter buffer."""
        return max((parameter.offset + parameter.size for parameter in self.parameters), default=0)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"

    def with_types(self, declaration: str) -> Signature:
        """The same with the C++ types a demangled declaration gives; unchanged if it gives none."""
        name, types = split_declaration(declaration)
        if types is None or len(types) != len(self.parameters):
            return replace(self, name=name)
        typed = tuple(replace(p, c_type=text) for p, text in zip(self.parameters, types, strict=True))
        return replace(self, name=name, parameters=typed)


def signature_of(kernel: Function) -> Signature:
    """The signature of a kernel as its IR tells it, laid out as the compiled kernel reads its parameter buffer."""
    places, _ = layout_parameters(kernel)
    parameters = [
        Parameter(_kind(argument.attributes.by_value or argument.type), place.offset, place.size)
        for argument, place in places.items()
    ]
    return Signature(kernel.name, kernel.name, tuple(parameters))


def to_json(signatures: list[Signature]) -> str:
    """Text for the cache."""
    return json.dumps([asdict(signature) for signature in signatures])


def from_json(text: str) -> list[Signature]:
    """The inverse of ``to_json``. Raises ValueError, KeyError or TypeError for another text."""
    return [
        Signature(entry["symbol"], entry["name"], tuple(Parameter(**fields) for fields in entry["parameters"]))
        for entry in json.loads(text)
    ]


def split_declaration(declaration: str) -> tuple[str, list[str] | None]:
    """Name and parameter types of a demangled declaration; types are None for a plain C name."""
    if not declaration.endswith(")"):
        return declaration, None
    start = _opening(declaration)
    name = declaration[:start].removeprefix("void ")
    return name, [part.strip() for part in _split_commas(declaration[start + 1 : -1])]


def _kind(type_: Type) -> str:
    match type_:
        case PointerType():
            return "pointer"
        case IntType():
            return "integer"
        case FloatType():
            return "float"
        case _:
            return "structure"


def _opening(declaration: str) -> int:
    """Index of the parenthesis that the last character closes."""
    depth = 0
    for index in range(len(declaration) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(declaration[index], 0)
        if depth == 0:
            return index
    return len(declaration)


def _split_commas(text: str) -> Iterator[str]:
    """Parts between commas that stand in no bracket."""
    depth, start = 0, 0
    for index, letter in enumerate(text):
        depth += (letter in "(<[{") - (letter in ")>]}")
        if letter == "," and depth == 0:
            yield text[start:index]
            start = index + 1
    if text[start:].strip():
        yield text[start:]
