"""Random statements: control flow, barriers, warp operations, atomics; well defined and free of races by construction.

A ``Scope`` says what may be written at a place. Warp operations name the mask variable that holds exactly the lanes of
the warp that can be there (or have returned); barriers stand only where the whole block comes by. What a thread writes
is its own (variables, local arrays, its slots of the outputs), or is combined by an operation whose order does not
matter, or is shared memory between two barriers.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.fuzz.accesses import Accesses
from tests.fuzz.expressions import VARIABLES, Expressions
from tests.fuzz.style import Style
from tests.fuzz.tree import Body, Statement, line

SLOTS = (("u32", "OUT32"), ("u64", "OUT64"), ("f32", "OUTF"), ("f64", "OUTD"))
COMMUTATIVE = ("Add", "Sub", "Min", "Max", "And", "Or", "Xor")
PERMUTATIONS = (
    "tid",
    "({last}u - tid)",
    "(tid * {odd}u & {mask}u)",
    "(tid ^ {odd}u & {mask}u)",
    "(tid + {odd}u & {mask}u)",
)


Maker = Callable[["Scope"], Statement]


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be written here.

    ``mask``: variable with the lanes that come by, empty if unknown. ``whole``: the whole block comes by.
    ``leave``: ways out of the innermost loop that need no mask. ``sharing``: a shared array may be refilled here.
    ``repeat`` is how often a statement here runs at most, ``depth`` how deep it may nest.
    """

    mask: str = "full"
    whole: bool = True
    leave: tuple[str, ...] = ()
    sharing: bool = True
    may_return: bool = True
    repeat: int = 1
    depth: int = 3

    def inner(self) -> Scope:
        """One level deeper, where only some threads may come."""
        return replace(self, whole=False, depth=self.depth - 1)


class Statements:
    """Writes statements until the ``budget`` of operations per thread is used up."""

    def __init__(
        self, source: random.Random, expressions: Expressions, style: Style, budget: float, shared_mask: int
    ) -> None:
        self.random = source
        self.expressions = expressions
        self.style = style
        self.budget = budget
        self.shared_mask = shared_mask
        self._names = 0
        self.accumulators = {name: source.choice(COMMUTATIVE) for name in ("acc32", "acc64", "cells")}
        self.accesses = Accesses(source, expressions, style, self._name)
        self._plain: tuple[tuple[float, Maker], ...] = (
            (5, self._assign),
            (1 if style.arrays else 0, self._local_array),
            (0.7, self._own_slot),
            (0.7, self._atomic),
            (0.4, self._own_atomic),
            *((weight, self._access(make)) for weight, make in self.accesses.kinds()),
        )
        self._compound: tuple[tuple[float, Maker], ...] = (
            (2, self._if),
            (1.4, self._loop),
            (0.7, self._switch),
        )

    def _access(self, make: Callable[[], Statement]) -> Maker:
        def made(scope: Scope) -> Statement:
            return make()

        made.__name__ = make.__name__
        return made

    # -- bodies ------------------------------------------------------------------------------------------------

    def body(self, scope: Scope, most: int = 5) -> Body:
        """Up to ``most`` statements."""
        made = Body()
        for _ in range(self.random.randint(1, most)):
            if self.budget <= 0:
                break
            before = self.expressions.cost
            made.statements.append(self.statement(scope))
            self.budget -= (self.expressions.cost - before) * scope.repeat
            self.expressions.cost = before
        return made

    def statement(self, scope: Scope) -> Statement:
        """One statement of a random kind that the scope allows."""
        kinds = list(self._plain)
        style = self.style
        if scope.depth > 0:
            kinds += self._compound
            if scope.mask and style.tracked:
                kinds.append((2, self._if_tracked))
                kinds.append((0.7, self._loop_tracked))
            if scope.whole:
                kinds += [(1.5, self._if_uniform), (1, self._loop_uniform)]
        if scope.mask and style.warp:
            kinds.append((2.2, self._warp))
        if scope.whole and scope.sharing and style.barriers:
            kinds += [(1.6, self._exchange), (0.8, self._count), (0.5, self._tree), (0.4, self._scan)]
        if scope.whole and style.barriers:
            kinds.append((0.7, self._barrier_reduce))
        if scope.leave:
            kinds.append((0.8, self._leave))
        if scope.may_return and scope.depth < 3 and style.returns:
            kinds.append((0.25, self._return))
        weights = [weight * style.likes(make.__name__) for weight, make in kinds]
        if not any(weights):
            return self._assign(scope)
        return self.random.choices([make for _, make in kinds], weights)[0](scope)

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _value(self, type_: str, depth: int = 2) -> str:
        return self.expressions.value(type_, depth)

    # -- plain statements --------------------------------------------------------------------------------------

    def _target(self, types: tuple[str, ...] = ()) -> tuple[str, str]:
        """(type, variable)."""
        variables = self.expressions.variables
        type_ = self.random.choice([name for name in types if name in variables] or ["u32", "u32", *variables])
        return type_, self.random.choice(variables[type_])

    def _assign(self, scope: Scope) -> Statement:
        type_, name = self._target()
        operator = self.random.choice(("=", "=", "+=", "*=")) if type_ in ("u32", "u64", "f32", "f64") else "="
        return line(f"{name} {operator} {self._value(type_, 3)};")

    def _local_array(self, scope: Scope) -> Statement:
        name, (type_, size) = self.random.choice(list(self.expressions.arrays.items()))
        return line(f"{name}[{self.expressions.index()} & {size - 1}u] = {self._value(type_)};")

    def _own_slot(self, scope: Scope) -> Statement:
        slots = [(name, macro) for name, macro in SLOTS if name in self.expressions.variables]
        type_, macro = self.random.choice(slots)
        slot = self.random.randrange(2)
        if self.random.random() < 0.3:
            return line(f"{self.random.choice(VARIABLES[type_])} = {macro}({slot});")
        return line(f"{macro}({slot}) = {self._value(type_)};")

    def _atomic(self, scope: Scope) -> Statement:
        name = self.random.choice(("acc32", "acc64" if "u64" in self.expressions.variables else "acc32", "accf", "inc"))
        slot = f"{self._value('u32', 1)} & {self.random.choice((0, 1, 3, 7))}u"
        if name == "accf":  # sums of small integers are exact in any order
            return line(f"atomicAdd(&accf[{slot}], (float)({self._value('u32', 1)} & 15u));")
        if name == "inc":
            return line(f"atomicInc(&acc32[8u + ({slot})], 12u);")
        operation, type_ = self.accumulators[name], "u32" if name == "acc32" else "u64"
        if name == "acc64" and operation == "Sub":
            operation = "Add"
        return line(f"atomic{operation}(&{name}[{slot}], {self._value(type_, 1)});")

    def _own_atomic(self, scope: Scope) -> Statement:
        """An atomic on the thread's own slot, whose old value is therefore known."""
        name = self.random.choice(VARIABLES["u32"])
        kind = self.random.choice((*COMMUTATIVE, "Exch", "Inc", "Dec", "CAS"))
        more = f", {self._value('u32', 1)}" if kind == "CAS" else ""
        return line(f"{name} = atomic{kind}(&OUT32({self.random.randrange(2)}), {self._value('u32', 1)}{more});")

    def _leave(self, scope: Scope) -> Statement:
        return line(f"if ({self.expressions.condition()}) {self.random.choice(scope.leave)};")

    def _return(self, scope: Scope) -> Statement:
        return line(f"if ({self.expressions.condition(0)}) {{ FINISH; return; }}")

    # -- control flow ------------------------------------------------------------------------------------------

    def _if(self, scope: Scope) -> Statement:
        condition = self.expressions.condition()
        inner = replace(scope.inner(), mask="")
        parts: list[str | Body] = [f"if ({condition}) {{", self.body(inner, 4)]
        if self.random.random() < 0.5:
            parts += ["} else {", self.body(inner, 4)]
        return Statement([*parts, "}"])

    def _if_tracked(self, scope: Scope) -> Statement:
        """An ``if`` whose sides know their lanes."""
        mask, other = self._name("m"), self._name("m")
        # Ways out of a loop would leave the masks of its other lanes untrue.
        inner = replace(scope.inner(), leave=())
        head = f"{{ const bool p = {self.expressions.condition()};\n  const u32 {mask} = __ballot_sync({scope.mask}, p)"
        head += f", {other} = {scope.mask} & ~{mask};\n  if (p) {{"
        self.expressions.cost += 4
        parts: list[str | Body] = [head, self.body(replace(inner, mask=mask), 4)]
        if self.random.random() < 0.5:
            parts += ["} else {", self.body(replace(inner, mask=other), 4)]
        return Statement([*parts, "} }"])

    def _if_uniform(self, scope: Scope) -> Statement:
        inner = replace(scope, depth=scope.depth - 1)
        parts: list[str | Body] = [f"if ({self.expressions.uniform_condition()}) {{", self.body(inner, 4)]
        if self.random.random() < 0.5:
            parts += ["} else {", self.body(inner, 4)]
        return Statement([*parts, "}"])

    def _loop_body(self, scope: Scope, counter: str, trips: int, most: int = 4) -> Body:
        self.expressions.counters.append(counter)
        made = self.body(replace(scope, repeat=scope.repeat * trips), most)
        self.expressions.counters.pop()
        return made

    def _loop(self, scope: Scope) -> Statement:
        """A loop with a trip count that differs between threads, left by break, continue or return."""
        counter, trips = self._name("i"), self.random.randint(1, 4)
        inner = replace(scope.inner(), mask="", leave=("break", "continue"))
        bound = f"({self._value('u32', 1)} % {trips + 1}u)"
        body = self._loop_body(inner, counter, trips)
        step = self.random.choice(("u32", "u32", "s32", "u64"))
        form = self.random.randrange(4)
        if form == 0:
            return Statement([f"for ({step} {counter} = 0; {counter} < ({step}){bound}; ++{counter}) {{", body, "}"])
        if form == 1:
            return Statement([f"for ({step} {counter} = {bound}; {counter}-- > 0;) {{", body, "}"])
        if form == 2:
            head = f"{{ u32 {counter} = 0; const u32 {counter}e = {bound}; do {{"
            return Statement([head, body, f"}} while (++{counter} < {counter}e); }}"])
        limit = f"{self.random.choice((8, 32, 100))}u"
        head = f"for (u32 {counter} = {bound}, {counter}n = 0; {counter} < {limit} && {counter}n < {trips}u;\n"
        return Statement([f"{head}     {counter} += (tid & 3u) + 1u, ++{counter}n) {{", body, "}"])

    def _loop_tracked(self, scope: Scope) -> Statement:
        """A loop that lanes leave at different times, which knows at every point who is left."""
        counter, mask, left, going = self._name("i"), self._name("m"), self._name("m"), self._name("m")
        trips = self.random.randint(1, 3)
        bound = f"({self._value('u32', 1)} % {trips + 1}u)"
        self.expressions.cost += 6 * trips
        head = f"{{ u32 {mask} = {scope.mask}; const u32 {counter}e = {bound};\n"
        head += f"for (u32 {counter} = 0;; ++{counter}) {{\n  {mask} = __ballot_sync({mask}, {counter} < {counter}e);\n"
        head += f"  if (!({counter} < {counter}e)) break;"
        inner = replace(scope.inner(), mask=mask, leave=())
        first = self._loop_body(inner, counter, trips, 3)
        condition = self.expressions.condition(0)
        middle = f"  {{ const bool p = {condition}; const u32 {left} = __ballot_sync({mask}, p);\n"
        if self.random.random() < 0.5:
            middle += f"  {mask} &= ~{left}; if (p) break; }}\n  const u32 {going} = {mask}; (void){going};"
        else:
            middle += f"  if (p) continue; {going} = {mask} & ~{left}; }}"
            head = f"{{ u32 {going} = 0;\n{head}"
            second = self._loop_body(replace(inner, mask=going), counter, trips, 3)
            return Statement([head, first, middle, second, "} } }"])
        second = self._loop_body(replace(inner, mask=going), counter, trips, 3)
        return Statement([head, first, middle, second, "} }"])

    def _loop_uniform(self, scope: Scope) -> Statement:
        counter, trips = self._name("i"), self.random.randint(1, 3)
        bound = self.random.choice((f"{trips}u", f"((u32)param % {trips + 1}u)", f"(blockIdx.x % {trips + 1}u)"))
        inner = replace(scope, depth=scope.depth - 1)
        body = self._loop_body(inner, counter, trips, 3)
        out = f"  if ({self.expressions.uniform_condition()}) break;" if self.random.random() < 0.3 else ""
        return Statement([f"for (u32 {counter} = 0; {counter} < {bound}; ++{counter}) {{", body, out, "}"])

    def _switch(self, scope: Scope) -> Statement:
        cases = self.random.randint(2, 5)
        inner = replace(scope.inner(), mask="", leave=tuple(way for way in scope.leave if way == "continue"))
        type_ = self.random.choice(("u32", "u32", "s32", "u64"))
        parts: list[str | Body] = [f"switch ({self._value(type_)} & {self.random.choice((3, 7))}) {{"]
        numbers = self.random.sample(range(8), cases)
        for number in numbers:
            default = self.random.random() < 0.15 and not any("default:" in str(part) for part in parts)
            parts += ["default:" if default else f"case {number}:", self.body(inner, 2)]
            if self.random.random() < 0.6:
                parts.append("  break;")
        return Statement([*parts, "}"])

    # -- threads together --------------------------------------------------------------------------------------

    def _warp(self, scope: Scope) -> Statement:
        """One warp operation by the lanes of the mask."""
        self.expressions.cost += 4
        mask = scope.mask
        if scope.whole and self.random.random() < 0.2:
            mask = "0xffffffffu"
        choose = self.random.random()
        if choose < 0.5:
            return self._shuffle(mask)
        name = self.random.choice(VARIABLES["u32"])
        if choose < 0.7:
            vote = self.random.choice(("ballot", "any", "all"))
            return line(f"{name} = (u32)__{vote}_sync({mask}, {self.expressions.condition()});")
        if choose < 0.8:
            type_ = self.random.choice(("u32", "u64"))
            return line(f"{name} = __match_any_sync({mask}, {self._value(type_, 1)} & 3u);")
        if choose < 0.85:
            key = f"{self._value('u32', 1)} & {self.random.choice((0, 1))}u"
            return line(f"{{ int p; {name} = __match_all_sync({mask}, {key}, &p); {name} += (u32)p; }}")
        if choose < 0.95:
            return self._reduce(mask, name)
        return line(f"__syncwarp({mask});")

    def _reduce(self, mask: str, name: str) -> Statement:
        operation = self.random.choice(("add", "min", "max", "and", "or", "xor"))
        if operation in ("add", "min", "max") and self.random.random() < 0.5:
            return line(f"{name} = (u32)__reduce_{operation}_sync({mask}, {self._value('s32', 1)});")
        return line(f"{name} = __reduce_{operation}_sync({mask}, {self._value('u32', 1)});")

    def _shuffle(self, mask: str) -> Statement:
        type_, name = self._target(("u32", "u32", "s32", "f32", "u64", "f64", "s64"))
        mode = self.random.choice(("", "_up", "_down", "_xor"))
        number = self.random.choice((1, 2, 3, 4, 8, 16, 31))
        source = self._value("u32", 1) if self.random.random() < 0.3 else f"{number}u"
        width = self.random.choice(("", "", "", ", 16", ", 8", ", 4", ", 2"))
        return line(f"{name} = __shfl{mode}_sync({mask}, {self._value(type_, 1)}, (int)({source}){width});")

    def _exchange(self, scope: Scope) -> Statement:
        """Fill shared memory, barrier, read what others wrote, barrier."""
        mask = self.shared_mask
        form = self.random.choice(PERMUTATIONS)
        place = form.format(last=mask, mask=mask, odd=self.random.randrange(mask + 1) | 1)
        head = f"sh[{place}] = {self._value('u32')};\n__syncthreads();"
        self.expressions.cost += 6
        self.expressions.shared.append(("sh", f"{mask}u"))
        read = f"{self.random.choice(VARIABLES['u32'])} ^= sh[({self.expressions.index()}) & {mask}u];"
        body = self.body(replace(scope, sharing=False), 3)
        body.statements.insert(0, line(read))
        self.expressions.shared.pop()
        return Statement(["{", head, body, "__syncthreads(); }"])

    def _tree(self, scope: Scope) -> Statement:
        """A sum over the block, by halves."""
        size = self.shared_mask + 1
        self.expressions.cost += 4 * size.bit_length()
        operation = self.random.choice(("+", "^", "*"))
        text = f"sh[tid] = {self._value('u32', 1)};\n__syncthreads();\n"
        text += f"for (u32 s = {max(size // 2, 1)}u; s > 0u; s >>= 1) {{\n"
        text += f"  if (tid < s) sh[tid] = sh[tid] {operation} sh[(tid + s) & {self.shared_mask}u];\n"
        text += "  __syncthreads();\n}\n"
        return line(f"{text}{self.random.choice(VARIABLES['u32'])} += sh[0];\n__syncthreads();")

    def _scan(self, scope: Scope) -> Statement:
        """Running sums over the block, by doubling."""
        size = self.shared_mask + 1
        self.expressions.cost += 6 * size.bit_length()
        text = f"sh[tid] = {self._value('u32', 1)};\n__syncthreads();\n"
        text += f"for (u32 s = 1u; s < {size}u; s <<= 1) {{\n  const u32 t = tid >= s ? sh[tid - s] : 0u;\n"
        text += "  __syncthreads();\n  sh[tid] += t;\n  __syncthreads();\n}\n"
        return line(f"{text}{self.random.choice(VARIABLES['u32'])} += sh[tid];\n__syncthreads();")

    def _count(self, scope: Scope) -> Statement:
        """Shared atomics, barrier, read, barrier."""
        operation = self.accumulators["cells"]
        slot = f"{self._value('u32', 1)} & {self.random.choice((0, 3, 7))}u"
        add = line(f"if ({self.expressions.condition()}) atomic{operation}(&cells[{slot}], {self._value('u32', 1)});")
        read = f"{self.random.choice(VARIABLES['u32'])} += cells[({self.expressions.index()}) & 7u];"
        self.expressions.cost += 6
        return Statement(["{", Body([add]), f"__syncthreads();\n{read}\n__syncthreads(); }}"])

    def _barrier_reduce(self, scope: Scope) -> Statement:
        self.expressions.cost += 4
        kind = self.random.choice(("_count", "_and", "_or", ""))
        if not kind:
            return line("__syncthreads();")
        name = self.random.choice(VARIABLES["u32"])
        return line(f"{name} += (u32)__syncthreads{kind}({self.expressions.condition()});")
