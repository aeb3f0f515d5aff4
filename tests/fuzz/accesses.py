"""Random statements about memory: groups of accesses to records, indices that wrap, pointers that are chosen.

What is written is the thread's own record (``REC``), or its place in ``scr`` where its index ``WRAP`` has one.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.fuzz.expressions import Expressions
from tests.fuzz.style import Style
from tests.fuzz.tree import Statement, line

_GROUPED = (("u32", "in32", 1024), ("f32", "inf", 1024), ("u64", "in64", 512), ("u8", "in8", 4096))


class Accesses:
    """Writes such statements. ``new_name`` gives a name that nothing else has."""

    def __init__(
        self, source: random.Random, expressions: Expressions, style: Style, new_name: Callable[[str], str]
    ) -> None:
        self.random = source
        self.expressions = expressions
        self.style = style
        self._name = new_name

    def kinds(self) -> tuple[tuple[float, Callable[[], Statement]], ...]:
        """(weight, maker) of each kind."""
        return (
            (1.0, self._load_group),
            (0.7, self._store_group),
            (0.8, self._wrapped_load),
            (0.6, self._wrapped_store),
            (0.5, self._chosen_pointer),
            (0.5, self._moving_pointer),
            (0.5, self._stride_loop),
            (0.3, self._structure),
        )

    def _variable(self, type_: str = "u32") -> str:
        return self.random.choice(self.expressions.variables[type_])

    def _load_group(self) -> Statement:
        """Fields of a record of an input, at constant offsets."""
        usable = [row for row in _GROUPED if row[0] in self.expressions.variables]
        type_, buffer, size = self.random.choice(usable)
        stride = self.random.choice((2, 2, 3, 4, 4, 5, 8))
        count = size // stride
        place = self.random.choice(("tid", "gid", f"({self.expressions.index()})"))
        start = f"{place} % {count}u" if place[0] == "(" or count < 1024 else place
        fields = self.random.sample(range(stride), self.random.randint(1, min(stride, 4)))
        total = " + ".join(f"p[{number}] * ({type_}){weight + 1}" for weight, number in enumerate(fields))
        self.expressions.cost += 3 * len(fields)
        target = self._variable(type_)
        return line(f"{{ const {type_} *p = {buffer} + ({start}) * {stride}u; {target} = ({type_})({total}); }}")

    def _store_group(self) -> Statement:
        """Some fields of the thread's own record; perhaps one is read back."""
        stride = self.style.stride
        fields = self.random.sample(range(stride), self.random.randint(1, stride))
        text = "".join(f"REC({number}) = {self.expressions.value('u32', 1)};\n" for number in fields)
        if self.random.random() < 0.5:
            text += f"{self._variable()} ^= REC({self.random.randrange(stride)});\n"
        if "f32" in self.expressions.variables and self.random.random() < 0.4:
            text += f"*(f32 *)&REC({fields[0]}) = (f32)({self.expressions.value('u32', 0)} & 1023u);\n"
        self.expressions.cost += 3 * len(fields)
        return line(text)

    def _wrapped_load(self) -> Statement:
        """A load that a test of its index guards, the index perhaps beyond the range of its type in between."""
        index, name = self.expressions.index(), self._name("j")
        limit = self.random.choice(("1024u", "n", "n", "(n - 1u)"))
        test = f"{name} < {limit}"
        type_ = self.random.choice(("u32", "u32", "s32", "u64"))
        if type_ == "s32":
            test = f"{name} >= 0 && {name} < (s32){limit}"
        more = self.random.choice(("", "", f" else {self._variable()} += 9u;"))
        self.expressions.cost += 4
        body = f"if ({test}) {self._variable()} {self.random.choice(('=', '+=', '^='))} in32[{name}];{more}"
        return line(f"{{ const {type_} {name} = ({type_})({index}); {body} }}")

    def _wrapped_store(self) -> Statement:
        """A store to the kernel's one wrapping index, where that is inside."""
        value = self.expressions.value("u32", 1)
        self.expressions.cost += 3
        test = self.random.choice(("WRAP < TOTAL", "WRAP < TOTAL", "(s32)WRAP >= 0 && (s32)WRAP < (s32)TOTAL"))
        read = f" {self._variable()} += scr[WRAP];" if self.random.random() < 0.3 else ""
        return line(f"if ({test}) {{ scr[WRAP] = {value};{read} }}")

    def _chosen_pointer(self) -> Statement:
        """A pointer that a condition selects, to memories of different kinds."""
        others = [f"in32 + ({self.expressions.index()} & 511u)", "table", "par.a"]
        others += ["la"] if "la" in self.style.arrays else []
        others += [f"{name}" for name, mask in self.expressions.shared if int(mask.rstrip("u")) >= 3]
        first, second = f"in32 + ({self.expressions.index()} & 255u)", self.random.choice(others)
        condition = self.random.choice((self.expressions.condition(0), self.expressions.uniform_condition()))
        self.expressions.cost += 5
        index = f"{self.expressions.index()} & 3u"
        return line(f"{{ const u32 *p = {condition} ? {first} : {second}; {self._variable()} ^= p[{index}]; }}")

    def _moving_pointer(self) -> Statement:
        """A loop over a pointer."""
        step, trips = self.random.choice((1, 1, 2, 3, 32)), self.random.randint(1, 4)
        start = self.random.choice(("tid & 255u", "gid % 200u", f"({self.expressions.index()}) & 511u"))
        count = self.random.choice((f"{trips}u", f"(tid & {trips}u)", f"({self._variable()} % {trips + 1}u)"))
        self.expressions.cost += 4 * trips
        head = f"{{ const u32 *p = in32 + ({start}), *e = p + {count} * {step}u;"
        return line(f"{head} for (; p < e; p += {step}) {self._variable()} = {self._variable()} * 3u + *p; }}")

    def _stride_loop(self) -> Statement:
        """A loop over elements that the threads share out among themselves."""
        name, step = self._name("i"), self.random.choice((64, 100, 128, 256, 333))
        kind, start = self.random.choice((("u32", "tid"), ("s32", "(s32)gid"), ("u64", "gid"), ("u32", "tid / 2u")))
        self.expressions.cost += 4 * (512 // step + 1)
        head = f"for ({kind} {name} = {start}; {name} < ({kind})n; {name} += {step})"
        index = self.random.choice((name, name, f"{name} + 1", f"1023 - {name}"))
        return line(f"{head} {self._variable()} += in32[{index}] * 3u;")

    def _structure(self) -> Statement:
        """A structure passed by value."""
        field = self.random.choice(
            ("par.a[2]", f"par.a[{self.expressions.index()} & 3u]", "(u32)par.q", "par.b[tid & 7u]")
        )
        self.expressions.cost += 2
        return line(f"{self._variable()} += {field} ^ (u32)par.f;")
