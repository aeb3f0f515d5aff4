/* SIMD within a word: what clang's __vadd2, __vadd4 ... call (CUDA Math API, "SIMD Intrinsics").
 *
 * An operation is written once, on the widened lanes x and y; the low bits of its value become the lane.
 */
#ifndef ANYCHIP_CUDA_DEVICE_SIMD_H
#define ANYCHIP_CUDA_DEVICE_SIMD_H

#define ANYCHIP_DEVICE __device__ __inline__ __attribute__((always_inline))

namespace anychip_cuda {

template <class Lane>
static ANYCHIP_DEVICE int lane_of(int word, int bit) {
  return (Lane)((unsigned int)word >> bit);
}

static ANYCHIP_DEVICE int join_halves(int low, int high) { return (low & 0xffff) | (int)((unsigned int)high << 16); }

static ANYCHIP_DEVICE int join_bytes(int b0, int b1, int b2, int b3) {
  return (b0 & 0xff) | ((b1 & 0xff) << 8) | ((b2 & 0xff) << 16) | (int)((unsigned int)b3 << 24);
}

static ANYCHIP_DEVICE int clamp(int value, int low, int high) {
  return value < low ? low : value > high ? high : value;
}

template <int Bits>
static ANYCHIP_DEVICE int saturate_signed(int value) {
  return clamp(value, -(1 << (Bits - 1)), (1 << (Bits - 1)) - 1);
}

template <int Bits>
static ANYCHIP_DEVICE int saturate_unsigned(int value) {
  return clamp(value, 0, (1 << Bits) - 1);
}

static ANYCHIP_DEVICE int absolute(int value) { return value < 0 ? -value : value; }

}  // namespace anychip_cuda

#define ANYCHIP_SIMD_BINARY(name, sign, expression)                                                              \
  namespace anychip_cuda {                                                                                       \
  template <int Bits>                                                                                            \
  static ANYCHIP_DEVICE int lane_##name(int x, int y) {                                                          \
    return expression;                                                                                           \
  }                                                                                                              \
  }                                                                                                              \
  extern "C" ANYCHIP_DEVICE int __nv_##name##2(int a, int b) {                                                   \
    using namespace anychip_cuda;                                                                                \
    typedef sign short Lane;                                                                                     \
    return join_halves(lane_##name<16>(lane_of<Lane>(a, 0), lane_of<Lane>(b, 0)),                                \
                       lane_##name<16>(lane_of<Lane>(a, 16), lane_of<Lane>(b, 16)));                             \
  }                                                                                                              \
  extern "C" ANYCHIP_DEVICE int __nv_##name##4(int a, int b) {                                                   \
    using namespace anychip_cuda;                                                                                \
    typedef sign char Lane;                                                                                      \
    return join_bytes(                                                                                           \
        lane_##name<8>(lane_of<Lane>(a, 0), lane_of<Lane>(b, 0)),                                                \
        lane_##name<8>(lane_of<Lane>(a, 8), lane_of<Lane>(b, 8)),                                                \
        lane_##name<8>(lane_of<Lane>(a, 16), lane_of<Lane>(b, 16)),                                              \
        lane_##name<8>(lane_of<Lane>(a, 24), lane_of<Lane>(b, 24)));                                             \
  }

/* One operand, from the binary operation of the same lanes with y = 0. */
#define ANYCHIP_SIMD_UNARY(name, expression)                                                      \
  ANYCHIP_SIMD_BINARY(name##_of, signed, expression)                                              \
  extern "C" ANYCHIP_DEVICE int __nv_##name##2(int a) { return __nv_##name##_of2(a, 0); }         \
  extern "C" ANYCHIP_DEVICE int __nv_##name##4(int a) { return __nv_##name##_of4(a, 0); }

/* The lanes' sum instead of the lanes. */
#define ANYCHIP_SIMD_SUM(name, sign, expression)                                                       \
  extern "C" ANYCHIP_DEVICE int __nv_##name##2(int a, int b) {                                         \
    using namespace anychip_cuda;                                                                      \
    int sum = 0;                                                                                       \
    ANYCHIP_SIMD_ADD(sign short, 0, expression)                                                        \
    ANYCHIP_SIMD_ADD(sign short, 16, expression)                                                       \
    return sum;                                                                                        \
  }                                                                                                    \
  extern "C" ANYCHIP_DEVICE int __nv_##name##4(int a, int b) {                                         \
    using namespace anychip_cuda;                                                                      \
    int sum = 0;                                                                                       \
    ANYCHIP_SIMD_ADD(sign char, 0, expression)                                                         \
    ANYCHIP_SIMD_ADD(sign char, 8, expression)                                                         \
    ANYCHIP_SIMD_ADD(sign char, 16, expression)                                                        \
    ANYCHIP_SIMD_ADD(sign char, 24, expression)                                                        \
    return sum;                                                                                        \
  }
#define ANYCHIP_SIMD_ADD(lane, bit, expression)                        \
  {                                                                    \
    int x = lane_of<lane>(a, bit), y = lane_of<lane>(b, bit);          \
    sum += expression;                                                 \
  }

/* vcmp* give all ones for true, vset* one. */
#define ANYCHIP_SIMD_COMPARE(suffix, sign, operation)            \
  ANYCHIP_SIMD_BINARY(vcmp##suffix, sign, x operation y ? -1 : 0) \
  ANYCHIP_SIMD_BINARY(vset##suffix, sign, x operation y ? 1 : 0)

ANYCHIP_SIMD_UNARY(vabs, absolute(x))
ANYCHIP_SIMD_UNARY(vabsss, saturate_signed<Bits>(absolute(x)))
ANYCHIP_SIMD_UNARY(vneg, -x)
ANYCHIP_SIMD_UNARY(vnegss, saturate_signed<Bits>(-x))

ANYCHIP_SIMD_BINARY(vadd, unsigned, x + y)
ANYCHIP_SIMD_BINARY(vaddss, signed, saturate_signed<Bits>(x + y))
ANYCHIP_SIMD_BINARY(vaddus, unsigned, saturate_unsigned<Bits>(x + y))
ANYCHIP_SIMD_BINARY(vsub, unsigned, x - y)
ANYCHIP_SIMD_BINARY(vsubss, signed, saturate_signed<Bits>(x - y))
ANYCHIP_SIMD_BINARY(vsubus, unsigned, saturate_unsigned<Bits>(x - y))
ANYCHIP_SIMD_BINARY(vabsdiffs, signed, absolute(x - y))
ANYCHIP_SIMD_BINARY(vabsdiffu, unsigned, absolute(x - y))
/* Rounded averages; halves round away from zero. */
ANYCHIP_SIMD_BINARY(vavgs, signed, (x + y + (x + y >= 0)) >> 1)
ANYCHIP_SIMD_BINARY(vavgu, unsigned, (x + y + 1) >> 1)
ANYCHIP_SIMD_BINARY(vhaddu, unsigned, (x + y) >> 1)
ANYCHIP_SIMD_BINARY(vmaxs, signed, x > y ? x : y)
ANYCHIP_SIMD_BINARY(vmaxu, unsigned, x > y ? x : y)
ANYCHIP_SIMD_BINARY(vmins, signed, x < y ? x : y)
ANYCHIP_SIMD_BINARY(vminu, unsigned, x < y ? x : y)

ANYCHIP_SIMD_SUM(vsads, signed, absolute(x - y))
ANYCHIP_SIMD_SUM(vsadu, unsigned, absolute(x - y))

ANYCHIP_SIMD_COMPARE(eq, unsigned, ==)
ANYCHIP_SIMD_COMPARE(ne, unsigned, !=)
ANYCHIP_SIMD_COMPARE(ges, signed, >=)
ANYCHIP_SIMD_COMPARE(geu, unsigned, >=)
ANYCHIP_SIMD_COMPARE(gts, signed, >)
ANYCHIP_SIMD_COMPARE(gtu, unsigned, >)
ANYCHIP_SIMD_COMPARE(les, signed, <=)
ANYCHIP_SIMD_COMPARE(leu, unsigned, <=)
ANYCHIP_SIMD_COMPARE(lts, signed, <)
ANYCHIP_SIMD_COMPARE(ltu, unsigned, <)

#undef ANYCHIP_SIMD_COMPARE
#undef ANYCHIP_SIMD_ADD
#undef ANYCHIP_SIMD_SUM
#undef ANYCHIP_SIMD_UNARY
#undef ANYCHIP_SIMD_BINARY
#undef ANYCHIP_DEVICE

#endif
