// erfinv, erfcinv, normcdfinv.
//
// With w = -log((1 - v)(1 + v)), erfinv(v)/v is smooth in w while w < 5; in the tails erfinv(v) is smooth in sqrt(w).
// Each is two or three polynomials of moderate degree.
#include "error_kernels.h"

float __nv_logf(float);
double __nv_log(double);

// v is 1 - q or q's sign; product = (1 - v)(1 + v)
INTERNAL float inverse_from_product_f(float v, float product) {
  float w = -__nv_logf(product), s = __builtin_sqrtf(w);
  float middle = v * poly_erfinvf(w - 2.5f);
  float tail = w < 16.0f ? poly_erfinv_tail1f(s - 3.0f) : poly_erfinv_tail2f(s - 7.0f);
  return w < 5.0f ? middle : __builtin_copysignf(tail, v);
}
INTERNAL double inverse_from_product(double v, double product) {
  double w = -__nv_log(product), s = __builtin_sqrt(w), result;
  if (w < 5.0)
    result = v * poly_erfinv(w - 2.5);
  else if (w < 16.0)
    result = __builtin_copysign(poly_erfinv_tail1(s - 3.0), v);
  else
    result = __builtin_copysign(w < 104.0 ? poly_erfinv_tail2(s - 7.0) : poly_erfinv_tail3(s - 18.0), v);
  return result;
}

float __nv_erfinvf(float x) {
  float magnitude = __builtin_fabsf(x);
  float v = inverse_from_product_f(x, magnitude < 1.0f ? fma_f(-x, x, 1.0f) : 0.5f);
  v = magnitude == 1.0f ? __builtin_copysignf(INF_F, x) : v;
  return magnitude <= 1.0f ? v : NAN_F;
}
float __nv_erfcinvf(float q) {
  float least = q > 1.0f ? 2.0f - q : q;
  int inside = least > 0.0f;
  float m = inside ? least : 0.5f;
  float v = inverse_from_product_f(1.0f - q, m * (2.0f - m));
  v = least == 0.0f ? (q > 1.0f ? -INF_F : INF_F) : v;
  return least >= 0.0f ? v : NAN_F;
}
float __nv_normcdfinvf(float p) {
  // through double: the product with sqrt(2) then costs no accuracy
  return (float)(-SQRT_TWO * (double)__nv_erfcinvf(2.0f * p));
}

double __nv_erfinv(double x) {
  double magnitude = __builtin_fabs(x);
  double v = inverse_from_product(x, magnitude < 1.0 ? (1.0 - magnitude) * (1.0 + magnitude) : 0.5);
  v = magnitude == 1.0 ? __builtin_copysign(INF_D, x) : v;
  return magnitude <= 1.0 ? v : NAN_D;
}
double __nv_erfcinv(double q) {
  double least = q > 1.0 ? 2.0 - q : q;
  double m = least > 0.0 ? least : 0.5;
  double v = inverse_from_product(1.0 - q, m * (2.0 - m));
  v = least == 0.0 ? (q > 1.0 ? -INF_D : INF_D) : v;
  return least >= 0.0 ? v : NAN_D;
}
double __nv_normcdfinv(double p) {
  double y = -__nv_erfcinv(2.0 * p);
  double v = fma_d(y, SQRT_TWO, y * SQRT_TWO_LO);
  return __builtin_fabs(y) < INF_D ? v : y;
}
