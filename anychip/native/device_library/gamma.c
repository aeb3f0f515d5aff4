// lgamma and tgamma; the float versions are the double ones rounded.
#include "exp_log_kernels.h"
#include "polynomials_gamma.h"

double __nv_log(double);
double __nv_sinpi(double);

#define STIRLING_FROM 9.0

// log gamma(x) in double-double for x.hi >= 9 (x.lo its rounding error), x < 2^60
INTERNAL dd log_gamma_stirling(dd x) {
  dd log_x = log_to_dd(reduce_log(x.hi));
  dd leading = dd_mul(dd_add_double(x, -0.5), log_x);
  double correction = poly_stirling(1.0 / (x.hi * x.hi)) / x.hi;
  dd sum = dd_add(leading, (dd){-x.hi, correction});
  return dd_add(sum, (dd){HALF_LOG_TWO_PI, HALF_LOG_TWO_PI_LO});
}

// gamma(x) = exp(log_gamma) / (first * product), first = x if x was shifted up to 9 and beyond, else 1; 0 < x < 200
typedef struct {
  dd log_gamma;
  double first, product;
} gamma_parts;
static inline gamma_parts gamma_of_positive(double x) {
  dd shifted = {x, 0.0}, product = {1.0, 0.0};
  int count = x < STIRLING_FROM ? (int)__builtin_ceil(STIRLING_FROM - x) : 0;
  for (int i = 1; i < count; i++) product = dd_mul(product, two_sum(x, (double)i));
  shifted = two_sum(x, (double)count);
  return (gamma_parts){log_gamma_stirling(shifted), count ? x : 1.0, product.hi + product.lo};
}

double __nv_tgamma(double x) {
  double magnitude = __builtin_fabs(x);
  double bounded = magnitude > 190.0 ? 190.0 : magnitude;
  gamma_parts g = gamma_of_positive(bounded == 0.0 ? 1.0 : bounded);
  // 2^64 is kept aside from both exponentials, so that neither becomes subnormal or infinite too early
  dd scale = {64.0 * LN2_HI, 64.0 * LN2_LO};
  int positive = x > 0.0;
  dd exponent = positive ? g.log_gamma : (dd){-g.log_gamma.hi, -g.log_gamma.lo};
  exponent = dd_add(exponent, positive ? (dd){-scale.hi, -scale.lo} : scale);
  double power = exp_of_dd(exponent);
  double above = power / g.product / g.first * 0x1p64;
  above = bounded < 0x1p-60 ? 1.0 / bounded : above;
  // gamma(-y) = -pi / (y sin(pi y) gamma(y))
  double below_scale = g.first == 1.0 ? bounded : 1.0;
  double below = -(PI_HI * power * g.product) / (below_scale * __nv_sinpi(bounded)) * 0x1p-64;
  below = bounded < 0x1p-60 ? -1.0 / bounded : below;
  int integral = __builtin_floor(x) == x;
  double v = positive ? above : (integral ? NAN_D : below);
  // far below zero the result vanishes; its sign alternates between the integers
  double whole = __builtin_floor(x);
  double vanished = __builtin_floor(0.5 * whole) * 2.0 == whole ? 0.0 : -0.0;
  v = x < -190.0 && !integral ? vanished : v;
  v = x == 0.0 ? __builtin_copysign(INF_D, x) : v;
  return x == INF_D || x != x ? x : v;
}
float __nv_tgammaf(float x) { return (float)__nv_tgamma((double)x); }

static inline double log_gamma_middle(double x) {  // 2.5 <= x < 9: down to [1.5, 2.5)
  double product = 1.0;
  while (x >= 2.5) {
    x -= 1.0;
    product *= x;
  }
  double f = x - 2.0;
  return __nv_log(product) + f * poly_log_gamma2(f);
}
// x > 0
static inline double log_gamma_positive(double x) {
  double v;
  if (x < 0.5)
    v = fma_d(x, poly_log_gamma1(x), -__nv_log(x));
  else if (x < 1.5)
    v = (x - 1.0) * poly_log_gamma1(x - 1.0);
  else if (x < STIRLING_FROM)
    v = log_gamma_middle(x);
  else if (x < 0x1p60)
    v = log_gamma_stirling((dd){x, 0.0}).hi;
  else
    v = x * (__nv_log(x) - 1.0);
  return v;
}
double __nv_lgamma(double x) {
  double magnitude = __builtin_fabs(x), v;
  if (x > 0.0)
    v = log_gamma_positive(x);
  else if (magnitude < 0.5)
    v = fma_d(x, poly_log_gamma1(x), -__nv_log(magnitude));
  else  // reflection
    v = __nv_log(PI_HI / (magnitude * __builtin_fabs(__nv_sinpi(magnitude)))) - log_gamma_positive(magnitude);
  v = x <= 0.0 && __builtin_floor(x) == x ? INF_D : v;
  v = magnitude == INF_D ? INF_D : v;
  return x != x ? x : v + 0.0;  // +0 at 1 and 2
}
float __nv_lgammaf(float x) { return (float)__nv_lgamma((double)x); }
