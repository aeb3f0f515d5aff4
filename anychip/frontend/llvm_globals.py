"""Reads global variables and aliases."""

from __future__ import annotations

from anychip.diagnostics import Unsupported
from anychip.frontend.llvm_constants import ConstantReader
from anychip.frontend.llvm_lexer import Tokens, bare_name, tokenize, words
from anychip.frontend.llvm_types import TypeReader, read_address_space
from anychip.ir import AddressSpace, ConstantAddress, FunctionRef, GlobalVariable, Value, align_of

LINKAGES = frozenset(
    words(
        "private internal available_externally linkonce weak common appending extern_weak linkonce_odr weak_odr"
        " external"
    )
)
_STYLE = frozenset(
    words(
        "dso_local dso_preemptable default hidden protected dllimport dllexport unnamed_addr local_unnamed_addr"
        " externally_initialized"
    )
)


class GlobalHeader:
    """A global's line; ``tokens`` stand behind the header once ``read_global`` has read it."""

    def __init__(self, line: str) -> None:
        cut = line.find(", !dbg")
        self.tokens = Tokens(tokenize(line if cut < 0 else line[:cut]))
        self.name = ""
        self.has_initializer = False


def read_global(header: GlobalHeader, types: TypeReader) -> GlobalVariable:
    """The variable without its initialiser."""
    tokens = header.tokens
    header.name = bare_name(tokens.take())
    tokens.expect("=")
    linkage, style = _linkage(tokens)
    space = read_address_space(tokens)
    style |= set(tokens.accept_any(_STYLE))
    constant = tokens.take() == "constant"
    if space not in AddressSpace._value2member_map_:
        raise Unsupported(f"a variable in LLVM's address space {space}: {header.name}")
    type_ = types.read(tokens)
    header.has_initializer = tokens.peek() not in ("", ",")
    return GlobalVariable(
        header.name,
        type_,
        AddressSpace(space),
        None,
        # The host sets what is initialised externally: __constant__ variables.
        constant=constant and "externally_initialized" not in style,
        alignment=_alignment(tokens) or align_of(type_),
        linkage=linkage,
    )


def _linkage(tokens: Tokens) -> tuple[str, set[str]]:
    """Linkage and style words; a definition without a linkage word is external."""
    linkage, style = "external", set[str]()
    while True:
        if tokens.accept("thread_local"):
            raise Unsupported("thread_local variables in device code")
        word = tokens.peek()
        if word in LINKAGES:
            linkage = tokens.take()
        elif word in _STYLE:
            style.add(tokens.take())
        else:
            return linkage, style


def _alignment(tokens: Tokens) -> int:
    """``align N`` at the end of the line."""
    items = tokens.items
    for at in range(len(items) - 2, 0, -1):
        if items[at] == "align" and items[at - 1] == ",":
            return int(items[at + 1])
    return 0


def read_alias(line: str, constants: ConstantReader, symbols: dict[str, Value]) -> None:
    """``@a = alias type, ptr @b``: both names mean the same function or variable."""
    tokens = Tokens(tokenize(line))
    name = bare_name(tokens.take())
    tokens.expect("=")
    _linkage(tokens)
    tokens.expect("alias")
    constants.types.with_signature(tokens)
    tokens.expect(",")
    target = constants.typed(tokens)
    if not isinstance(target, (FunctionRef, GlobalVariable, ConstantAddress)):
        raise Unsupported(f"the alias {name}")
    symbols[name] = target
