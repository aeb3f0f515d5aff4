// erfcx on [0, inf), and exp(-x^2) erfcx(x) with the square exact.
#ifndef ANYCHIP_DEVICE_LIBRARY_ERROR_KERNELS_H
#define ANYCHIP_DEVICE_LIBRARY_ERROR_KERNELS_H
#include "exp_log_kernels.h"
#include "polynomials_error_functions.h"

INTERNAL float erfcx_positive_f(float x) {
  float bounded = x > 0x1p40f ? 0x1p40f : x;
  float v = poly_erfcxf((bounded - 3.0f) / (bounded + 3.0f)) / fma_f(2.0f, bounded, 1.0f);
  return x > 0x1p40f ? 0x1.20dd76p-1f / x : v;
}
INTERNAL double erfcx_positive(double x) {
  double bounded = x > 0x1p80 ? 0x1p80 : x;
  double v = poly_erfcx((bounded - 3.0) / (bounded + 3.0)) / fma_d(2.0, bounded, 1.0);
  return x > 0x1p80 ? 0x1.20dd750429b6dp-1 / x : v;
}
// exp(hi + lo)
INTERNAL float exp_split_f(float hi, float lo) {
  exp_reduction_f e = reduce_exp_f(clamp_exponent_f(hi, 130.0f));
  ff r = fast_two_sum_f(e.r.hi, e.r.lo + lo);
  float p = fma_f(r.hi * r.hi, poly_expf(r.hi), r.lo) + r.hi;
  return scale_f(1.0f + p, e.n);
}
// erfc(hi + lo) for hi >= 0, lo a rounding error of hi
INTERNAL float erfc_positive_f(float hi, float lo) {
  hi = hi > 11.0f ? 11.0f : hi;
  ff square = two_product_f(hi, hi);
  return exp_split_f(-square.hi, -fma_f(2.0f * hi, lo, square.lo)) * erfcx_positive_f(hi);
}
INTERNAL double erfc_positive(double hi, double lo) {
  hi = hi > 30.0 ? 30.0 : hi;
  dd square = two_product(hi, hi);
  return exp_of_dd((dd){-square.hi, -fma_d(2.0 * hi, lo, square.lo)}) * erfcx_positive(hi);
}
INTERNAL float erfc_of_sum_f(float hi, float lo) {
  int negative = hi < 0.0f, near = __builtin_fabsf(hi) < 0.5f;
  float v = erfc_positive_f(negative ? -hi : hi, negative ? -lo : lo);
  float middle = 1.0f - fma_f(hi, poly_erff(near ? hi * hi : 0.0f), 0x1.20dd76p+0f * lo);
  v = negative ? 2.0f - v : v;
  return hi != hi ? hi : (near ? middle : v);
}
INTERNAL double erfc_of_sum(double hi, double lo) {
  int negative = hi < 0.0, near = __builtin_fabs(hi) < 0.5;
  double v = erfc_positive(negative ? -hi : hi, negative ? -lo : lo);
  double middle = 1.0 - fma_d(hi, poly_erf(near ? hi * hi : 0.0), 0x1.20dd76p+0 * lo);
  v = negative ? 2.0 - v : v;
  return hi != hi ? hi : (near ? middle : v);
}
#endif
