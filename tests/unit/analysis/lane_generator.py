"""Random kernels in .wir for the lane analyses: arithmetic prone to wrap, branches, loops, breaks, early returns.

Values live in variables; joins and loop headers get a phi for each, so that every shape of SSA occurs. There are no
stores: what a load gives depends on the address alone.
"""

from __future__ import annotations

import random

HEAD = """\
define kernel external void @k(ptr %x, i32 %n, i32 %m, i64 %w) {
^entry:
  %tid : i32 = sreg [register="tid.x"]
  %tidy : i32 = sreg [register="tid.y"]
  %tidz : i32 = sreg [register="tid.z"]
  %cta : i32 = sreg [register="ctaid.x"]
  %ntid : i32 = sreg [register="ntid.x"]
  %ncta : i32 = sreg [register="nctaid.x"]
  %lane : i32 = sreg [register="laneid"]
  %own : ptr = alloca [allocated=type [8 x i32], alignment=4]
  %block : i32 = mul i32 %cta, i32 %ntid
  %gid : i32 = add i32 %block, i32 %tid
"""
NARROW = ["%tid", "%tidy", "%tidz", "%gid", "%lane", "%cta", "%ntid", "%ncta", "%n", "%m"]
CONSTANTS = [
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    12,
    15,
    16,
    24,
    28,
    31,
    32,
    33,
    48,
    63,
    64,
    255,
    1023,
    1024,
    2147483647,
    -1,
    -2,
    -4,
]
CONSTANTS += [-8, -16, -32, -33, -2147483648]
PREDICATES = ["eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"]
BINARY = ["add"] * 6 + ["sub"] * 3 + ["mul"] * 2 + ["and"] * 3 + ["or", "or", "xor", "xor"]
BINARY += ["udiv", "urem", "sdiv", "srem", "smin", "smax", "umin", "umax", "smax", "umin"]
SHIFTS = ["shl", "shl", "lshr", "lshr", "ashr"]

Environment = dict[str, str]


class Generator:
    """Writes one kernel. ``variables`` maps each variable to the SSA value it has at the point of writing."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.count = 0
        self.current = "entry"
        self.variables: Environment = {}
        self.types = {"a": "i32", "b": "i32", "c": "i32", "p": "i64", "q": "i64", "r": "ptr"}

    def text(self) -> str:
        """The module."""
        pick = self.random.choice
        self.variables = {name: pick([*NARROW, pick(CONSTANTS)]) for name in "abc"}  # type: ignore[misc]
        self.variables = {name: str(value) for name, value in self.variables.items()}
        self.variables |= {"p": pick(["%w", "0", "4"]), "q": pick(["%w", "-1"]), "r": pick(["%x", "%own"])}
        self.statements(depth=0, count=self.random.randint(3, 6))
        self.emit("ret")
        return HEAD + "\n".join(self.lines) + "\n}\n"

    def emit(self, text: str) -> None:
        self.lines.append("  " + text)

    def value(self, type_: str, text: str) -> str:
        """A new instruction's name."""
        self.count += 1
        self.emit(f"%v{self.count} : {type_} = {text}")
        return f"%v{self.count}"

    def block(self, name: str) -> None:
        self.current = name
        self.lines.append(f"^{name}:")

    def label(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def narrow(self) -> str:
        chance = self.random.random()
        if chance < 0.5:
            return self.variables[self.random.choice("abc")]
        return self.random.choice(NARROW) if chance < 0.8 else str(self.random.choice(CONSTANTS))

    def wide(self) -> str:
        chance = self.random.random()
        if chance < 0.6:
            return self.variables[self.random.choice("pq")]
        return "%w" if chance < 0.7 else str(self.random.choice(CONSTANTS))

    def operand(self, type_: str) -> str:
        return self.narrow() if type_ == "i32" else self.wide()

    def statements(self, depth: int, count: int) -> None:
        for _ in range(count):
            chance = self.random.random()
            if depth < 3 and chance < 0.22:
                self.branch(depth)
            elif depth < 3 and chance < 0.38:
                self.loop(depth)
            elif depth and chance < 0.42:
                self.early_return()
            elif chance < 0.6:
                self.index(depth)
            elif chance < 0.7:
                self.bits()
            else:
                self.assign()

    def bits(self) -> None:
        """Operations that take a thread index apart or put one together, in part from unaligned bases."""
        start = self.random.choice(["%tid", "%gid", "%lane", "%tidy", self.variables["a"]])
        if self.random.random() < 0.5:
            start = self.value("i32", f"add i32 {start}, i32 {self.random.choice(['%n', '1', '8', '16', '24', '-4'])}")
        if self.random.random() < 0.4:
            start = self.value("i32", f"shl i32 {start}, i32 {self.random.choice([1, 2, 3])}")
        kind = self.random.random()
        if kind < 0.4:
            opcode, amount = self.random.choice(["lshr", "ashr"]), self.random.choice([1, 2, 3, 4, 5, 6])
            found = self.value("i32", f"{opcode} i32 {start}, i32 {amount}")
        elif kind < 0.8:
            opcode, mask = self.random.choice(["and", "or", "xor"]), self.random.choice(CONSTANTS)
            found = self.value("i32", f"{opcode} i32 {start}, i32 {mask}")
        else:
            high = self.value("i32", f"shl i32 {self.narrow()}, i32 {self.random.choice([3, 4, 5, 6, 10])}")
            found = self.value("i32", f"{self.random.choice(['or', 'xor'])} i32 {high}, i32 {start}")
        predicate, bound = self.random.choice(PREDICATES), self.random.choice([8, 16, 7, 15, 31, 64, 4, -8])
        outcome = self.value("i1", f'icmp i32 {start}, i32 {bound} [predicate="{predicate}"]')
        self.variables["c"] = self.value("i32", f"select i1 {outcome}, i32 {found}, i32 {self.narrow()}")
        self.variables["a"] = found

    def index(self, depth: int) -> None:
        """A strided index that may wrap, often under a test that bounds it, extended and used in an address."""
        start = self.random.choice(["%tid", "%gid", "%lane", self.variables["a"]])
        step = self.random.choice([1, 1, 2, 4, -1, 268435456])
        scaled = self.value("i32", f"mul i32 {start}, i32 {step}") if step != 1 else start
        moved = self.value("i32", f"{self.random.choice(['add', 'sub'])} i32 {scaled}, i32 {self.narrow()}")
        after = self.label("after")
        before = dict(self.variables)
        guarded = depth < 3 and self.random.random() < 0.6
        edges: list[tuple[str, Environment]] = []
        if guarded:
            inside = self.label("inside")
            condition = self.bounded(moved if self.random.random() < 0.7 else scaled)
            edges.append((self.current, before))
            self.emit(f"condbr i1 {condition} -> ^{inside}, ^{after}")
            self.block(inside)
        wide = self.value("i64", f"{self.random.choice(['zext', 'sext'])} i32 {moved}")
        self.variables["p"] = wide
        self.variables["r"] = self.value("ptr", f"gep ptr %x, i64 {wide} [offset=0, scales=(4)]")
        self.variables["b"] = self.value("i32", f"load ptr {self.variables['r']} [alignment=1]")
        if guarded:
            edges.append((self.current, dict(self.variables)))
            self.emit(f"br -> ^{after}")
            self.block(after)
            self.merge(edges)

    def bounded(self, value: str) -> str:
        """A comparison with a bound, or with a bound on each side."""
        limit = self.random.choice(["%n", "%m", "1000", "2147483000"])
        below = self.value(
            "i1", f'icmp i32 {value}, i32 {limit} [predicate="{self.random.choice(["ult", "slt", "sle"])}"]'
        )
        if self.random.random() < 0.5:
            return below
        above = self.value("i1", f'icmp i32 {value}, i32 {self.random.choice([0, -1, 5])} [predicate="sgt"]')
        return self.value("i1", f"and i1 {below}, i1 {above}")

    def assign(self) -> None:
        name = self.random.choice("aabbccpqr")
        self.variables[name] = self.pointer() if name == "r" else self.expression(self.types[name])

    def pointer(self) -> str:
        base = self.random.choice([self.variables["r"], "%x", "%own"])
        scale = self.random.choice([1, 4, 8, 24])
        return self.value(
            "ptr", f"gep ptr {base}, i64 {self.wide()} [offset={self.random.choice([0, 4])}, scales=({scale})]"
        )

    def expression(self, type_: str) -> str:
        chance = self.random.random()
        other = "i64" if type_ == "i32" else "i32"
        if chance < 0.18 or (type_ == "i64" and chance < 0.5):
            opcode = "trunc" if type_ == "i32" else self.random.choice(["zext", "sext"])
            return self.value(type_, f"{opcode} {other} {self.operand(other)}")
        if chance < 0.62:
            opcode = self.random.choice(BINARY)
            return self.value(type_, f"{opcode} {type_} {self.operand(type_)}, {type_} {self.operand(type_)}")
        if chance < 0.8:
            amount = self.random.choice([0, 1, 2, 3, 4, 5, 6, 10, 31, 32, 40, 64])
            return self.value(type_, f"{self.random.choice(SHIFTS)} {type_} {self.operand(type_)}, {type_} {amount}")
        if chance < 0.9:
            condition = self.condition()
            return self.value(
                type_, f"select i1 {condition}, {type_} {self.operand(type_)}, {type_} {self.operand(type_)}"
            )
        pointer = self.variables["r"]
        return self.value(type_, f"load ptr {pointer} [alignment=1]")

    def condition(self) -> str:
        type_ = self.random.choice(["i32", "i32", "i64"])
        predicate = self.random.choice(PREDICATES)
        left, right = self.operand(type_), self.operand(type_)
        condition = self.value("i1", f'icmp {type_} {left}, {type_} {right} [predicate="{predicate}"]')
        if self.random.random() < 0.25:
            opcode = self.random.choice(["and", "or", "xor"])
            return self.value("i1", f"{opcode} i1 {condition}, i1 {self.condition()}")
        return condition

    def merge(self, edges: list[tuple[str, Environment]]) -> None:
        """Phis at the start of a block that several edges lead to; a value that agrees often goes without."""
        merged: Environment = {}
        for name, type_ in self.types.items():
            values = [environment[name] for _, environment in edges]
            if len(set(values)) == 1 and self.random.random() < 0.8:
                merged[name] = values[0]
                continue
            operands = ", ".join(f"{type_} {value}" for value in values)
            targets = ", ".join(f"^{block}" for block, _ in edges)
            merged[name] = self.value(type_, f"phi {operands} -> {targets}")
        self.variables = merged

    def branch(self, depth: int) -> None:
        arms = [self.label("arm") for _ in range(self.random.choice([1, 2, 2, 3]))]
        join = self.label("join")
        edges: list[tuple[str, Environment]] = []
        before = dict(self.variables)
        if len(arms) == 3:
            self.emit(f"switch i32 {self.narrow()}, i32 1, i32 2 -> ^{arms[0]}, ^{arms[1]}, ^{arms[2]}")
        else:
            other = arms[1] if len(arms) == 2 else join
            condition = self.condition()
            if other == join:
                edges.append((self.current, before))
            self.emit(f"condbr i1 {condition} -> ^{arms[0]}, ^{other}")
        for arm in arms:
            self.block(arm)
            self.variables = dict(before)
            self.statements(depth + 1, self.random.randint(1, 3))
            edges.append((self.current, dict(self.variables)))
            self.emit(f"br -> ^{join}")
        self.block(join)
        self.merge(edges)

    def early_return(self) -> None:
        leave, stay = self.label("leave"), self.label("stay")
        self.emit(f"condbr i1 {self.condition()} -> ^{leave}, ^{stay}")
        self.block(leave)
        self.emit("ret")
        self.block(stay)

    def loop(self, depth: int) -> None:
        """Leaves after at most a few rounds, by the header or by breaks; ``continue`` makes a second latch."""
        header, body, done = self.label("head"), self.label("body"), self.label("done")
        rounds = f"%v{self.count + 1}"
        self.count += 1
        place, entry = len(self.lines), (self.current, dict(self.variables))
        self.emit(f"br -> ^{header}")
        self.block(header)
        phis = {name: self.phi_name() for name in self.types}
        self.variables = dict(phis)
        hole = len(self.lines)
        step = self.random.choice(["1", "1", "2", "%ntid", "4", "-1"])
        limit = self.value("i1", f'icmp i32 {rounds}, i32 {self.random.randint(1, 4)} [predicate="ult"]')
        bound = self.operand("i32")
        more = self.value("i1", f'icmp i32 {phis["a"]}, i32 {bound} [predicate="{self.random.choice(PREDICATES)}"]')
        both = self.value("i1", f"and i1 {limit}, i1 {more}") if self.random.random() < 0.8 else limit
        exits = [(header, dict(self.variables))]
        self.emit(f"condbr i1 {both} -> ^{body}, ^{done}")
        self.block(body)
        self.statements(depth + 1, self.random.randint(1, 3))
        if self.random.random() < 0.4:
            rest = self.label("rest")
            exits.append((self.current, dict(self.variables)))
            self.emit(f"condbr i1 {self.condition()} -> ^{done}, ^{rest}")
            self.block(rest)
            self.statements(depth + 1, 1)
        self.variables["a"] = self.value("i32", f"add i32 {self.variables['a']}, i32 {step}")
        following = self.value("i32", f"add i32 {rounds}, i32 1")
        latches = [(self.current, dict(self.variables))]
        if self.random.random() < 0.3:
            second = self.label("latch")
            self.emit(f"condbr i1 {self.condition()} -> ^{header}, ^{second}")
            self.block(second)
            self.statements(3, 1)
            latches.append((self.current, dict(self.variables)))
        self.emit(f"br -> ^{header}")
        self.lines[hole:hole] = self.header_phis(phis, rounds, following, entry, latches)
        assert self.lines[place].endswith(header)
        self.block(done)
        self.merge(exits)

    def phi_name(self) -> str:
        self.count += 1
        return f"%v{self.count}"

    def header_phis(
        self,
        phis: Environment,
        rounds: str,
        following: str,
        entry: tuple[str, Environment],
        latches: list[tuple[str, Environment]],
    ) -> list[str]:
        edges = [entry, *latches]
        targets = ", ".join(f"^{block}" for block, _ in edges)
        counts = ", ".join(["i32 0", *(f"i32 {following}" for _ in latches)])
        lines = [f"  {rounds} : i32 = phi {counts} -> {targets}"]
        for name, phi in phis.items():
            operands = ", ".join(f"{self.types[name]} {environment[name]}" for _, environment in edges)
            lines.append(f"  {phi} : {self.types[name]} = phi {operands} -> {targets}")
        return lines
