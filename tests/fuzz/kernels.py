"""A kernel from a seed: its source, how it is launched, its inputs and outputs."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, replace

from tests.fuzz.expressions import VARIABLES, Expressions
from tests.fuzz.statements import Scope, Statements
from tests.fuzz.tree import Body, line, render

Triple = tuple[int, int, int]
WORK = 40_000  # operations of all threads together, roughly
ACCUMULATORS = (("acc32", 16, 4), ("acc64", 8, 8), ("accf", 8, 4))  # name, elements, bytes of one

PRELUDE = """
typedef unsigned int u32; typedef int s32; typedef unsigned long long u64; typedef long long s64;
typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16;
typedef float f32; typedef double f64;
__constant__ u32 table[32] = {0, 1, 2, 3, 0xffffffffu, 0x80000000u, 7, 99, 31, 32, 33, 64, 5, 6, 0xaaaaaaaau, 12,
  1000, 65536, 8, 9, 10, 11, 0x7fffffffu, 13, 14, 15, 16, 17, 18, 19, 20, 21};
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
    + [((24, 1, 2), 0.5), ((10, 10, 1), 1.0), ((1, 64, 1), 0.5), ((64, 2, 2), 0.5)]
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
    expressions = Expressions(source)
    functions = _functions(source, seed, expressions)
    budget = min(max(WORK / total, 45), 500)
    statements = Statements(source, expressions, budget, shared_mask)
    body = Body(
        [line(f"{name} = {expressions.value(type_, 1)};") for type_, names in VARIABLES.items() for name in names]
    )
    while statements.budget > 0 and len(body.statements) < 60:
        body.statements += statements.body(Scope(), 4).statements
    dynamic = source.random() < 0.5
    head, tail = _frame(source, seed, threads, total, shared_mask, dynamic)
    outputs = (*((kind, size * 2 * total) for kind, size in (("i", 4), ("i", 8))), ("f", 8 * total), ("d", 16 * total))
    sizes = tuple((kind, size) for kind, size in outputs)
    sizes += (("i", 64), ("i", 64), ("f", 32))
    scalars = struct.pack("<IifIf", source.randint(1, 512), source.randint(-9, 300), source.uniform(-4, 8), 0, 1.0)
    bytes_ = 4 * (shared_mask + 1) if dynamic else 0
    return Kernel(seed, grid, block, bytes_, functions + head, body, tail, sizes, _inputs(seed), scalars)


def _functions(source: random.Random, seed: int, expressions: Expressions) -> str:
    """Device functions for the kernel to call; their names go to ``expressions``."""
    text = ""
    names = [f"k{seed}_fn{index}" for index in range(source.choice((0, 1, 1, 2)))]
    for name in names:
        inner = _NoLoads(source, thread_names=("x", "threadIdx.x", "blockIdx.x"))
        inner.variables = {type_: (f"(({type_})x)",) for type_ in VARIABLES} | {"u32": ("x", "y")}
        kind = source.choice(("static __device__ __noinline__", "static __device__"))
        loads = "u32 y = x * 3u; const u32 zero = table[0]; const f32 one = (f32)table[1];"
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
    form = source.randrange(3)
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


def _frame(
    source: random.Random, seed: int, threads: int, total: int, shared_mask: int, dynamic: bool
) -> tuple[str, str]:
    """Text before and after the statements: parameters, variables, where a thread's outputs lie."""
    own = source.choice(("gid", f"({total - 1}u - gid)", "gid"))
    layout = source.choice((f"((k) * {total}u + {own})", f"({own} * 2u + (k))"))
    shared = "extern __shared__ u32 sh[];" if dynamic else f"__shared__ u32 sh[{shared_mask + 1}];"
    bounds = f"__launch_bounds__({threads}) " if source.random() < 0.3 else ""
    simple = "threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)"
    declared = "\n".join(f"  {type_} {', '.join(f'{v} = 0' for v in names)};" for type_, names in VARIABLES.items())
    finish = "OUT32(0) += a0 ^ a1 * 3u ^ (u32)s0 ^ b0 ^ (u32)h0; OUT32(1) ^= a2 + a3 + (u32)s1 + (u32)c0 + (u32)w0; "
    finish += "OUT64(0) += l0 ^ (u64)q0; OUT64(1) ^= l1; OUTF(0) = f0; OUTF(1) = f1 + f2 * lf[a0 & 7u]; "
    finish += "OUTD(0) = d0; OUTD(1) = d1; OUT32(0) ^= la[a1 & 7u];"
    head = f"""#define OUT32(k) out32[{layout}]
#define OUT64(k) out64[{layout}]
#define OUTF(k) outf[{layout}]
#define OUTD(k) outd[{layout}]
#define FINISH {finish}
extern "C" __global__ void {bounds}k{seed}(const u32 *in32, const u64 *in64, const f32 *inf, const f64 *ind,
    const u8 *in8, u32 *out32, u64 *out64, f32 *outf, f64 *outd, u32 *acc32, u64 *acc64, f32 *accf,
    u32 n, s32 param, f32 scale, u32 zero, f32 one) {{
  {shared}
  __shared__ u32 cells[8];
  const u32 full = 0xffffffffu;
  const u32 tid = {simple}, lane = tid & 31u;
  const u32 gid = (blockIdx.x + gridDim.x * blockIdx.y) * {threads}u + tid;
  u32 la[8] = {{tid, 1u, 2u, 3u, n, 5u, 6u, 7u}}; f32 lf[8] = {{0.5f, 1.0f, scale, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f}};
{declared}
  for (u32 i = tid; i <= {shared_mask}u; i += {threads}u) sh[i] = i * 7u;
  if (tid == 0u) for (u32 i = 0; i < 8u; ++i) cells[i] = i;
  __syncthreads();
"""
    tail = "  FINISH\n}\n#undef OUT32\n#undef OUT64\n#undef OUTF\n#undef OUTD\n#undef FINISH\n"
    return head, tail


_SPECIAL_INTEGERS = (0, 1, 2, 31, 32, 33, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 255)
_SPECIAL_FLOATS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    float("inf"),
    float("-inf"),
    float("nan"),
    1e-45,
    -1e-39,
    3.4e38,
    2.5,
    -0.5,
    3e9,
)


def _inputs(seed: int) -> tuple[bytes, ...]:
    """The five input buffers: small numbers, arbitrary bits and special values mixed."""
    source = random.Random(seed ^ 0x5EED)

    def integer(bits: int) -> int:
        choose = source.random()
        if choose < 0.4:
            return source.randrange(100)
        if choose < 0.55:
            return source.choice(_SPECIAL_INTEGERS) << source.choice((0, bits - 32))
        return source.getrandbits(bits)

    def floating() -> float:
        choose = source.random()
        if choose < 0.2:
            return source.choice(_SPECIAL_FLOATS)
        return source.uniform(-100, 100) if choose < 0.8 else source.uniform(-1, 1) * 2.0 ** source.randint(-140, 120)

    def few(count: int, total: int, make: object, code: str) -> bytes:
        assert callable(make)
        values = [make() for _ in range(count)]
        return struct.pack(f"<{total}{code}", *(values * (total // count)))

    return (
        few(128, 1024, lambda: integer(32) & 0xFFFFFFFF, "I"),
        few(128, 512, lambda: integer(64) & (1 << 64) - 1, "Q"),
        few(128, 1024, floating, "f"),
        few(128, 512, floating, "d"),
        source.randbytes(2048),
    )
