"""Where a kernel's arguments lie in the launch's parameter buffer."""

from __future__ import annotations

from dataclasses import dataclass

from anychip.ir import Argument, Function, Type, align_of, align_up, size_of


@dataclass(frozen=True, slots=True)
class Parameter:
    """Byte offset and size in the buffer."""

    offset: int
    size: int


def layout_parameters(kernel: Function) -> tuple[dict[Argument, Parameter], int]:
    """Place of each argument at natural alignment, and the size of the buffer."""
    places: dict[Argument, Parameter] = {}
    position = 0
    for argument in kernel.arguments:
        type_ = argument.attributes.by_value or argument.type
        position = align_up(position, argument_alignment(argument, type_))
        places[argument] = Parameter(position, size_of(type_))
        position += size_of(type_)
    return places, position


def argument_alignment(argument: Argument, type_: Type) -> int:
    """Alignment in the buffer, of the pointee for a by-value argument."""
    declared = argument.attributes.alignment if argument.attributes.by_value else 0
    return max(align_of(type_), declared)
