"""What the user is told: source positions and the tree of errors every layer raises.

    AnychipError
    ├── UserError        the input or the command is wrong; the user can mend it
    │   └── UndefinedDeviceSymbol   device code names what nothing defines
    ├── Unsupported      correct CUDA that anychip does not take yet: names the construct and where
    ├── ToolError        an external tool (clang, the linker) failed; carries its own words
    └── InternalError    anychip itself broke an invariant; a bug to report

A message says what, where, why, and what to do instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A position in a source file; ``inlined_at`` is the call site the code was inlined into.

    ``scope`` names the function or block around it, as the front end's metadata do; it is no part of the position.
    """

    file: str
    line: int
    column: int = 0
    inlined_at: SourceLocation | None = None
    scope: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


class AnychipError(Exception):
    """Base of all errors raised on purpose. ``kind`` is the word printed before the message."""

    kind = "error"

    def __init__(self, message: str, location: SourceLocation | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """The message as printed: position, kind, text, the source line with a caret, and the hint."""
        where = f"{self.location}: " if self.location else "anychip: "
        lines = [f"{where}{self.kind}: {self.message}"]
        if self.location:
            lines += _excerpt(self.location)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


ONE_UNIT_HINT = "if another source defines it, compile both with -rdc=true (or -dc) and link them"
"""What helps where device code names something that its source does not define."""
LINK_HINT = "none of the linked objects defines it: add the one that does to the link"
"""What helps where linked device code names something that is not defined."""


class UserError(AnychipError):
    """The command or the input is wrong."""


class UndefinedDeviceSymbol(UserError):  # noqa: N818 - reads as what it is
    """Device code names something that its source, or no linked object, defines."""


class Unsupported(AnychipError):  # noqa: N818 - reads as the word printed
    """Valid CUDA that is not supported (yet); never compiled to something else instead."""

    kind = "unsupported"


class ToolError(AnychipError):
    """An external tool failed. ``output`` is what it printed, ``status`` its exit status."""

    def __init__(self, message: str, output: str = "", status: int = 1, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.output = output
        self.status = status

    def __str__(self) -> str:
        """With the tool's words first: whoever catches nothing sees only this."""
        return "\n".join(filter(None, [self.output.rstrip("\n"), self.render()]))


class InternalError(AnychipError):
    """An invariant of anychip is broken."""

    kind = "internal error"


def _excerpt(location: SourceLocation) -> list[str]:
    """The source line and a caret under the column; empty if the file cannot be read."""
    try:
        text = Path(location.file).read_text(errors="replace").splitlines()[location.line - 1]
    except (OSError, IndexError):
        return []
    caret = [" " * (max(location.column, 1) - 1) + "^"] if location.column else []
    return [f"  {line}" for line in [text.replace("\t", " "), *caret]]
