// Conversions between floating-point, integer and half, every rounding mode; reinterpretations.
//
// Out of range saturates. NaN: 0 from float to 32 bits, else only the top bit set (PTX ISA, cvt). The ranges are tested
// before the cast, which would be undefined outside them.
#include "internal.h"
#include "directed.h"

#define TO_INTEGER(NAME, F, ROUND, I, LOW, HIGH, LEAST, GREATEST, OF_NAN)       \
  I NAME(F x) {                                                                 \
    F r = ROUND(x);                                                             \
    I v = (I)(r >= LOW && r < HIGH ? r : (F)0);                                 \
    v = r >= HIGH ? GREATEST : v;                                               \
    v = r < LOW ? LEAST : v;                                                    \
    return x != x ? OF_NAN : v;                                                 \
  }
#define INT_LEAST (-2147483647 - 1)
#define LL_LEAST (-9223372036854775807ll - 1)
#define ULL_TOP 0x8000000000000000ull
TO_INTEGER(__nv_float2int_rn, float, __builtin_rintf, int, -0x1p31f, 0x1p31f, INT_LEAST, 2147483647, 0)
TO_INTEGER(__nv_float2int_rz, float, __builtin_truncf, int, -0x1p31f, 0x1p31f, INT_LEAST, 2147483647, 0)
TO_INTEGER(__nv_float2int_rd, float, __builtin_floorf, int, -0x1p31f, 0x1p31f, INT_LEAST, 2147483647, 0)
TO_INTEGER(__nv_float2int_ru, float, __builtin_ceilf, int, -0x1p31f, 0x1p31f, INT_LEAST, 2147483647, 0)
TO_INTEGER(__nv_float2uint_rn, float, __builtin_rintf, u32, 0x0p0f, 0x1p32f, 0u, 4294967295u, 0u)
TO_INTEGER(__nv_float2uint_rz, float, __builtin_truncf, u32, 0x0p0f, 0x1p32f, 0u, 4294967295u, 0u)
TO_INTEGER(__nv_float2uint_rd, float, __builtin_floorf, u32, 0x0p0f, 0x1p32f, 0u, 4294967295u, 0u)
TO_INTEGER(__nv_float2uint_ru, float, __builtin_ceilf, u32, 0x0p0f, 0x1p32f, 0u, 4294967295u, 0u)
TO_INTEGER(__nv_float2ll_rn, float, __builtin_rintf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_float2ll_rz, float, __builtin_truncf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_float2ll_rd, float, __builtin_floorf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_float2ll_ru, float, __builtin_ceilf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_float2ull_rn, float, __builtin_rintf, u64, 0x0p0f, 0x1p64f, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_float2ull_rz, float, __builtin_truncf, u64, 0x0p0f, 0x1p64f, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_float2ull_rd, float, __builtin_floorf, u64, 0x0p0f, 0x1p64f, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_float2ull_ru, float, __builtin_ceilf, u64, 0x0p0f, 0x1p64f, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_double2int_rn, double, __builtin_rint, int, -0x1p31, 0x1p31, INT_LEAST, 2147483647, INT_LEAST)
TO_INTEGER(__nv_double2int_rz, double, __builtin_trunc, int, -0x1p31, 0x1p31, INT_LEAST, 2147483647, INT_LEAST)
TO_INTEGER(__nv_double2int_rd, double, __builtin_floor, int, -0x1p31, 0x1p31, INT_LEAST, 2147483647, INT_LEAST)
TO_INTEGER(__nv_double2int_ru, double, __builtin_ceil, int, -0x1p31, 0x1p31, INT_LEAST, 2147483647, INT_LEAST)
TO_INTEGER(__nv_double2uint_rn, double, __builtin_rint, u32, 0x0p0, 0x1p32, 0u, 4294967295u, 0x80000000u)
TO_INTEGER(__nv_double2uint_rz, double, __builtin_trunc, u32, 0x0p0, 0x1p32, 0u, 4294967295u, 0x80000000u)
TO_INTEGER(__nv_double2uint_rd, double, __builtin_floor, u32, 0x0p0, 0x1p32, 0u, 4294967295u, 0x80000000u)
TO_INTEGER(__nv_double2uint_ru, double, __builtin_ceil, u32, 0x0p0, 0x1p32, 0u, 4294967295u, 0x80000000u)
TO_INTEGER(__nv_double2ll_rn, double, __builtin_rint, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_double2ll_rz, double, __builtin_trunc, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_double2ll_rd, double, __builtin_floor, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_double2ll_ru, double, __builtin_ceil, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_double2ull_rn, double, __builtin_rint, u64, 0x0p0, 0x1p64, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_double2ull_rz, double, __builtin_trunc, u64, 0x0p0, 0x1p64, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_double2ull_rd, double, __builtin_floor, u64, 0x0p0, 0x1p64, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_double2ull_ru, double, __builtin_ceil, u64, 0x0p0, 0x1p64, 0ull, 18446744073709551615ull, ULL_TOP)
TO_INTEGER(__nv_llrintf, float, __builtin_rintf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_llrint, double, __builtin_rint, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_llroundf, float, __builtin_roundf, s64, -0x1p63f, 0x1p63f, LL_LEAST, 9223372036854775807ll, LL_LEAST)
TO_INTEGER(__nv_llround, double, __builtin_round, s64, -0x1p63, 0x1p63, LL_LEAST, 9223372036854775807ll, LL_LEAST)

// ---- integer to floating point: 32 bits are exact in double; 64 bits split into two exact doubles
double __nv_int2double_rn(int x) { return (double)x; }
double __nv_uint2double_rn(u32 x) { return (double)x; }
float __nv_int2float_rn(int x) { return (float)x; }
float __nv_uint2float_rn(u32 x) { return (float)x; }
float __nv_ll2float_rn(s64 x) { return (float)x; }
float __nv_ull2float_rn(u64 x) { return (float)x; }
double __nv_ll2double_rn(s64 x) { return (double)x; }
double __nv_ull2double_rn(u64 x) { return (double)x; }
INTERNAL dd split_ll(s64 x) { return two_sum((double)(x >> 32) * 0x1p32, (double)(u32)x); }
INTERNAL dd split_ull(u64 x) { return two_sum((double)(x >> 32) * 0x1p32, (double)(u32)x); }
#define FROM_INTEGER(MODE)                                                                               \
  float __nv_int2float_##MODE(int x) { return to_float_##MODE((dd){(double)x, 0.0}); }                   \
  float __nv_uint2float_##MODE(u32 x) { return to_float_##MODE((dd){(double)x, 0.0}); }                  \
  float __nv_ll2float_##MODE(s64 x) { return to_float_##MODE(split_ll(x)); }                             \
  float __nv_ull2float_##MODE(u64 x) { return to_float_##MODE(split_ull(x)); }                           \
  double __nv_ll2double_##MODE(s64 x) { return to_double_##MODE(split_ll(x)); }                          \
  double __nv_ull2double_##MODE(u64 x) { return to_double_##MODE(split_ull(x)); }                        \
  float __nv_double2float_##MODE(double x) { return to_float_##MODE((dd){x, 0.0}); }
FROM_INTEGER(rz)
FROM_INTEGER(rd)
FROM_INTEGER(ru)
float __nv_double2float_rn(double x) { return (float)x; }

// ---- half: sign, 5 exponent bits, 10 mantissa bits
float __nv_half2float(unsigned short h) {
  u32 sign = (u32)(h & 0x8000) << 16, magnitude = h & 0x7fff;
  float v = float_of(magnitude << 13) * 0x1p112f;  // exact, subnormals become normal
  v = magnitude >= 0x7c00 ? float_of((magnitude << 13) | 0x7f800000u) : v;
  return float_of(bits_of_float(v) | sign);
}
unsigned short __nv_float2half_rn(float x) {
  u32 bits = bits_of_float(x), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
  u32 odd = (magnitude >> 13) & 1;
  u32 normal = (magnitude - 0x38000000u + 0xfffu + odd) >> 13;
  // adding 1/2 leaves a subnormal half in the low bits, rounded to nearest even by the addition itself
  u32 subnormal = bits_of_float(float_of(magnitude > 0x38800000u ? 0 : magnitude) + 0.5f) - 0x3f000000u;
  u32 v = magnitude < 0x38800000u ? subnormal : normal;
  v = magnitude >= 0x477ff000u ? 0x7c00u : v;
  v = magnitude > 0x7f800000u ? 0x7fffu : v;
  return (unsigned short)(v | (magnitude > 0x7f800000u ? 0 : sign));
}

// ---- the same bits as another type
int __nv_float_as_int(float x) { return (int)bits_of_float(x); }
u32 __nv_float_as_uint(float x) { return bits_of_float(x); }
float __nv_int_as_float(int x) { return float_of((u32)x); }
float __nv_uint_as_float(u32 x) { return float_of(x); }
u64 __nv_double_as_longlong(double x) { return bits_of_double(x); }
double __nv_longlong_as_double(s64 x) { return double_of((u64)x); }
int __nv_double2hiint(double x) { return (int)(bits_of_double(x) >> 32); }
int __nv_double2loint(double x) { return (int)(u32)bits_of_double(x); }
double __nv_hiloint2double(int hi, int lo) { return double_of(((u64)(u32)hi << 32) | (u32)lo); }
