// sinh, cosh, tanh, asinh, acosh, atanh.
#include "exp_log_kernels.h"
#include "polynomials_trigonometry.h"

// exp(|x|)/4 as hi + lo (lo only the rounding of 1 + p)
INTERNAL dd quarter_exp(double magnitude) {
  exp_reduction e = reduce_exp(magnitude > 711.0 ? 711.0 : magnitude);
  dd p = expm1_reduced(e.r);
  dd sum = fast_two_sum(1.0, p.hi);
  sum = fast_two_sum(sum.hi, sum.lo + p.lo);
  return (dd){scale_d(sum.hi, e.n - 2), scale_d(sum.lo, e.n - 2)};
}

double __nv_sinh(double x) {
  double magnitude = __builtin_fabs(x), z = x * x;
  dd quarter = quarter_exp(magnitude);
  double far = 2.0 * (quarter.hi + (quarter.lo - 0.0625 / quarter.hi));
  double v = magnitude < 1.0 ? fma_d(x * z, poly_sinh(z), x) : __builtin_copysign(far, x);
  return x != x ? x : v;
}

double __nv_cosh(double x) {
  dd quarter = quarter_exp(__builtin_fabs(x));
  double v = 2.0 * (quarter.hi + (quarter.lo + 0.0625 / quarter.hi));
  return x != x ? x : v;
}

double __nv_tanh(double x) {
  double magnitude = __builtin_fabs(x), z = x * x;
  double far = 1.0 - 2.0 / (exp_of(magnitude > 40.0 ? 80.0 : 2.0 * magnitude) + 1.0);
  double v = magnitude < 0.625 ? fma_d(x * z, poly_tanh(z), x) : __builtin_copysign(far, x);
  return x != x || x == 0.0 ? x : v;
}

// log(1 + t + t_lo), t >= 0
INTERNAL double log_of_one_plus(double t, double t_lo) {
  dd u = two_sum(1.0, t);
  log_reduction e = reduce_log(u.hi);
  double f = e.k == 0 ? t : e.m - 1.0;
  double f_lo = e.k == 0 ? t_lo : (u.lo + t_lo) * power_of_two_d(-e.k);
  dd log_m = log1p_reduced(f);
  double k = (double)e.k;
  dd sum = two_sum(k * LN2_SHORT, log_m.hi);
  return sum.hi + (sum.lo + fma_d(k, LN2_REST, log_m.lo + f_lo / (1.0 + f)));
}

double __nv_asinh(double x) {
  double magnitude = __builtin_fabs(x);
  int large = magnitude > 0x1p500;
  double a = large ? 1.0 : magnitude, z = a * a;
  double t = a + z / (1.0 + __builtin_sqrt(z + 1.0));
  double v = log_of_one_plus(large ? magnitude * 0.5 : t, 0.0);  // log(2x) = log(x/2) + 2 log 2
  v = large ? v + 2.0 * LN2_HI : v;
  v = magnitude < 0x1p-28 ? magnitude : v;
  v = magnitude == INF_D ? INF_D : v;
  return x != x ? x : __builtin_copysign(v, x);
}

double __nv_acosh(double x) {
  int large = x > 0x1p500;
  double t = large ? 0.0 : x - 1.0;
  double t_root = __builtin_sqrt(t < 0.0 ? 0.0 : fma_d(t, t, 2.0 * t));
  double v = log_of_one_plus(large ? x * 0.5 : t + t_root, 0.0);
  v = large ? v + 2.0 * LN2_HI : v;
  v = x == INF_D ? INF_D : v;
  return x >= 1.0 ? v : NAN_D;
}

double __nv_atanh(double x) {
  double magnitude = __builtin_fabs(x);
  double a = magnitude < 1.0 ? magnitude : 0.0;
  double below = 1.0 - a, below_lo = (1.0 - below) - a;
  double t = 2.0 * a / below;
  double t_lo = (fma_d(-t, below, 2.0 * a) - t * below_lo) / below;
  double v = 0.5 * log_of_one_plus(t, t_lo);
  v = magnitude < 0x1p-28 ? magnitude : v;
  v = magnitude == 1.0 ? INF_D : v;
  return magnitude <= 1.0 ? __builtin_copysign(v, x) : NAN_D;
}
