"""The text around a generated kernel's statements: parameters, variables, where a thread's outputs lie."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.fuzz.expressions import VARIABLES
from tests.fuzz.style import ARRAYS, Style

_FINISH = {
    "u32": "OUT32(0) += a0 ^ a1 * 3u; OUT32(1) ^= a2 + a3;",
    "s32": "OUT32(0) ^= (u32)s0 - (u32)s1 * 5u;",
    "u64": "OUT64(0) += l0; OUT64(1) ^= l1;",
    "s64": "OUT64(0) ^= (u64)q0;",
    "f32": "OUTF(0) = f0; OUTF(1) = f1 + f2 * 2.0f;",
    "f64": "OUTD(0) = d0; OUTD(1) = d1;",
    "u8": "OUT32(0) ^= b0;",
    "s8": "OUT32(1) += (u32)c0;",
    "u16": "OUT32(0) ^= (u32)h0;",
    "s16": "OUT32(1) += (u32)w0;",
    "la": "OUT32(0) ^= la[a1 & 7u];",
    "lf": "OUT32(1) ^= __float_as_uint(lf[a0 & 7u]) < 0x7f800000u;",
    "lb": "OUT32(0) += lb[a2 & 15u];",
    "lw": "OUT32(0) += (u32)lw[a3 & 7u];",
    "ll": "OUT32(1) ^= (u32)(ll[a0 & 3u] >> 7);",
    "ld": "OUT32(1) += ld[a1 & 3u] > 1.0;",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """``total`` threads in all, ``shared_mask`` the last index of shared memory, -1 without any."""

    seed: int
    threads: int
    total: int
    shared_mask: int
    dynamic: bool
    style: Style


def write_frame(source: random.Random, frame: Frame) -> tuple[str, str]:
    """Text before and after the statements."""
    total, style = frame.total, frame.style
    own = source.choice(_own_places(source, total))
    layout = source.choice((f"((k) * {total}u + {own})", f"({own} * 2u + (k))"))
    record = source.choice((f"({own} * {style.stride}u + (k))", f"(gid * {style.stride}u + (k))"))
    bounds = f"__launch_bounds__({frame.threads}) " if source.random() < 0.3 else ""
    wrap = source.choice(_WRAPS).format(number=source.choice((1, 1, 2, 5, 8, 31, 33)), last=total - 1)
    linear = "threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)"
    linear = source.choice((linear, "(threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x"))
    finish = " ".join(text for name, text in _FINISH.items() if name in (*style.types, *style.arrays))
    head = f"""#define OUT32(k) out32[{layout}]
#define OUT64(k) out64[{layout}]
#define OUTF(k) outf[{layout}]
#define OUTD(k) outd[{layout}]
#define REC(k) rec[{record}]
#define WRAP {wrap}
#define TOTAL {total}u
#define FINISH {finish}
extern "C" __global__ void {bounds}k{frame.seed}(const u32 *in32, const u64 *in64, const f32 *inf, const f64 *ind,
    const u8 *in8, u32 *out32, u64 *out64, f32 *outf, f64 *outd, u32 *acc32, u64 *acc64, f32 *accf, u32 *scr, u32 *rec,
    u32 n, s32 param, f32 scale, u32 zero, f32 one, u64 zero64, P par) {{
  const u32 full = 0xffffffffu;
  const u32 tid = {linear}, lane = tid & 31u;
  const u32 gid = (blockIdx.x + gridDim.x * blockIdx.y) * {frame.threads}u + tid;
{_declarations(style)}
{_shared(frame)}"""
    names = ("OUT32", "OUT64", "OUTF", "OUTD", "REC", "WRAP", "TOTAL", "FINISH")
    return head, "  FINISH\n}\n" + "".join(f"#undef {name}\n" for name in names)


# A different element of ``scr`` for each thread, or none; the arithmetic leaves the range of its type for some.
_WRAPS = (
    "(gid - {number}u)",
    "(gid - {number}u)",
    "({last}u - {number}u - gid)",
    "(gid + (0u - {number}u))",
    "(gid * 2u - {number}u)",
    "(gid * 3u + 0x55555556u * 3u - {number}u)",
    "(gid * 0x80000001u)",
    "(gid + {number}u)",
)


def _own_places(source: random.Random, total: int) -> list[str]:
    """Permutations of the threads."""
    number = source.randrange(total)
    places = ["gid", "gid", f"({total - 1}u - gid)", f"(gid >= {number}u ? gid - {number}u : gid + {total - number}u)"]
    if total & (total - 1) == 0:
        places += [f"(gid ^ {number}u)", f"(gid * {number | 1}u + {number}u & {total - 1}u)"]
    return places


def _declarations(style: Style) -> str:
    lines = [f"  {type_} {', '.join(f'{name} = 0' for name in VARIABLES[type_])};" for type_ in style.types]
    for name in style.arrays:
        type_, size = ARRAYS[name]
        lines.append(
            f"  {type_} {name}[{size}]; for (u32 i = 0; i < {size}u; ++i) {name}[i] = ({type_})(i * 3u + tid);"
        )
    return "\n".join(lines)


def _shared(frame: Frame) -> str:
    if frame.shared_mask < 0:
        return ""
    mask = frame.shared_mask
    shared = "extern __shared__ u32 sh[];" if frame.dynamic else f"__shared__ u32 sh[{mask + 1}];"
    return f"""  {shared}
  __shared__ u32 cells[8];
  for (u32 i = tid; i <= {mask}u; i += {frame.threads}u) sh[i] = i * 7u;
  if (tid == 0u) for (u32 i = 0; i < 8u; ++i) cells[i] = i;
  __syncthreads();
"""
