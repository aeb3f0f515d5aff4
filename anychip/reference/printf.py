"""The device's printf: C formatting of arguments packed as C varargs (CUDA Programming Guide, "Formatted Output").

Arguments lie in a buffer after the default promotions, each at its natural alignment: int and unsigned 4 bytes; long,
long long, size_t, pointers and double 8 bytes.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from anychip.ir import align_up
from anychip.reference.memory import Memory

_SPECIFICATION = re.compile(
    rb"%(?P<flags>[-+ #0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?"
    rb"(?P<length>hh|h|ll|l|z|j|t)?(?P<conversion>[a-zA-Z%])"
)
_LENGTH_BITS = {"hh": 8, "h": 16, "": 32, "l": 64, "ll": 64, "z": 64, "j": 64, "t": 64}


@dataclass(frozen=True)
class Specification:
    """One conversion of a format; ``precision`` is None where none is given."""

    flags: str
    width: int
    precision: int | None
    length: str
    conversion: str

    def pad(self, sign: str, body: str, zeros: bool) -> str:
        """``sign + body`` at the field's width; ``zeros`` permits the flag 0 between the two."""
        missing = self.width - len(sign) - len(body)
        if "-" in self.flags:
            return sign + body + " " * missing
        if zeros and "0" in self.flags:
            return sign + "0" * missing + body
        return " " * missing + sign + body

    def sign(self, negative: bool) -> str:
        """What stands before a signed number."""
        return "-" if negative else "+" if "+" in self.flags else " " if " " in self.flags else ""


class _Arguments:
    """Reads the packed arguments one by one."""

    def __init__(self, memory: Memory, address: int) -> None:
        self._memory = memory
        self._address = address
        self.count = 0

    def integer(self, size: int) -> int:
        self._address = align_up(self._address, size)
        value = int.from_bytes(self._memory.read(self._address, size), "little")
        self._address += size
        self.count += 1
        return value

    def int32(self) -> int:
        value = self.integer(4)
        return value - (1 << 32) if value >> 31 else value

    def double(self) -> float:
        return float(struct.unpack("<d", self.integer(8).to_bytes(8, "little"))[0])


def read_string(memory: Memory, address: int) -> bytes:
    """The bytes of a C string, without its end. Raises DeviceFault if it runs out of mapped memory."""
    text = bytearray()
    while (byte := memory.read(address + len(text), 1)) != b"\0":
        text += byte
    return bytes(text)


def format_output(memory: Memory, format_: bytes, arguments: int) -> tuple[bytes, int]:
    """The text printed and the number of arguments used, as printf returns it on the device.

    ``arguments`` is the address of the packed buffer; it is not read if the format asks for none. A specification that
    C does not know is printed as it stands.
    """
    reader = _Arguments(memory, arguments)
    output, position = bytearray(), 0
    for match in _SPECIFICATION.finditer(format_):
        output += format_[position : match.start()]
        output += _convert(match, reader, memory)
        position = match.end()
    return bytes(output + format_[position:]), reader.count


def _convert(match: re.Match[bytes], reader: _Arguments, memory: Memory) -> bytes:
    conversion = match["conversion"].decode()
    if conversion == "%":
        return b"%"
    if conversion not in _CONVERSIONS and conversion != "s":
        return match[0]
    specification = _specification(match, reader)
    if conversion == "s":
        address = reader.integer(8)
        return _string(specification, read_string(memory, address) if address else b"(null)")
    return _CONVERSIONS[conversion](specification, reader).encode("latin-1")


def _specification(match: re.Match[bytes], reader: _Arguments) -> Specification:
    flags = match["flags"].decode()
    width = reader.int32() if match["width"] == b"*" else int(match["width"] or 0)
    if width < 0:
        flags, width = flags + "-", -width
    precision: int | None = None
    if match["precision"] is not None:
        precision = reader.int32() if match["precision"] == b"*" else int(match["precision"] or 0)
    if precision is not None and precision < 0:
        precision = None
    return Specification(flags, width, precision, (match["length"] or b"").decode(), match["conversion"].decode())


def _string(specification: Specification, text: bytes) -> bytes:
    return specification.pad("", text[: specification.precision].decode("latin-1"), zeros=False).encode("latin-1")


def _fetch_integer(specification: Specification, reader: _Arguments) -> tuple[int, int]:
    """(value reduced to the length's width, width in bits)."""
    bits = _LENGTH_BITS[specification.length]
    return reader.integer(max(bits, 32) // 8) & ((1 << bits) - 1), bits


def _digits(specification: Specification, text: str) -> str:
    """Digits extended to the precision; none at all for a zero with precision 0."""
    if specification.precision == 0 and text == "0":
        return ""
    return text.rjust(specification.precision or 0, "0")


def _signed(specification: Specification, reader: _Arguments) -> str:
    value, bits = _fetch_integer(specification, reader)
    value -= (value >> (bits - 1)) << bits
    digits = _digits(specification, str(abs(value)))
    return specification.pad(specification.sign(value < 0), digits, zeros=specification.precision is None)


def _unsigned(specification: Specification, reader: _Arguments) -> str:
    value, _ = _fetch_integer(specification, reader)
    code = specification.conversion
    digits = _digits(specification, f"{value:{'d' if code == 'u' else code}}")
    prefix = ""
    if "#" in specification.flags and code == "o" and not digits.startswith("0"):
        digits = "0" + digits
    if "#" in specification.flags and code in "xX" and value:
        prefix = "0" + code
    return specification.pad(prefix, digits, zeros=specification.precision is None)


def _character(specification: Specification, reader: _Arguments) -> str:
    return specification.pad("", chr(reader.integer(4) & 0xFF), zeros=False)


def _pointer(specification: Specification, reader: _Arguments) -> str:
    address = reader.integer(8)
    return specification.pad("", f"0x{address:x}" if address else "(nil)", zeros=False)


def _floating(specification: Specification, reader: _Arguments) -> str:
    number = reader.double()
    code = specification.conversion
    if not math.isfinite(number):
        # The sign of a NaN is not part of the result of any operation, so it is not printed.
        sign = specification.sign(number < 0)
        text = "nan" if math.isnan(number) else "inf"
        return specification.pad(sign, text.upper() if code.isupper() else text, zeros=False)
    sign = specification.sign(math.copysign(1.0, number) < 0)
    if code in "aA":
        text = _hexadecimal(specification, abs(number))
        prefix, body = (text[:2], text[2:]) if code == "a" else (text[:2].upper(), text[2:].upper())
        return specification.pad(sign + prefix, body, zeros=True)
    alternative = "#" if "#" in specification.flags else ""
    precision = 6 if specification.precision is None else specification.precision
    return specification.pad(sign, f"%{alternative}.{precision}{code}" % abs(number), zeros=True)


def _hexadecimal(specification: Specification, number: float) -> str:
    """C's %a of a number that is not negative: normal numbers start with 1, as few digits as are exact by default."""
    mantissa, power = float.hex(number)[2:].split("p")
    whole, digits = int(mantissa[0]), mantissa[2:].ljust(13, "0")
    if specification.precision is None:
        digits = digits.rstrip("0")
    elif specification.precision >= 13:
        digits = digits.ljust(specification.precision, "0")
    else:
        scaled, dropped = int(f"{whole}{digits}", 16), 4 * (13 - specification.precision)
        kept, rest, half = scaled >> dropped, scaled & ((1 << dropped) - 1), 1 << (dropped - 1)
        kept += rest > half or (rest == half and kept & 1 == 1)
        whole, fraction = divmod(kept, 16**specification.precision)
        digits = f"{fraction:0{specification.precision}x}" if specification.precision else ""
    point = "." if digits or "#" in specification.flags else ""
    return f"0x{whole}{point}{digits}p{int(power):+d}"


_CONVERSIONS: dict[str, Callable[[Specification, _Arguments], str]] = {
    **dict.fromkeys("di", _signed),
    **dict.fromkeys("ouxX", _unsigned),
    **dict.fromkeys("fFeEgGaA", _floating),
    "c": _character,
    "p": _pointer,
}
