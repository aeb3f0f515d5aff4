"""Random expressions of CUDA C++ over the variables that every generated kernel has.

Signed arithmetic that could overflow is done unsigned. Integer division, shifts and conversions may meet any operand,
since the IR gives every case a meaning; but clang takes those that C++ leaves undefined for impossible where it can see
them: where it sees the operand, and in what it takes for the range of the result. The parameters ``zero``, ``zero64``
and ``one`` hide operands from it, zeros in constant memory hide results.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

# Type -> the kernel's variables of it; all are declared at its top.
VARIABLES = {
    "u32": ("a0", "a1", "a2", "a3"),
    "s32": ("s0", "s1"),
    "u64": ("l0", "l1"),
    "s64": ("q0",),
    "f32": ("f0", "f1", "f2"),
    "f64": ("d0", "d1"),
    "u8": ("b0",),
    "s8": ("c0",),
    "u16": ("h0",),
    "s16": ("w0",),
}
HIDDEN = 512  # zeros in constant memory, of 32 and of 64 bits
SMALL = ("u8", "s8", "u16", "s16")
FLOATS = ("f32", "f64")

# Input buffers: element type -> (parameter, number of elements, a power of two).
INPUTS = {
    "u32": ("in32", 1024),
    "u64": ("in64", 512),
    "f32": ("inf", 1024),
    "f64": ("ind", 512),
    "u8": ("in8", 4096),
    "s8": ("((const s8 *)in8)", 4096),
    "u16": ("((const u16 *)in8)", 2048),
    "s16": ("((const s16 *)in8)", 2048),
    "s32": ("((const s32 *)in32)", 1024),
    "s64": ("((const s64 *)in64)", 512),
}
VECTORS = (("uint2", "in32", 512, 2), ("uint4", "in32", 256, 4), ("float2", "inf", 512, 2), ("float4", "inf", 256, 4))

_CONSTANTS = {
    "u32": "0u 1u 2u 3u 5u 7u 8u 16u 31u 32u 33u 63u 64u 100u 255u 65535u 0x7fffffffu 0x80000000u 0xffffffffu 0xaaaau",
    "s32": "0 1 -1 2 -2 7 31 32 -128 100 65535 0x7fffffff (-0x7fffffff-1)",
    "u64": "0ull 1ull 3ull 32ull 63ull 64ull 65ull 0xffffffffull 0x100000000ull 0x8000000000000000ull ~0ull",
    "s64": "0ll 1ll -1ll 64ll -7ll 0x7fffffffffffffffll (-0x7fffffffffffffffll-1)",
    "f32": "0.0f -0.0f 1.0f -1.0f 0.5f 3.25f 1e-40f 1e30f 3.4e38f 1.1754944e-38f 2147483648.0f 0.1f -255.5f",
    "f64": "0.0 -0.0 1.0 -1.0 0.5 1e-310 1e300 4294967296.0 0.1 9.2233720368547758e18 -32768.5",
}
_EDGES = (
    "0xffffffffu 0xfffffffeu 0xfffffff8u 0xfffffff0u 0xffffffe1u 0xffffff00u "
    "0x7fffffffu 0x7ffffff9u 0x80000000u 0x80000001u 0xc0000000u 0x3fffffffu"
).split()
_FACTORS = "1u 1u 2u 3u 4u 0xffffffffu 0x80000001u 0x40000000u 0x20000001u 0x10000000u 0x08000001u 65537u".split()
_INDEX_FORMS = (
    "(u32){name}",
    "((u32){name} + {number}u)",
    "((u32){name} - {number}u)",
    "((u32){name} - {small}u)",
    "((u32){name} * {number}u)",
    "((u32){name} * {number}u - {small}u)",
    "({number}u - (u32){name})",
    "((u32){name} ^ {number}u)",
    "((u32){name} * {number}u + (u32){counter})",
    "((u32){name} + (u32){counter} * {number}u)",
    "((u32){name} - (u32){counter})",
    "((u32){name} / {number}u)",
    "((u32){name} % {number}u)",
    "((u32){name} / (n | 1u))",
    "((u32){name} % (n | 1u))",
    "((u32){name} * {small}u / {number}u)",
    "((u32){name} * {small}u % {number}u)",
    "((u32)((s32){name} - {number}) / 2)",
    "((u32)(((s32){name} - {number}) / {small}))",
    "((u32){name} >> {small})",
    "__brev((u32){name})",
    "({variable} + (u32){name})",
    "((u32){name} + {edge})",
    "((u32){name} + {edge})",
    "((u32){name} * {factor} + {edge})",
    "({edge} - (u32){name} * {factor})",
    "((u32)(u8)({name} + 25{small}u))",
    "((u32)(s8)({name} * {small}u + 12{small}u))",
    "((u32)(u16)({name} * 6553{small}u - {number}u))",
    "((u32)(s16)((u32){name} + 3276{small}u))",
    "min((u32){name} + {number}u, n)",
    "(u32)max((s32){name} - {number}, -{small})",
    "((u32)(((u64){name} - {number}ull) >> {small}))",
    "(threadIdx.y * {number}u + threadIdx.x)",
    "(threadIdx.y * blockDim.x + threadIdx.x - {small}u)",
    "(threadIdx.x * {number}u + threadIdx.z - threadIdx.y)",
)
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")
_U32_OPS = (
    "({} + {})",
    "({} - {})",
    "({} * {})",
    "({} & {})",
    "({} | {})",
    "({} ^ {})",
    "(({} / ({} ^ zero)) ^ {hide})",
    "(({} % ({} ^ zero)) ^ {hide})",
    "(({} << ({} ^ zero)) ^ {hide})",
    "(({} >> ({} ^ zero)) ^ {hide})",
    "min({}, {})",
    "max({}, {})",
    "__umulhi({}, {})",
    "(~{} + {})",
    "__byte_perm({}, {}, 0x4321)",
    "({} << ({} & 31u))",
)
_U32_UNARY = ("(u32)__popc({})", "(u32)__clz((int){})", "(u32)__ffs((int){})", "__brev({})", "(0u - {})", "(~({}))")
_S32_OPS = (
    "((s32)((u32){} + (u32){}))",
    "((s32)((u32){} - (u32){}))",
    "((s32)((u32){} * (u32){}))",
    "(({} / ({} ^ (s32)zero)) ^ {hide})",
    "(({} % ({} ^ (s32)zero)) ^ {hide})",
    "(({} >> ({} ^ (s32)zero)) ^ {hide})",
    "({} & {})",
    "({} ^ {})",
    "min({}, {})",
    "max({}, {})",
    "__mulhi({}, {})",
)
_U64_OPS = (
    *_U32_OPS[:6],
    "(({} / ({} ^ zero64)) ^ {hide})",
    "(({} % ({} ^ zero64)) ^ {hide})",
    "(({} << ({} ^ zero64)) ^ {hide})",
    "(({} >> ({} ^ zero64)) ^ {hide})",
    "__umul64hi({}, {})",
    "({} < {} ? 5ull : 9ull)",
)
_U64_UNARY = ("(u64)__popcll({})", "(u64)__clzll((s64){})", "(0ull - {})", "__brevll({})")
_S64_OPS = (
    "((s64)((u64){} + (u64){}))",
    "((s64)((u64){} * (u64){}))",
    "(({} / ({} ^ (s64)zero64)) ^ {hide})",
    "(({} % ({} ^ (s64)zero64)) ^ {hide})",
    "(({} >> ({} ^ (s64)zero64)) ^ {hide})",
    "({} | {})",
    "({} < {} ? -3ll : 4ll)",
)
_F32_OPS = (
    "({} + {})",
    "({} - {})",
    "({} * {})",
    "({} / {})",
    "fminf({}, {})",
    "fmaxf({}, {})",
    "__fadd_rn({}, {})",
    "__fmul_rn({}, {})",
    "({0} * {1} + {0})",
)
_F32_UNARY = ("(-({}))", "fabsf({})", "sqrtf({})", "floorf({})", "ceilf({})", "truncf({})", "rintf({})", "roundf({})")
_F64_OPS = ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "fmin({}, {})", "fmax({}, {})", "({0} * {1} - {0})")
_F64_UNARY = ("(-({}))", "fabs({})", "sqrt({})", "floor({})", "trunc({})", "rint({})")

BINARY = {"u32": _U32_OPS, "s32": _S32_OPS, "u64": _U64_OPS, "s64": _S64_OPS, "f32": _F32_OPS, "f64": _F64_OPS}
UNARY = {
    "u32": _U32_UNARY,
    "s32": ("(~({}))", "((s32)(0u - (u32){}))"),
    "u64": _U64_UNARY,
    "s64": ("(~({}))",),
    "f32": _F32_UNARY,
    "f64": _F64_UNARY,
}


@dataclass
class Expressions:
    """Writes expressions; ``cost`` counts roughly the operations written.

    ``counters`` are loop variables in sight, ``shared`` readable shared arrays as (name, mask of the index),
    ``functions`` device functions from u32 to u32, ``arrays`` local arrays as (element type, size).
    """

    random: random.Random
    counters: list[str] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    variables: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(VARIABLES))
    thread_names: tuple[str, ...] = ("tid", "gid", "lane", "threadIdx.x", "threadIdx.y", "blockIdx.x", "n")
    arrays: dict[str, tuple[str, int]] = field(default_factory=dict)
    cost: float = 0

    def value(self, type_: str, depth: int = 2) -> str:
        """An expression of the type."""
        self.cost += 1
        choose = self.random.random()
        if depth <= 0 or choose < 0.2:
            return self.leaf(type_)
        if type_ in SMALL:
            return f"(({type_}){self.value('u32', depth - 1)})"
        if choose < 0.62:
            made = self.random.choice(BINARY[type_])
            return made.format(self.value(type_, depth - 1), self.value(type_, depth - 1), hide=self._hide(type_))
        if choose < 0.74:
            return self.random.choice(UNARY[type_]).format(self.value(type_, depth - 1))
        if choose < 0.86:
            return self.converted(type_, depth - 1)
        if choose < 0.93:
            return f"({self.condition(depth - 1)} ? {self.value(type_, depth - 1)} : {self.value(type_, depth - 1)})"
        return self.special(type_, depth - 1)

    def _hide(self, type_: str) -> str:
        """A zero that clang does not know; every place has one of its own, or two in a row would cancel each other."""
        array = "hide64" if type_ in ("u64", "s64") else "hide32"
        return f"({type_}){array}[{self.random.randrange(HIDDEN)}]"

    def leaf(self, type_: str) -> str:
        """A variable, a constant or a load."""
        choose = self.random.random()
        if choose < 0.5 and type_ in self.variables:
            return self.random.choice(self.variables[type_])
        if choose < 0.68 and type_ in _CONSTANTS:
            return self.random.choice(_CONSTANTS[type_].split())
        if choose < 0.82 and type_ == "u32":
            return f"(u32){self.random.choice((*self.thread_names, *self.counters))}"
        return self.load(type_)

    def index(self) -> str:
        """A u32 expression of the kinds that indices have: strided, permuted, wrapping, now and then arbitrary."""
        name = self.random.choice((*self.thread_names[:3], *self.thread_names[:3], *self.thread_names, *self.counters))
        parts = {
            "name": name,
            "number": self.random.choice((1, 2, 3, 4, 5, 8, 16, 32, 33, 64, 100)),
            "small": self.random.choice((1, 2, 3, 4, 6, 7)),
            "counter": self.random.choice(self.counters or ["1"]),
            "variable": self.random.choice(self.variables["u32"]),
            "edge": self.random.choice(_EDGES),
            "factor": self.random.choice(_FACTORS),
        }
        return self.random.choice(_INDEX_FORMS).format(**parts)

    def load(self, type_: str) -> str:
        """A load that cannot miss: the index is masked, or it is tested first."""
        choose = self.random.random()
        arrays = [(name, size) for name, (element, size) in self.arrays.items() if element == type_]
        if choose < 0.15 and self.shared and type_ == "u32":
            array, mask = self.random.choice(self.shared)
            return f"{array}[{self.index()} & {mask}]"
        if choose < 0.35 and arrays:
            name, size = self.random.choice(arrays)
            return f"{name}[{self.index()} & {size - 1}u]"
        if choose < 0.38 and type_ == "u32":
            return self.random.choice((f"table[{self.index()} & 31u]", f"par.a[{self.index()} & 3u]"))
        buffer, size = INPUTS[type_]
        self.cost += 2
        if choose < 0.65 and type_ in ("u32", "f32", "u64", "u8"):
            limit, cast = self.random.choice((("n", "u32"), (f"{size}u", "u32"), (f"(s32){size}", "s32")))
            test = f"(u32)({self.index()})" if cast == "u32" else f"(s32)({self.index()})"
            return f"guarded<{type_}, {cast}>({buffer}, {test}, ({cast}){limit})"
        if choose < 0.85 and size >= 1024:
            return f"{buffer}[{self._inside(size)}]"
        return f"{buffer}[{self.index()} & {size - 1}u]"

    def _inside(self, size: int) -> str:
        """An index that needs no mask, since there are 1024 threads at most: strided, reversed, clamped, by row."""
        name, number = self.random.choice(("tid", "gid")), self.random.choice((1, 2, 3, 4, 8, 31, 100))
        stride = size // 1024
        return self.random.choice(
            (
                name,
                name,
                f"{name} * {stride}u",
                f"{name} * {stride}u + {self.random.randrange(stride)}u",
                f"{size - 1}u - {name}",
                f"min({name} + {number}u, {size - 1}u)",
                f"max((s32){name} - {number}, 0)",
                f"min(max((s32){name} - {number}, 0), (s32)n)",
                f"{name} / {number}u",
                f"{name} % {number}u",
                f"{name} % (n | 1u)",
                f"{name} ^ {number}u & 31u",
                "threadIdx.y * blockDim.x + threadIdx.x",
                "threadIdx.x * blockDim.y + threadIdx.y",
            )
        )

    def condition(self, depth: int = 1) -> str:
        """A bool expression that differs between threads."""
        type_ = self.random.choice(("u32", "u32", *self.variables))
        compare = f"{self.value(type_, depth)} {self.random.choice(_COMPARE)} {self.value(type_, depth - 1)}"
        choose = self.random.random()
        if choose < 0.35:
            return f"(({self.index()}) & {self.random.choice((1, 2, 4, 8, 5, 16, 31))}u) != 0u"
        if choose < 0.5:
            return f"({compare}) {self.random.choice(('&&', '||'))} ({self.condition(0)})"
        return f"({compare})"

    def uniform_condition(self) -> str:
        """A bool expression that is the same for all threads of the block."""
        number = self.random.choice((1, 2, 3, 4, 8))
        forms = (
            f"(param & {number}) != 0",
            f"(blockIdx.x & {number}u) == 0u",
            f"n > {number * 100}u",
            f"in32[{number}] < in32[blockIdx.x & 15u]",
            f"scale < {number}.0f",
        )
        return self.random.choice(forms)

    def converted(self, type_: str, depth: int) -> str:
        """A value of another type, converted."""
        others = [other for other in self.variables if other != type_] or ["u32"]
        other = self.random.choice(others)
        value = self.value(other, depth)
        if other in FLOATS and type_ not in FLOATS:
            return f"(({type_})({value} * ({other})one))"
        return f"(({type_}){value})"

    def special(self, type_: str, depth: int) -> str:
        """Intrinsics with three operands, vector loads, calls."""
        value = self.value
        choose = self.random.random()
        if type_ == "f32":
            name, buffer, count, width = self.random.choice(VECTORS[2:])
            if choose < 0.4:
                return (
                    f"((const {name} *){buffer})[{self.index()} & {count - 1}u].{'xyzw'[self.random.randrange(width)]}"
                )
            return f"fmaf({value('f32', depth)}, {value('f32', depth)}, {value('f32', depth)})"
        if type_ == "f64":
            return f"fma({value('f64', depth)}, {value('f64', depth)}, {value('f64', depth)})"
        if type_ == "s32" and choose < 0.5:
            return f"__float2int_{self.random.choice(('rz', 'rn', 'ru', 'rd'))}({value('f32', depth)} * one)"
        if type_ != "u32":
            return self.load(type_)
        return self._special_u32(choose, depth)

    def _special_u32(self, choose: float, depth: int) -> str:
        value = self.value
        if choose < 0.3 and self.functions:
            self.cost += 12
            return f"{self.random.choice(self.functions)}({value('u32', depth)})"
        if choose < 0.5:
            name, buffer, count, width = self.random.choice(VECTORS[:2])
            return f"((const {name} *){buffer})[{self.index()} & {count - 1}u].{'xyzw'[self.random.randrange(width)]}"
        if choose < 0.7:
            return (
                f"__funnelshift_{self.random.choice('lr')}({value('u32', depth)}, {value('u32', 0)}, {value('u32', 0)})"
            )
        return self.random.choice(
            (
                f"__float2uint_rz({value('f32', depth)} * one)",
                f"__byte_perm({value('u32', depth)}, {value('u32', 0)}, {value('u32', 0)})",
                f"__umul24({value('u32', depth)}, {value('u32', 0)})",
                f"__sad({value('s32', 0)}, {value('s32', 0)}, {value('u32', depth)})",
            )
        )
