// log, log2, log10, log1p.
#include "exp_log_kernels.h"

double __nv_log(double x) {
  log_reduction e = reduce_log(x);
  dd log_m = log1p_reduced(e.m - 1.0);
  double k = (double)e.k;
  dd sum = two_sum(k * LN2_SHORT, log_m.hi);  // the product is exact
  return log_special_d(x, sum.hi + (sum.lo + fma_d(k, LN2_REST, log_m.lo)));
}

// (hi + lo) * (c + c_lo) + k * (unit + unit_lo)
INTERNAL double scaled_log(double x, double c, double c_lo, double unit, double unit_lo) {
  log_reduction e = reduce_log(x);
  dd log_m = log1p_reduced(e.m - 1.0);
  log_m = fast_two_sum(log_m.hi, log_m.lo);
  dd product = two_product(log_m.hi, c);
  double low = fma_d(log_m.lo, c, fma_d(log_m.hi, c_lo, product.lo));
  double k = (double)e.k;
  dd sum = two_sum(k * unit, product.hi);
  return log_special_d(x, sum.hi + (sum.lo + fma_d(k, unit_lo, low)));
}
double __nv_log2(double x) { return scaled_log(x, LOG2_E_HI, LOG2_E_LO, 1.0, 0.0); }
double __nv_log10(double x) { return scaled_log(x, LOG10_E_HI, LOG10_E_LO, LOG10_2_SHORT, LOG10_2_REST); }

double __nv_log1p(double x) {
  dd u = two_sum(1.0, x);
  log_reduction e = reduce_log(u.hi);
  int near = e.k == 0;
  double f = near ? x : e.m - 1.0;
  double f_lo = near || e.k > 900 ? 0.0 : u.lo * power_of_two_d(clamp_int(-e.k, -900, 900));
  dd log_m = log1p_reduced(f);
  double k = (double)e.k;
  dd sum = two_sum(k * LN2_SHORT, log_m.hi);
  double v = sum.hi + (sum.lo + fma_d(k, LN2_REST, log_m.lo + f_lo / (1.0 + f)));
  v = x == INF_D ? INF_D : v;
  v = x == -1.0 ? -INF_D : v;
  v = __builtin_fabs(x) < 0x1p-55 ? x : v;
  return x >= -1.0 ? v : NAN_D;
}
