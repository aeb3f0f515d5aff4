// Integer functions and intrinsics.
#include "internal.h"

int __nv_abs(int x) { return x < 0 ? (int)(0u - (u32)x) : x; }
s64 __nv_llabs(s64 x) { return x < 0 ? (s64)(0ull - (u64)x) : x; }
int __nv_min(int a, int b) { return a < b ? a : b; }
int __nv_max(int a, int b) { return a > b ? a : b; }
u32 __nv_umin(u32 a, u32 b) { return a < b ? a : b; }
u32 __nv_umax(u32 a, u32 b) { return a > b ? a : b; }
s64 __nv_llmin(s64 a, s64 b) { return a < b ? a : b; }
s64 __nv_llmax(s64 a, s64 b) { return a > b ? a : b; }
u64 __nv_ullmin(u64 a, u64 b) { return a < b ? a : b; }
u64 __nv_ullmax(u64 a, u64 b) { return a > b ? a : b; }

int __nv_brev(int x) { return (int)__builtin_bitreverse32((u32)x); }
s64 __nv_brevll(s64 x) { return (s64)__builtin_bitreverse64((u64)x); }
int __nv_clz(int x) { return x == 0 ? 32 : __builtin_clz((u32)x); }
int __nv_clzll(s64 x) { return x == 0 ? 64 : __builtin_clzll((u64)x); }
int __nv_ffs(int x) { return x == 0 ? 0 : __builtin_ctz((u32)x) + 1; }
int __nv_ffsll(s64 x) { return x == 0 ? 0 : __builtin_ctzll((u64)x) + 1; }
int __nv_popc(u32 x) { return __builtin_popcount(x); }
int __nv_popcll(u64 x) { return __builtin_popcountll(x); }

int __nv_mulhi(int a, int b) { return (int)(u32)((u64)((s64)a * (s64)b) >> 32); }
u32 __nv_umulhi(u32 a, u32 b) { return (u32)(((u64)a * b) >> 32); }
u64 __nv_umul64hi(u64 a, u64 b) { return multiply_high(a, b); }
s64 __nv_mul64hi(s64 a, s64 b) {
  u64 high = multiply_high((u64)a, (u64)b);
  high -= a < 0 ? (u64)b : 0u;
  high -= b < 0 ? (u64)a : 0u;
  return (s64)high;
}
// the low 24 bits, sign extended or not; the low half of the product
INTERNAL int low24(int x) { return (int)((u32)x << 8) >> 8; }
int __nv_mul24(int a, int b) { return (int)((u32)low24(a) * (u32)low24(b)); }
u32 __nv_umul24(u32 a, u32 b) { return (a & 0xffffffu) * (b & 0xffffffu); }

// averages without overflow
int __nv_hadd(int a, int b) { return (a & b) + ((a ^ b) >> 1); }
int __nv_rhadd(int a, int b) { return (a | b) - ((a ^ b) >> 1); }
int __nv_uhadd(u32 a, u32 b) { return (int)((a & b) + ((a ^ b) >> 1)); }
u32 __nv_urhadd(u32 a, u32 b) { return (a | b) - ((a ^ b) >> 1); }
int __nv_sad(int a, int b, int c) { return (int)((a > b ? (u32)a - (u32)b : (u32)b - (u32)a) + (u32)c); }
u32 __nv_usad(u32 a, u32 b, u32 c) { return (a > b ? a - b : b - a) + c; }

// the lowest three bits of each of four selectors choose a byte of b:a (CUDA Math API, __byte_perm)
INTERNAL u32 selected_byte(u64 bytes, u32 selector) { return (u32)(bytes >> (8 * (selector & 7))) & 255; }
int __nv_byte_perm(int a, int b, int selectors) {
  u64 bytes = ((u64)(u32)b << 32) | (u32)a;
  u32 s = (u32)selectors;
  return (int)(selected_byte(bytes, s) | selected_byte(bytes, s >> 4) << 8 | selected_byte(bytes, s >> 8) << 16 |
               selected_byte(bytes, s >> 12) << 24);
}
