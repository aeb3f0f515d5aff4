// erf, erfc, erfcx, normcdf.
#include "error_kernels.h"

float __nv_erff(float x) {
  float magnitude = __builtin_fabsf(x);
  float near = x * poly_erff(magnitude < 1.0f ? x * x : 0.0f);
  float far = 1.0f - erfc_positive_f(magnitude, 0.0f);
  float v = magnitude < 1.0f ? near : __builtin_copysignf(far, x);
  return x != x ? x : v;
}
float __nv_erfcf(float x) { return erfc_of_sum_f(x, 0.0f); }

// for negative arguments 2 exp(x^2) - erfcx(-x)
float __nv_erfcxf(float x) {
  float magnitude = __builtin_fabsf(x), bounded = magnitude > 20.0f ? 20.0f : magnitude;
  float v = erfcx_positive_f(magnitude);
  ff square = two_product_f(bounded, bounded);
  float power = exp_split_f(square.hi, square.lo);
  float near = power * (1.0f - x * poly_erff(magnitude < 0.5f ? square.hi : 0.0f));
  v = x < 0.0f ? 2.0f * power - v : v;
  v = magnitude < 0.5f ? near : v;
  return x != x ? x : v;
}
double __nv_erf(double x) {
  double magnitude = __builtin_fabs(x);
  double near = x * poly_erf(magnitude < 1.0 ? x * x : 0.0);
  double far = 1.0 - erfc_positive(magnitude, 0.0);
  double v = magnitude < 1.0 ? near : __builtin_copysign(far, x);
  return x != x ? x : v;
}
double __nv_erfc(double x) { return erfc_of_sum(x, 0.0); }
double __nv_erfcx(double x) {
  double magnitude = __builtin_fabs(x);
  double bounded = magnitude > 30.0 ? 30.0 : magnitude;
  double v = erfcx_positive(magnitude);
  dd square = two_product(bounded, bounded);
  double power = exp_of_dd(square);
  double near = power * (1.0 - x * poly_erf(magnitude < 0.5 ? square.hi : 0.0));
  v = x < 0.0 ? 2.0 * power - v : v;
  v = magnitude < 0.5 ? near : v;
  return x != x ? x : v;
}

// Phi(x) = erfc(-x/sqrt(2))/2, the quotient in two parts
float __nv_normcdff(float x) {
  float bounded = clamp_exponent_f(x, 40.0f);
  ff quotient = two_product_f(-bounded, 0x1.6a09e6p-1f);
  quotient.lo = fma_f(-bounded, 0x1.9fcef4p-27f, quotient.lo);
  float v = 0.5f * erfc_of_sum_f(quotient.hi, quotient.lo);
  return x != x ? x : v;
}
double __nv_normcdf(double x) {
  double bounded = x > 100.0 ? 100.0 : x;
  bounded = bounded < -100.0 ? -100.0 : bounded;
  dd quotient = two_product(-bounded, SQRT_HALF);
  quotient.lo = fma_d(-bounded, SQRT_HALF_LO, quotient.lo);
  double v = 0.5 * erfc_of_sum(quotient.hi, quotient.lo);
  return x != x ? x : v;
}
