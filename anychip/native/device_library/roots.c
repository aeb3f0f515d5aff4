// sqrt, rsqrt, cbrt, rcbrt, hypot and the norms with their reciprocals.
#include "internal.h"
#include "polynomials_exponentials.h"

float __nv_sqrtf(float x) { return __builtin_sqrtf(x); }
double __nv_sqrt(double x) { return __builtin_sqrt(x); }

// Neither quotient nor root, which take longer than all of this: halving the exponent in the bits gives r to 3.5 %, cut
// to 12 digits so that r*r and then e = 1 - x r^2 are exact but for e's own rounding; (1 - e)^(-1/2) is a polynomial
// (tools/fit_polynomials.py). 0.94 ulp.
INTERNAL float rsqrt_normal_f(float x) {
  float r = float_of((0x5f376000u - (bits_of_float(x) >> 1)) & 0xfffff000u);
  float e = fma_f(-x, r * r, 1.0f);
  return fma_f(r * e, poly_rsqrtf(e), r);
}
float __nv_rsqrtf(float x) {
  float v = rsqrt_normal_f(x);
  // zero, subnormal, negative, infinity, NaN, and from 2^125 on, where r*r is subnormal
  if (__builtin_expect(bits_of_float(x) - 0x00800000u >= 0x7d800000u, 0)) v = 1.0f / __builtin_sqrtf(x);
  return v;
}
double __nv_rsqrt(double x) { return 1.0 / __builtin_sqrt(x); }

// 1/cbrt(x) for normal positive x to about 2^-50: the exponent divided by three in the bits, then Newton's
// r (1 + e/3 + 2/9 e^2 + 14/81 e^3) with e = 1 - x r^3
INTERNAL double reciprocal_cbrt_step(double x, double r) {
  double e = fma_d(-x * r * r, r, 1.0);
  return fma_d(r * e, fma_d(e, fma_d(e, 14.0 / 81.0, 2.0 / 9.0), 1.0 / 3.0), r);
}
INTERNAL double reciprocal_cbrt(double x) {
  double r = double_of(0x553ef00000000000ull - bits_of_double(x) / 3);
  return reciprocal_cbrt_step(x, reciprocal_cbrt_step(x, r));
}
// x 2^-3k with exponent in a middle range; returns the scale 2^k
INTERNAL double normal_cube(double magnitude, double *scale) {
  int tiny = magnitude < 0x1p-1000, huge = magnitude > 0x1p1000;
  *scale = tiny ? 0x1p-100 : (huge ? 0x1p100 : 1.0);
  return magnitude * (tiny ? 0x1p300 : (huge ? 0x1p-300 : 1.0));
}

float __nv_cbrtf(float x) {
  double d = __builtin_fabs((double)x), r = reciprocal_cbrt(d);
  float v = __builtin_copysignf((float)(d * r * r), x);
  return x == 0.0f || !(d < INF_D) ? x : v;
}
float __nv_rcbrtf(float x) {
  float v = (float)reciprocal_cbrt(__builtin_fabs((double)x));
  v = x == 0.0f ? INF_F : (__builtin_fabsf(x) == INF_F ? 0.0f : v);
  return x != x ? x : __builtin_copysignf(v, x);
}
double __nv_cbrt(double x) {
  double scale, d = normal_cube(__builtin_fabs(x), &scale), r = reciprocal_cbrt(d);
  double root = d * r * r;
  dd square = two_product(root, root);
  double residual = fma_d(-square.hi, root, d) - square.lo * root;  // d - root^3
  root = fma_d(residual * r * r, 1.0 / 3.0, root);
  return x == 0.0 || !(__builtin_fabs(x) < INF_D) ? x : __builtin_copysign(root * scale, x);
}
double __nv_rcbrt(double x) {
  double scale, d = normal_cube(__builtin_fabs(x), &scale), r = reciprocal_cbrt(d);
  dd square = two_product(r, r), cube = dd_mul_double(square, r);
  double error = fma_d(-d, cube.hi, 1.0) - d * cube.lo;  // 1 - d r^3
  double v = fma_d(r * error, 1.0 / 3.0, r) / scale;
  v = x == 0.0 ? INF_D : (__builtin_fabs(x) == INF_D ? 0.0 : v);
  return x != x ? x : __builtin_copysign(v, x);
}

// ---- norms. In float the squares are summed in double, where they neither overflow nor vanish.
INTERNAL float norm_result_f(double sum, int infinite) { return infinite ? INF_F : (float)__builtin_sqrt(sum); }
INTERNAL float rnorm_result_f(double sum, int infinite) { return infinite ? 0.0f : (float)(1.0 / __builtin_sqrt(sum)); }
INTERNAL double square_f(float x) { return (double)x * (double)x; }
INTERNAL int infinite_f(float x) { return __builtin_fabsf(x) == INF_F; }

float __nv_hypotf(float a, float b) {
  return norm_result_f(square_f(a) + square_f(b), infinite_f(a) | infinite_f(b));
}
float __nv_rhypotf(float a, float b) {
  return rnorm_result_f(square_f(a) + square_f(b), infinite_f(a) | infinite_f(b));
}
float __nv_norm3df(float a, float b, float c) {
  return norm_result_f(square_f(a) + square_f(b) + square_f(c), infinite_f(a) | infinite_f(b) | infinite_f(c));
}
float __nv_rnorm3df(float a, float b, float c) {
  return rnorm_result_f(square_f(a) + square_f(b) + square_f(c), infinite_f(a) | infinite_f(b) | infinite_f(c));
}
float __nv_norm4df(float a, float b, float c, float d) {
  return norm_result_f(square_f(a) + square_f(b) + square_f(c) + square_f(d),
                       infinite_f(a) | infinite_f(b) | infinite_f(c) | infinite_f(d));
}
float __nv_rnorm4df(float a, float b, float c, float d) {
  return rnorm_result_f(square_f(a) + square_f(b) + square_f(c) + square_f(d),
                        infinite_f(a) | infinite_f(b) | infinite_f(c) | infinite_f(d));
}
INTERNAL double sum_of_squares_f(int n, const float *x, int *infinite) {
  double sum = 0.0;
  *infinite = 0;
  for (int i = 0; i < n; i++) {
    sum += square_f(x[i]);
    *infinite |= infinite_f(x[i]);
  }
  return sum;
}
float __nv_normf(int n, const float *x) {
  int infinite;
  double sum = sum_of_squares_f(n, x, &infinite);
  return norm_result_f(sum, infinite);
}
float __nv_rnormf(int n, const float *x) {
  int infinite;
  double sum = sum_of_squares_f(n, x, &infinite);
  return rnorm_result_f(sum, infinite);
}

// In double: scaled by a power of two taken from the greatest magnitude, summed in double-double.
typedef struct {
  double greatest;
  int infinite, exponent;
} norm_scale;
INTERNAL double greater_of(double a, double b) { return a > b ? a : b; }  // a NaN is found by the sum
INTERNAL norm_scale scale_of(double greatest) {
  int e = (int)(bits_of_double(greatest) >> 52) - 1023;
  return (norm_scale){greatest, greatest == INF_D, clamp_int(e, -1020, 1000)};
}
INTERNAL dd add_square(dd sum, double x, norm_scale s) {
  double scaled = x * power_of_two_d(-s.exponent);
  return dd_add(sum, two_product(scaled, scaled));
}
INTERNAL double norm_result(dd sum, norm_scale s) {
  double root = __builtin_sqrt(sum.hi);
  double better = root + (fma_d(-root, root, sum.hi) + sum.lo) / (root + root);
  root = root > 0.0 ? better : root;  // all zero: no quotient
  return s.infinite ? INF_D : scale_d(root, s.exponent);
}
INTERNAL double rnorm_result(dd sum, norm_scale s) {
  double r = 1.0 / __builtin_sqrt(sum.hi);
  dd square = two_product(r, r);
  double error = fma_d(-sum.hi, square.hi, 1.0) - fma_d(sum.hi, square.lo, sum.lo * square.hi);
  double better = fma_d(0.5 * r, error, r);
  r = sum.hi > 0.0 ? better : r;
  return s.infinite ? 0.0 : (s.greatest == 0.0 && sum.hi == 0.0 ? INF_D : scale_d(r, -s.exponent));
}

INTERNAL dd squares4(double a, double b, double c, double d, norm_scale *s) {
  double first = greater_of(__builtin_fabs(b), __builtin_fabs(a)), last = greater_of(__builtin_fabs(d), __builtin_fabs(c));
  *s = scale_of(greater_of(last, first));
  return add_square(add_square(add_square(add_square((dd){0.0, 0.0}, a, *s), b, *s), c, *s), d, *s);
}
double __nv_norm4d(double a, double b, double c, double d) {
  norm_scale s;
  dd sum = squares4(a, b, c, d, &s);
  int infinite = __builtin_fabs(a) == INF_D || __builtin_fabs(b) == INF_D || __builtin_fabs(c) == INF_D ||
                 __builtin_fabs(d) == INF_D;
  return infinite ? INF_D : norm_result(sum, s);
}
double __nv_rnorm4d(double a, double b, double c, double d) {
  norm_scale s;
  dd sum = squares4(a, b, c, d, &s);
  int infinite = __builtin_fabs(a) == INF_D || __builtin_fabs(b) == INF_D || __builtin_fabs(c) == INF_D ||
                 __builtin_fabs(d) == INF_D;
  return infinite ? 0.0 : rnorm_result(sum, s);
}
double __nv_norm3d(double a, double b, double c) { return __nv_norm4d(a, b, c, 0.0); }
double __nv_rnorm3d(double a, double b, double c) { return __nv_rnorm4d(a, b, c, 0.0); }
double __nv_hypot(double a, double b) { return __nv_norm4d(a, b, 0.0, 0.0); }
double __nv_rhypot(double a, double b) { return __nv_rnorm4d(a, b, 0.0, 0.0); }

INTERNAL dd sum_of_squares(int n, const double *x, norm_scale *s) {
  double greatest = 0.0;
  for (int i = 0; i < n; i++) greatest = greater_of(__builtin_fabs(x[i]), greatest);
  *s = scale_of(greatest);
  dd sum = {0.0, 0.0};
  for (int i = 0; i < n; i++) sum = add_square(sum, x[i], *s);
  return sum;
}
double __nv_norm(int n, const double *x) {
  norm_scale s;
  dd sum = sum_of_squares(n, x, &s);
  return norm_result(sum, s);
}
double __nv_rnorm(int n, const double *x) {
  norm_scale s;
  dd sum = sum_of_squares(n, x, &s);
  return rnorm_result(sum, s);
}
