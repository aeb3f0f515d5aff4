"""The description of one processor."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Target:
    """What the code generator needs to know of a processor.

    ``triple``, ``cpu``, ``features`` and ``abi`` are in LLVM's words. ``elf_machine`` is e_machine of its objects
    (System V ABI). ``half_conversion``: the processor converts between half and float by instruction, so LLVM
    needs no library function for it. ``scalable_bits``: the fewest bits that its scalable vectors have, if it has such
    and they may be used for vectors of fixed length. ``emulated_cpu``: the processor that the emulator must be told to
    be, if its default cannot run the code. ``native``: use the features of the machine the compiler runs on; which they
    are is found out only when code is generated.
    """

    name: str
    triple: str
    cpu: str
    features: str
    elf_machine: int
    abi: str = ""
    aliases: tuple[str, ...] = ()
    half_conversion: bool = False
    scalable_bits: int = 0
    emulated_cpu: str = ""
    native: bool = False

    def as_native(self) -> Target:
        """The same processor with the features of this machine."""
        return replace(self, native=True)
