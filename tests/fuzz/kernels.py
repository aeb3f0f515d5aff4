"""A kernel from a seed: its source, how it is launched, its inputs and outputs."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.fuzz.expressions import VARIABLES, Expressions
from tests.fuzz.frame import Frame, write_frame
from tests.fuzz.inputs import inputs, scalars
from tests.fuzz.statements import Scope, Statements
from tests.fuzz.style import ARRAYS, choose_style
from tests.fuzz.tree import Body, line, render

Triple = tuple[int, int, int]
WORK = 40_000  # operations of all threads together, roughly
ACCUMULATORS = (("acc32", 16, 4), ("acc64", 8, 8), ("accf", 8, 4))  # name, elements, bytes of one
SCALAR_OFFSETS = (0, 4, 8, 12, 16, 24, 32)  # of the parameters behind the pointers, in ``Kernel.scalars``

PRELUDE = """
typedef unsigned int u32; typedef int s32; typedef unsigned long long u64; typedef long long s64;
typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16;
typedef float f32; typedef double f64;
__constant__ u32 table[32] = {0, 1, 2, 3, 0xffffffffu, 0x80000000u, 7, 99, 31, 32, 33, 64, 5, 6, 0xaaaaaaaau, 12,
  1000, 65536, 8, 9, 10, 11, 0x7fffffffu, 13, 14, 15, 16, 17, 18, 19, 20, 21};
__constant__ u32 hide32[512], inner_zero; __constant__ u64 hide64[512], inner_zero64; __constant__ f32 inner_one = 1.0f;
struct P { u32 a[4]; f32 f; u64 q; u8 b[8]; };
template <class T, class I> static __device__ inline T guarded(const T *p, I i, I n) {
  return i >= 0 && i < n ? p[i] : (T)77;
}
"""
_SHAPES: tuple[tuple[Triple, float], ...] = tuple(
    [((x, 1, 1), 1.0) for x in (1, 2, 5, 7, 8, 15, 16, 17, 31, 33, 48, 63, 65, 96, 100, 127, 200, 250)]
    + [((x, 1, 1), 4.0) for x in (32, 64, 128)]
    + [((x, 1, 1), 0.7) for x in (256, 257, 512, 1000, 1023, 1024)]
    + [((8, 8, 1), 2.0), ((16, 3, 1), 1.0), ((5, 7, 1), 1.0), ((33, 2, 1), 1.0), ((32, 4, 1), 2.0), ((1, 32, 1), 1.0)]
    + [((16, 16, 1), 1.0), ((4, 4, 4), 1.0), ((3, 5, 7), 1.0), ((2, 2, 9), 1.0), ((1, 1, 33), 0.5), ((8, 8, 16), 0.3)]
    + [((24, 1, 2), 0.5), ((10, 10, 1), 1.0), ((1, 64, 1), 0.7), ((64, 2, 2), 0.5), ((64, 4, 1), 0.7)]
    + [((32, 32, 1), 0.5), ((16, 16, 2), 0.3), ((8, 4, 3), 0.5), ((16, 5, 1), 0.7), ((40, 3, 1), 0.7)]
)


@dataclass(frozen=True, slots=True)
class Kernel:
    """One case. ``outputs`` are (element kind, elements): kind is ``i`` for integers, ``f``, ``d`` for floats."""

    seed: int
    grid: Triple
    block: Triple
    dynamic_shared: int
    head: str
    body: Body
    tail: str
    outputs: tuple[tuple[str, int], ...]
    inputs: tuple[bytes, ...]
    scalars: bytes

    @property
    def name(self) -> str:
        """The kernel's symbol."""
        return f"k{self.seed}"

    def source(self, name: str = "") -> str:
        """Its text without the common prelude; as kernel ``name``."""
        text = f"{self.head}{render(self.body)}\n{self.tail}"
        return text.replace(self.name, name) if name else text

    def with_body(self, body: Body) -> Kernel:
        """The same with other statements."""
        return replace(self, body=body)


def generate(seed: int) -> Kernel:
    """The kernel of a seed."""
    source = random.Random(seed)
    block = source.choices([shape for shape, _ in _SHAPES], [weight for _, weight in _SHAPES])[0]
    threads = block[0] * block[1] * block[2]
    blocks = source.choice((1, 1, 2, 3)) if threads <= 128 else 1
    grid = source.choice(((blocks, 1, 1), (1, blocks, 1))) if source.random() < 0.2 else (blocks, 1, 1)
    total = threads * blocks
    shared_mask = (1 << max(threads - 1, 1).bit_length()) - 1
    style = choose_style(source)
    arrays = {name: ARRAYS[name] for name in style.arrays}
    expressions = Expressions(source, variables=style.variables(), arrays=arrays)
    functions = _functions(source, seed, style.functions, expressions)
    budget = min(max(WORK * style.size / total, 12), 250 * style.size)
    statements = Statements(source, expressions, style, budget, shared_mask)
    body = Body(
        [
            line(f"{name} = {expressions.value(type_, 1)};")
            for type_, names in expressions.variables.items()
            for name in names
        ]
    )
    while statements.budget > 0 and len(body.statements) < 60:
        body.statements += statements.body(Scope(), 4).statements
    dynamic = style.barriers and source.random() < 0.5
    frame = Frame(seed, threads, total, shared_mask if style.barriers else -1, dynamic, style)
    head, tail = write_frame(source, frame)
    outputs = (*((kind, size * 2 * total) for kind, size in (("i", 4), ("i", 8))), ("f", 8 * total), ("d", 16 * total))
    sizes = tuple((kind, size) for kind, size in outputs)
    sizes += (("i", 64), ("i", 64), ("f", 32), ("i", 4 * total), ("i", 4 * total * style.stride))
    bytes_ = 4 * (shared_mask + 1) if dynamic else 0
    return Kernel(seed, grid, block, bytes_, functions + head, body, tail, sizes, inputs(seed), scalars(source))


def _functions(source: random.Random, seed: int, count: int, expressions: Expressions) -> str:
    """Device functions for the kernel to call; their names go to ``expressions``."""
    text = ""
    names = [f"k{seed}_fn{index}" for index in range(count)]
    for name in names:
        inner = _NoLoads(source, thread_names=("x", "threadIdx.x", "blockIdx.x"))
        inner.variables = {type_: (f"(({type_})x)",) for type_ in VARIABLES} | {"u32": ("x", "y")}
        kind = source.choice(("static __device__ __noinline__", "static __device__"))
        loads = "u32 y = x * 3u; const u32 zero = inner_zero; const f32 one = inner_one;\n"
        loads += "  const u64 zero64 = inner_zero64; const u32 n = x & 255u;"
        body = _function_body(source, name, inner)
        text += f"{kind} u32 {name}(u32 x) {{ {loads}\n{body}}}\n"
    expressions.functions += names
    if source.random() < 0.15 and names:
        pointer = f"k{seed}_pick"
        other = f"k{seed}_other"
        text += f"static __device__ __noinline__ u32 {other}(u32 x) {{ return x ^ 0x55u; }}\n"
        choice = f"u32 (*f)(u32) = x & 1u ? {names[0]} : {other};"
        text += f"static __device__ u32 {pointer}(u32 x) {{ {choice} return f(x); }}\n"
        expressions.functions.append(pointer)
    return text


class _NoLoads(Expressions):
    """Expressions without the kernel's parameters."""

    def load(self, type_: str) -> str:
        return self.random.choice(self.variables[type_])

    def special(self, type_: str, depth: int) -> str:
        return self.value(type_, 0)


def _function_body(source: random.Random, name: str, pure: Expressions) -> str:
    form = source.choice((0, 0, 1, 1, 2))
    if form == 0:
        return f"  return {pure.value('u32', 3)};\n"
    if form == 1:  # an early return and a loop
        text = f"  if ({pure.condition()}) return {pure.value('u32', 1)};\n"
        text += (
            f"  for (u32 i = 0; i < (x & 3u); ++i) {{ y += {pure.value('u32')}; if ({pure.condition(0)}) break; }}\n"
        )
        return text + "  return y ^ x;\n"
    return (
        f"  if ((x & 3u) == 0u || x > 0x40000000u) return {pure.value('u32', 1)};\n  return {name}(x >> 3) * 5u + x;\n"
    )
