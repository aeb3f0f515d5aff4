// pow, powf, powi, powif, with C99 Annex F's special cases.
#include "exp_log_kernels.h"

// What pow gives besides x^y of finite nonzero numbers. ``v`` is |x|^y.
#define DEFINE_POWER_SPECIAL(NAME, T, INFINITE, NOT_A_NUMBER, RINT, FABS, COPYSIGN)                \
  INTERNAL T NAME(T x, T y, T v) {                                                                 \
    T magnitude = FABS(x);                                                                         \
    int integral = RINT(y) == y, odd = integral && RINT((T)0.5 * y) != (T)0.5 * y;                 \
    v = magnitude == (T)0 ? (y < (T)0 ? INFINITE : (T)0) : v;                                      \
    v = magnitude == INFINITE ? (y < (T)0 ? (T)0 : INFINITE) : v;                                  \
    T growing = (magnitude > (T)1) == (y > (T)0) ? INFINITE : (T)0;                                \
    v = FABS(y) == INFINITE ? (magnitude == (T)1 ? (T)1 : growing) : v;                            \
    v = odd ? COPYSIGN(v, x) : v;                                                                  \
    v = x < (T)0 && !integral && magnitude < INFINITE ? NOT_A_NUMBER : v;                          \
    v = x != x || y != y ? x + y : v;                                                              \
    return y == (T)0 || x == (T)1 ? (T)1 : v;                                                      \
  }
DEFINE_POWER_SPECIAL(power_special_f, float, INF_F, NAN_F, __builtin_rintf, __builtin_fabsf, __builtin_copysignf)
DEFINE_POWER_SPECIAL(power_special, double, INF_D, NAN_D, __builtin_rint, __builtin_fabs, __builtin_copysign)

// In double: log2 to 2^-40 relative is enough for float's exponent range
INTERNAL float power_f(float magnitude, float y) {
  log_reduction e = reduce_log((double)magnitude);
  double s = (e.m - 1.0) / (e.m + 1.0);
  double log2_x = fma_d(s * LOG2_E_HI, poly_log_powf(s * s), (double)e.k);
  double exponent = log2_x * (double)y;
  exponent = exponent > 300.0 ? 300.0 : exponent;
  exponent = exponent < -300.0 ? -300.0 : exponent;
  double sum = exponent + ROUNDER_D, r = exponent - (sum - ROUNDER_D);
  return (float)(poly_exp2_powf(r) * power_of_two_d(rounded_int_d(sum)));
}
float __nv_powf(float x, float y) { return power_special_f(x, y, power_f(__builtin_fabsf(x), y)); }

// y log(x) in double-double
INTERNAL double power_d(double magnitude, double y) {
  dd log_x = log_to_dd(reduce_log(magnitude));
  // beyond 2^80 the result is 0, 1 or infinity anyway, and the product must not overflow
  double bounded = __builtin_fabs(y) > 0x1p80 ? __builtin_copysign(0x1p80, y) : y;
  return exp_of_dd(dd_mul_double(log_x, bounded));
}
double __nv_pow(double x, double y) { return power_special(x, y, power_d(__builtin_fabs(x), y)); }

float __nv_powif(float x, int n) {
  // y as float would round large n; the double kernel takes it exactly, oddness comes from the integer
  float magnitude = __builtin_fabsf(x);
  float v = (float)power_special((double)magnitude, (double)n, power_d((double)magnitude, (double)n));
  v = n & 1 ? __builtin_copysignf(v, x) : v;
  return n == 0 ? 1.0f : (x != x ? x : v);
}
double __nv_powi(double x, int n) { return __nv_pow(x, (double)n); }
