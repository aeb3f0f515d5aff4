// exp, exp2, exp10, expm1.
#include "exp_log_kernels.h"

double __nv_exp(double x) { return exp_of(x); }

double __nv_exp2(double x) {
  double bounded = clamp_exponent(x);
  double sum = bounded + ROUNDER_D, r = bounded - (sum - ROUNDER_D);
  dd natural = two_product(r, LN2_HI);
  natural.lo = fma_d(r, LN2_LO, natural.lo);
  dd p = expm1_reduced(natural);
  return scale_d(1.0 + (p.hi + p.lo), rounded_int_d(sum));
}

double __nv_exp10(double x) {
  double bounded = x > 400.0 ? 400.0 : x;
  bounded = bounded < -400.0 ? -400.0 : bounded;
  double sum = fma_d(bounded, LOG2_10_HI, ROUNDER_D), n = sum - ROUNDER_D;
  double high = fma_d(n, -LOG10_2_SHORT, bounded), low = n * LOG10_2_REST;  // high is exact
  double r = high - low, r_lo = (high - r) - low;
  dd natural = two_product(r, LN10_HI);
  natural.lo += fma_d(r, LN10_LO, r_lo * LN10_HI);
  dd p = expm1_reduced(natural);
  return scale_d(1.0 + (p.hi + p.lo), rounded_int_d(sum));
}

double __nv_expm1(double x) {
  exp_reduction e = reduce_exp(clamp_exponent(x));
  dd p = expm1_reduced(e.r);
  // 2^n (p + 1) - 1; beyond 2^60 the 1 is nothing, below -2^-60 the result is -1
  int n = clamp_int(e.n, -60, 60);
  double one = power_of_two_d(-n);
  dd sum = two_sum(1.0 - one, p.hi);  // 1 - 2^-n is exact for |n| <= 52 and irrelevantly rounded beyond
  double v = scale_d(sum.hi + (sum.lo + p.lo), e.n < -60 ? -60 : e.n);
  v = x == 0.0 ? x : v;
  return x < -42.0 ? -1.0 : v;
}
