// The cores of exponential and logarithm, shared by the chapters that need them with more than working precision.
#ifndef ANYCHIP_DEVICE_LIBRARY_EXP_LOG_KERNELS_H
#define ANYCHIP_DEVICE_LIBRARY_EXP_LOG_KERNELS_H
#include "constants.h"
#include "internal.h"
#include "polynomials_exponentials.h"

// exp(r.hi + r.lo) - 1 for |r| <= ln2/2, as hi + lo
INTERNAL dd expm1_reduced(dd r) {
  double square = r.hi * r.hi;
  double tail = fma_d(square, poly_exp(r.hi), fma_d(r.lo, r.hi, r.lo));
  return fast_two_sum(r.hi, tail);
}
// n, r with x = n ln2 + r; |x| < 1100
typedef struct {
  int n;
  dd r;
} exp_reduction;
INTERNAL exp_reduction reduce_exp(double x) {
  double sum = fma_d(x, LOG2_E_HI, ROUNDER_D), n = sum - ROUNDER_D;
  double high = fma_d(n, -LN2_SHORT, x);  // exact
  double low = n * LN2_REST;
  double r = high - low;
  return (exp_reduction){rounded_int_d(sum), {r, (high - r) - low}};
}
// NaN stays; the bounds lie beyond overflow and underflow
INTERNAL double clamp_exponent(double x) {
  x = x > 1100.0 ? 1100.0 : x;
  return x < -1100.0 ? -1100.0 : x;
}
// exp(x.hi + x.lo), |x.lo| <= 2^-40 or so relative to 1
INTERNAL double exp_of_dd(dd x) {
  exp_reduction e = reduce_exp(clamp_exponent(x.hi));
  e.r.lo += __builtin_fabs(x.hi) < 1100.0 ? x.lo : 0.0;
  dd p = expm1_reduced(fast_two_sum(e.r.hi, e.r.lo));
  return scale_d(1.0 + (p.hi + p.lo), e.n);
}
INTERNAL double exp_of(double x) { return exp_of_dd((dd){x, 0.0}); }

// x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); x > 0 finite, subnormals too
typedef struct {
  int k;
  double m;
} log_reduction;
INTERNAL log_reduction reduce_log(double x) {
  int tiny = x < 0x1p-1022;
  u64 bits = bits_of_double(tiny ? x * 0x1p54 : x) - 0x3fe6a09e667f3bcdull;
  int k = (int)((s64)bits >> 52) - (tiny ? 54 : 0);
  return (log_reduction){k, double_of((bits & 0xfffffffffffffull) + 0x3fe6a09e667f3bcdull)};
}
// log(1 + f) = hi + lo with about 2^-60 relative error
INTERNAL dd log1p_reduced(double f) {
  double s = f / (2.0 + f), z = s * s;
  // 2s = f - s f, so log = f - s (f - z L(z)): the part that is rounded is f^2/2
  return (dd){f, -s * (f - z * poly_log(z))};
}
// log(2^k m) to about 2^-68 relative: 2 atanh(s) with s, s^2 and the first two terms in double-double
INTERNAL dd log_to_dd(log_reduction x) {
  double f = x.m - 1.0;
  dd denominator = fast_two_sum(2.0, f);
  double s = f / denominator.hi;
  double rest = fma_d(-s, denominator.hi, f);
  dd sd = fast_two_sum(s, fma_d(-s, denominator.lo, rest) / denominator.hi);
  dd z = dd_mul(sd, sd);
  dd cubic = dd_mul(dd_mul(sd, z), (dd){0x1.5555555555555p-1, 0x1.5555555555555p-55});
  double tail = s * z.hi * z.hi * poly_log_dd(z.hi);
  dd log_m = dd_add((dd){2.0 * sd.hi, 2.0 * sd.lo}, fast_two_sum(cubic.hi, cubic.lo + tail));
  double k = (double)x.k;
  dd log_k = {k * LN2_SHORT, k * LN2_REST};
  return dd_add(fast_two_sum(log_k.hi, log_k.lo), log_m);
}

// ---- float
INTERNAL int reduce_log_f(float x, float *m) {
  int tiny = x < 0x1p-126f;
  u32 bits = bits_of_float(tiny ? x * 0x1p25f : x) - 0x3f3504f3u;
  *m = float_of((bits & 0x7fffffu) + 0x3f3504f3u);
  return ((int)bits >> 23) - (tiny ? 25 : 0);
}
// log(1 + f) = hi + lo
INTERNAL ff log1p_reduced_f(float f) {
  float square = f * f;
  return (ff){f, fma_f(square * f, poly_logf(f), -0.5f * square)};
}
// what log of any base gives outside (0, inf): v elsewhere
INTERNAL float log_special_f(float x, float v) {
  v = x == INF_F ? INF_F : v;
  v = x == 0.0f ? -INF_F : v;
  return x >= 0.0f ? v : NAN_F;
}
INTERNAL double log_special_d(double x, double v) {
  v = x == INF_D ? INF_D : v;
  v = x == 0.0 ? -INF_D : v;
  return x >= 0.0 ? v : NAN_D;
}
// x = n ln2 + r.hi + r.lo; |x| < 200
typedef struct {
  int n;
  ff r;
} exp_reduction_f;
INTERNAL exp_reduction_f reduce_exp_f(float x) {
  float sum = fma_f(x, LOG2_E_F, ROUNDER_F), n = sum - ROUNDER_F;
  float high = fma_f(n, -LN2_SHORT_F, x);  // exact
  float r = fma_f(n, -LN2_REST_F, high);
  return (exp_reduction_f){rounded_int_f(sum), {r, fma_f(n, -LN2_REST_F, high - r)}};
}
INTERNAL float clamp_exponent_f(float x, float bound) {
  x = x > bound ? bound : x;
  return x < -bound ? -bound : x;
}
#endif
