// SIMD-in-a-word functions (CUDA Math API): two halfwords or four bytes of a 32-bit word at a time.
#include "internal.h"

// lane i of the word, sign extended or not, for lanes of BITS bits
#define SIGNED_LANE(x, i, bits) ((int)((u32)(x) << (32 - (bits) * ((i) + 1))) >> (32 - (bits)))
#define UNSIGNED_LANE(x, i, bits) ((int)(((u32)(x) >> ((bits) * (i))) & ((1u << (bits)) - 1)))
#define LANE_MASK(bits) ((1u << (bits)) - 1)

INTERNAL int magnitude(int x) { return x < 0 ? -x : x; }
INTERNAL int saturated(int x, int bits) { return clamp_int(x, -(1 << (bits - 1)), (1 << (bits - 1)) - 1); }
INTERNAL int saturated_unsigned(int x, int bits) { return clamp_int(x, 0, (1 << bits) - 1); }

// NAME(2|4): each lane of the result is EXPRESSION of the operands' lanes p, q, read by LANE
#define PACKED_BINARY(NAME, COUNT, BITS, LANE, EXPRESSION)                  \
  int __nv_##NAME##COUNT(int a, int b) {                                    \
    u32 result = 0;                                                         \
    for (int i = 0; i < COUNT; i++) {                                       \
      int p = LANE(a, i, BITS), q = LANE(b, i, BITS), bits = BITS;          \
      (void)bits;                                                           \
      result |= ((u32)(EXPRESSION) & LANE_MASK(BITS)) << (BITS * i);        \
    }                                                                       \
    return (int)result;                                                     \
  }
#define PACKED_UNARY(NAME, COUNT, BITS, EXPRESSION)                         \
  int __nv_##NAME##COUNT(int a) {                                           \
    u32 result = 0;                                                         \
    for (int i = 0; i < COUNT; i++) {                                       \
      int p = SIGNED_LANE(a, i, BITS), bits = BITS;                         \
      (void)bits;                                                           \
      result |= ((u32)(EXPRESSION) & LANE_MASK(BITS)) << (BITS * i);        \
    }                                                                       \
    return (int)result;                                                     \
  }
#define PACKED_SUM(NAME, COUNT, BITS, LANE)                                 \
  int __nv_##NAME##COUNT(int a, int b) {                                    \
    int sum = 0;                                                            \
    for (int i = 0; i < COUNT; i++) sum += magnitude(LANE(a, i, BITS) - LANE(b, i, BITS)); \
    return sum;                                                             \
  }
#define SIGNED(NAME, E) PACKED_BINARY(NAME, 2, 16, SIGNED_LANE, E) PACKED_BINARY(NAME, 4, 8, SIGNED_LANE, E)
#define UNSIGNED(NAME, E) PACKED_BINARY(NAME, 2, 16, UNSIGNED_LANE, E) PACKED_BINARY(NAME, 4, 8, UNSIGNED_LANE, E)
#define UNARY(NAME, E) PACKED_UNARY(NAME, 2, 16, E) PACKED_UNARY(NAME, 4, 8, E)
// comparisons: vcmp gives all ones, vset gives 1
#define COMPARISON(KIND, NAME, E) KIND(vcmp##NAME, (E) ? -1 : 0) KIND(vset##NAME, (E) ? 1 : 0)

// clang-format off
UNARY(vabs, magnitude(p))
UNARY(vabsss, saturated(magnitude(p), bits))
UNARY(vneg, -p)
UNARY(vnegss, saturated(-p, bits))
SIGNED(vadd, p + q)
SIGNED(vsub, p - q)
SIGNED(vaddss, saturated(p + q, bits))
SIGNED(vsubss, saturated(p - q, bits))
UNSIGNED(vaddus, saturated_unsigned(p + q, bits))
UNSIGNED(vsubus, saturated_unsigned(p - q, bits))
SIGNED(vabsdiffs, magnitude(p - q))
UNSIGNED(vabsdiffu, magnitude(p - q))
// averages: rounded up (vavgu), away from zero (vavgs), down (vhaddu)
SIGNED(vavgs, (p + q + (p + q >= 0 ? 1 : 0)) >> 1)
UNSIGNED(vavgu, (p + q + 1) >> 1)
UNSIGNED(vhaddu, (p + q) >> 1)
SIGNED(vmaxs, p > q ? p : q)
SIGNED(vmins, p < q ? p : q)
UNSIGNED(vmaxu, p > q ? p : q)
UNSIGNED(vminu, p < q ? p : q)
COMPARISON(UNSIGNED, eq, p == q)
COMPARISON(UNSIGNED, ne, p != q)
COMPARISON(SIGNED, ges, p >= q)
COMPARISON(SIGNED, gts, p > q)
COMPARISON(SIGNED, les, p <= q)
COMPARISON(SIGNED, lts, p < q)
COMPARISON(UNSIGNED, geu, p >= q)
COMPARISON(UNSIGNED, gtu, p > q)
COMPARISON(UNSIGNED, leu, p <= q)
COMPARISON(UNSIGNED, ltu, p < q)
PACKED_SUM(vsads, 2, 16, SIGNED_LANE)
PACKED_SUM(vsads, 4, 8, SIGNED_LANE)
PACKED_SUM(vsadu, 2, 16, UNSIGNED_LANE)
PACKED_SUM(vsadu, 4, 8, UNSIGNED_LANE)
