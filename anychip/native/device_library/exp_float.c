// expf, exp2f, exp10f, expm1f.
#include "exp_log_kernels.h"

float __nv_expf(float x) {
  exp_reduction_f e = reduce_exp_f(clamp_exponent_f(x, 110.0f));
  float p = fma_f(e.r.hi * e.r.hi, poly_expf(e.r.hi), e.r.hi);
  return scale_f(1.0f + p, e.n);
}

float __nv_exp2f(float x) {
  float bounded = clamp_exponent_f(x, 160.0f);
  float sum = bounded + ROUNDER_F, r = bounded - (sum - ROUNDER_F);
  return scale_f(fma_f(r, poly_exp2f(r), 1.0f), rounded_int_f(sum));
}

float __nv_exp10f(float x) {
  float bounded = clamp_exponent_f(x, 50.0f);
  float sum = fma_f(bounded, LOG2_10_F, ROUNDER_F), n = sum - ROUNDER_F;
  float r = fma_f(n, -LOG10_2_SHORT_F, bounded);
  r = fma_f(n, -LOG10_2_REST_F, r);
  return scale_f(fma_f(r, poly_exp10f(r), 1.0f), rounded_int_f(sum));
}

float __nv_expm1f(float x) {
  exp_reduction_f e = reduce_exp_f(clamp_exponent_f(x, 110.0f));
  float p = fma_f(e.r.hi * e.r.hi, poly_expf(e.r.hi), e.r.lo) + e.r.hi;
  // 2^n (p + 1) - 1 = 2^n (p + (1 - 2^-n)); beyond 2^60 the 1 is nothing
  int n = clamp_int(e.n, -30, 60);
  float sum = (1.0f - power_of_two_f(-n)) + p;
  float v = scale_f(sum, e.n < -30 ? -30 : e.n);
  v = x == 0.0f ? x : v;
  return x < -20.0f ? -1.0f : v;
}
