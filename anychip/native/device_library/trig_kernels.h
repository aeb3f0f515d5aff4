// Argument reduction by pi/2 and the sine and cosine of the reduced argument.
#ifndef ANYCHIP_DEVICE_LIBRARY_TRIG_KERNELS_H
#define ANYCHIP_DEVICE_LIBRARY_TRIG_KERNELS_H
#include "constants.h"
#include "internal.h"
#include "polynomials_trigonometry.h"

// The first 1280 binary digits of 2/pi behind one word of zeros
static const u64 two_over_pi_digits[21] = {
    0,
    0xa2f9836e4e441529u, 0xfc2757d1f534ddc0u, 0xdb6295993c439041u, 0xfe5163abdebbc561u, 0xb7246e3a424dd2e0u,
    0x06492eea09d1921cu, 0xfe1deb1cb129a73eu, 0xe88235f52ebb4484u, 0xe99c7026b45f7e41u, 0x3991d639835339f4u,
    0x9c845f8bbdf9283bu, 0x1ff897ffde05980fu, 0xef2f118b5a0a6d1fu, 0x6d367ecf27cb09b7u, 0x4f463f669e5fea2du,
    0x7527bac7ebe5f17bu, 0x3d0739f78a5292eau, 0x6bfb5fb11f8d5d08u, 0x56033046fc7b6babu, 0xf0cfbc209af4361du,
};
// 64 digits from bit ``start`` of the table
INTERNAL u64 two_over_pi_window(int start) {
  int word = start >> 6, bit = start & 63;
  return (two_over_pi_digits[word] << bit) | ((two_over_pi_digits[word + 1] >> 1) >> (63 - bit));
}
// x = quadrant pi/2 + r.hi + r.lo (modulo 2 pi), |r| <= pi/4
typedef struct {
  int quadrant;
  ff r;
} trig_reduction_f;
typedef struct {
  int quadrant;
  dd r;
} trig_reduction;

// Payne and Hanek: only the digits of 2/pi that matter modulo 4. x = M 2^e; the
// first kept digit weighs 2 after scaling.
INTERNAL u64 quadrants_large_f(float magnitude) {  // in units of 2^-62
  u32 bits = bits_of_float(magnitude);
  int e = (int)(bits >> 23) - 150;
  e = e > 104 || e < -60 ? 0 : e;  // infinity and NaN: any index will do
  u64 m = (bits & 0x7fffffu) | 0x800000u;
  u64 high = two_over_pi_window(e + 62), low = two_over_pi_window(e + 126) >> 32;
  return m * high + ((m * low) >> 32);
}
// the angle of a fraction of ``turn``, in units of 2^-64; NaN where there is no sine
INTERNAL ff angle_large_f(float magnitude, u64 fraction, double turn) {
  double angle = (double)(s64)fraction * (turn * 0x1p-64);
  float hi = (float)angle, lo = (float)(angle - (double)hi);
  return (ff){magnitude < INF_F ? hi : NAN_F, lo};
}
INTERNAL trig_reduction reduce_trig_large(double x) {
  u64 bits = bits_of_double(x);
  int e = (int)((bits >> 52) & 2047) - 1075;
  e = e > 971 || e < -60 ? 0 : e;
  u64 m = (bits & 0xfffffffffffffull) | 0x10000000000000ull;
  u64 a2 = two_over_pi_window(e + 62), a1 = two_over_pi_window(e + 126), a0 = two_over_pi_window(e + 190);
  u64 p0 = m * a0, p1 = m * a1 + multiply_high(m, a0);
  u64 carry = p1 < m * a1;
  u64 p2 = m * a2 + multiply_high(m, a1) + carry;
  u64 quadrant = (p2 + (1ull << 61)) >> 62;
  s64 top = (s64)((p2 << 2) | (p1 >> 62));
  u64 rest = (p1 << 2) | (p0 >> 62);
  dd fraction = fast_two_sum((double)(top >> 32) * 0x1p-32, (double)(u32)top * 0x1p-64);
  dd tail = fast_two_sum(fraction.lo, (double)(rest >> 11) * 0x1p-117);
  fraction = fast_two_sum(fraction.hi, tail.hi);
  fraction.lo += tail.lo;
  dd r = dd_mul(fraction, (dd){HALF_PI_HI, HALF_PI_LO});
  int negative = (int)(bits >> 63);
  return (trig_reduction){negative ? -(int)quadrant : (int)quadrant, {negative ? -r.hi : r.hi, negative ? -r.lo : r.lo}};
}

// Cody and Waite with fused multiply-add: x - q P1 is exact, what q P2 and q P3 leave is kept in lo.
// In float only the magnitude is reduced. The large case stands behind the usual one, so that code for many threads
// enters it only where one of them needs it.
#define LARGE_F(MAGNITUDE) __builtin_expect(!((MAGNITUDE) < 65536.0f), 0)
INTERNAL trig_reduction_f reduce_quadrants_f(float magnitude) {
  float sum = fma_f(magnitude, TWO_OVER_PI_F, ROUNDER_F), q = sum - ROUNDER_F;
  float r = fma_f(q, -HALF_PI_LO_F, fma_f(q, -HALF_PI_F, magnitude));
  return (trig_reduction_f){rounded_int_f(sum), {r, q * -HALF_PI_LO2_F}};
}
INTERNAL trig_reduction_f reduce_trig_f(float magnitude) {
  trig_reduction_f t = reduce_quadrants_f(magnitude);
  if (LARGE_F(magnitude)) {
    u64 product = quadrants_large_f(magnitude);
    t = (trig_reduction_f){(int)((product + (1ull << 61)) >> 62), angle_large_f(magnitude, product << 2, HALF_PI_HI)};
  }
  return t;
}
// magnitude + shift pi/2 = n pi + r, |r| <= pi/2: sine and, with shift 1, cosine need one polynomial and no choice.
INTERNAL trig_reduction_f reduce_half_turns_f(float magnitude, int shift) {
  float half = 0.5f * (float)shift;
  float sum = shift ? fma_f(magnitude, ONE_OVER_PI_F, half) + ROUNDER_F : fma_f(magnitude, ONE_OVER_PI_F, ROUNDER_F);
  float n = (sum - ROUNDER_F) - half;
  float r = fma_f(n, -PI_LO_F, fma_f(n, -PI_F, magnitude));
  return (trig_reduction_f){rounded_int_f(sum), {r, n * -PI_LO2_F}};
}
INTERNAL trig_reduction_f reduce_half_turns_large_f(float magnitude, int shift) {
  u64 product = quadrants_large_f(magnitude) + ((u64)shift << 62);
  ff r = angle_large_f(magnitude, product << 1, PI_HI);
  r.lo *= fma_f(-0.5f * r.hi, r.hi, 1.0f);  // nearly the cosine: what lo weighs in the sine
  return (trig_reduction_f){(int)((product + (1ull << 62)) >> 63), r};
}
INTERNAL trig_reduction reduce_trig(double x) {
  if (!(__builtin_fabs(x) < 0x1p30)) return reduce_trig_large(x);
  double sum = fma_d(x, TWO_OVER_PI, ROUNDER_D), q = sum - ROUNDER_D;
  double r1 = fma_d(q, -HALF_PI_HI, x);
  double r = fma_d(q, -HALF_PI_LO, r1);
  double lost = __builtin_fabs(r1) <= 2.0 * __builtin_fabs(r) ? fma_d(q, -HALF_PI_LO, r1 - r) : 0.0;
  double lo = fma_d(q, -HALF_PI_LO2, lost);
  return (trig_reduction){rounded_int_d(sum), {r, lo}};
}

INTERNAL float sin_reduced_f(ff r) {
  float z = r.hi * r.hi;
  return r.hi + fma_f(r.hi * z, poly_sinf(z), r.lo);
}
INTERNAL float cos_reduced_f(ff r) {
  float z = r.hi * r.hi;
  return fma_f(z, fma_f(z, poly_cosf(z), -0.5f), 1.0f);
}
INTERNAL float flip_sign_f(float v, u32 top_bit) { return float_of(bits_of_float(v) ^ (top_bit & 0x80000000u)); }
// sin(n pi + r)
INTERNAL float sin_of_half_turns_f(trig_reduction_f t) {
  float z = t.r.hi * t.r.hi;
  return flip_sign_f(t.r.hi + fma_f(t.r.hi * z, poly_sin_halff(z), t.r.lo), (u32)t.quadrant << 31);
}
INTERNAL double sin_reduced(dd r) {
  double z = r.hi * r.hi;
  return r.hi + fma_d(r.hi * z, poly_sin(z), fma_d(-0.5 * z, r.lo, r.lo));
}
INTERNAL double cos_reduced(dd r) {
  double z = r.hi * r.hi, half = 0.5 * z, one = 1.0 - half;
  return one + (((1.0 - one) - half) + fma_d(z * z, poly_cos(z), -r.hi * r.lo));
}
// sin(quadrant pi/2 + r)
INTERNAL float sin_of_quadrant_f(int quadrant, ff r) {
  float sine = sin_reduced_f(r), cosine = cos_reduced_f(r);
  return flip_sign_f(quadrant & 1 ? cosine : sine, (u32)quadrant << 30);
}
INTERNAL double sin_of_quadrant(int quadrant, dd r) {
  double v = quadrant & 1 ? cos_reduced(r) : sin_reduced(r);
  return quadrant & 2 ? -v : v;
}

// x = quadrant/2 + r exactly, then pi r; |x| any
INTERNAL trig_reduction_f reduce_pi_f(float x) {
  float bounded = __builtin_fabsf(x) < 0x1p24f ? x : 0.0f;  // even integers beyond
  float q = __builtin_rintf(2.0f * bounded), r = fma_f(q, -0.5f, bounded);
  ff product = two_product_f(r, PI_F);
  product.lo = fma_f(r, PI_LO_F, product.lo);
  return (trig_reduction_f){(int)q, product};
}
INTERNAL trig_reduction reduce_pi(double x) {
  double bounded = __builtin_fabs(x) < 0x1p53 ? x : 0.0;
  double q = __builtin_rint(2.0 * bounded), r = fma_d(q, -0.5, bounded);
  dd product = two_product(r, PI_HI);
  product.lo = fma_d(r, PI_LO, product.lo);
  return (trig_reduction){(int)(s64)q, product};
}
#endif
